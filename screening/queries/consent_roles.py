"""Who has to sign a consent, in order."""

from __future__ import annotations

from collections.abc import Sequence

from screening.consents import kind_of
from screening.enums_consent import SignerRole
from screening.models import Consent
from screening.rules.consent_signing import roles_in_order


def roles_of(consent: Consent) -> Sequence[str]:
    """As it was set; an unsigned one from before roles were kept asks as its kind does."""
    if consent.roles:
        return consent.roles
    if consent.signed_at is not None:
        return [SignerRole.PATIENT]
    kind = kind_of(consent.template.kind)
    return roles_in_order(
        needs_clinician=kind.needs_clinician, needs_escort=kind.needs_escort
    )
