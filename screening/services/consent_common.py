"""What the steps of a consent share: locking it, writing the history, telling others."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import DomainError, IllegalTransition
from kap.patients.models import SecureLink
from screening.enums import ConsentStatus
from screening.models import Consent
from screening.signals import consent_changed


class ConsentNotReady(DomainError):
    """Something must be read, ticked or answered before the signature."""


class ConsentClosed(IllegalTransition):
    """This consent has been signed, declined or withdrawn already."""


def locked(consent_id: UUID) -> Consent:
    """The row, locked, with its text, patient and site."""
    return (
        Consent.objects.select_for_update(of=("self",))
        .select_related("template", "patient", "episode__site")
        .get(pk=consent_id)
    )


def waiting(consent_id: UUID) -> Consent:
    """The row, locked, if it still waits for a signature."""
    consent = locked(consent_id)
    if consent.status == ConsentStatus.ACTIVE:
        raise ConsentClosed("You have signed this already. Thank you.")
    if consent.status != ConsentStatus.PROPOSED:
        raise ConsentClosed(
            "This text cannot be signed any more. Please call the clinic."
        )
    return consent


def audit(
    consent: Consent, action: Action, *, by: User | None, link: SecureLink | None = None
) -> None:
    record(
        by=by,
        link_id=link.pk if link else None,
        action=action,
        category=Category.CONSENT,
        patient_id=consent.patient_id,
        object_type="Consent",
        object_id=consent.pk,
    )


def tell(consent: Consent) -> None:
    """Let later phases know, after the commit."""
    transaction.on_commit(
        partial(
            consent_changed.send,
            Consent,
            episode_id=consent.episode_id,
            consent_id=consent.pk,
        )
    )
