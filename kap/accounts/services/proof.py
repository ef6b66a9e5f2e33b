"""Proving who signs, and that a prescriber may prescribe on a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from kap.accounts.enums import CredentialKind
from kap.accounts.models import Credential, User
from kap.core.errors import NotAllowed
from kap.core.ratelimit import Limit, give_back, hit

PROOF_LIMIT: Final = Limit("prove", tries=5, window=timedelta(minutes=5))
PRESCRIBING_NEEDS: Final = (CredentialKind.LICENCE, CredentialKind.DEA)


def prove_identity(*, user: User, password: str, now: datetime) -> None:
    """Refuse unless ``password`` is this person's own; asked again for each signature.

    Five wrong tries in five minutes, then even the right one waits; a right one is
    not counted, so that a day of signing locks nobody out.  The count is kept even
    when the caller's transaction is rolled back.
    """
    if not hit(PROOF_LIMIT, str(user.pk), now=now, outside=True):
        raise NotAllowed("Too many tries. Wait five minutes, then sign again.")
    if not user.is_active or not user.check_password(password):
        raise NotAllowed("That is not your password. Type it again to sign.")
    give_back(PROOF_LIMIT, str(user.pk), outside=True)


def check_credentials_valid(*, user: User, on: date) -> None:
    """Refuse a prescriber whose licence or DEA registration is not in force."""
    held = list(Credential.objects.filter(practitioner__user=user))
    for kind in PRESCRIBING_NEEDS:
        mine = [credential for credential in held if credential.kind == kind]
        if not any(is_valid(credential, on=on) for credential in mine):
            raise NotAllowed(_missing(user, kind, mine))


def is_valid(credential: Credential, *, on: date) -> bool:
    begun = credential.valid_from <= on
    return begun and (credential.expires_on is None or credential.expires_on >= on)


def _missing(user: User, kind: CredentialKind, mine: list[Credential]) -> str:
    ends = [row.expires_on for row in mine if row.expires_on]
    words = "DEA registration" if kind == CredentialKind.DEA else "licence"
    if not ends:
        return (
            f"No valid {words} is recorded for {user.name}. Ask the admin to record it."
        )
    last = max(ends)
    return (
        f"The {words} of {user.name} ended on {last:%b} {last.day}, {last.year}. "
        "Ask the admin to record the renewal."
    )
