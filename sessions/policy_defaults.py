"""The first editions of the policies that a dosing day is judged by."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from kap.clinic.defaults import register
from kap.clinic.models import PolicyEdition
from sessions.queries.policies import SHIPPED
from sessions.rules.policy_json import to_json

EFFECTIVE_FROM: Final = date(2020, 1, 1)
SOURCE: Final = (
    "Clinical reference parts 1.4, 1.5, 2.9, 6.2, 6.3 and 6.11, edition 2026.11"
)


def install_policies(now: datetime) -> None:
    """Add edition 1 of each kind that has none; later editions are the clinic's."""
    there = set(
        PolicyEdition.objects.filter(kind__in=list(SHIPPED)).values_list(
            "kind", flat=True
        )
    )
    PolicyEdition.objects.bulk_create(
        PolicyEdition(
            kind=kind,
            edition=1,
            effective_from=EFFECTIVE_FROM,
            body=to_json(policy),
            source=SOURCE,
            reason="Shipped with the product; the medical director signs the next edition.",
            signed_at=now,
        )
        for kind, policy in SHIPPED.items()
        if kind not in there
    )


register(install_policies)
