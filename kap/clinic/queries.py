"""Reading the clinic: which policy holds on a day."""

from __future__ import annotations

from datetime import date

from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition


class NoPolicyError(LookupError):
    """A kind of policy has no edition for the day; the installation is incomplete."""


def policy_in_force(kind: PolicyKind, *, on: date) -> PolicyEdition:
    """The latest edition that was effective on the day."""
    edition = PolicyEdition.objects.in_force(kind=kind, on=on)
    if edition is None:
        raise NoPolicyError(f"No {kind} policy is in force on {on}.")
    return edition
