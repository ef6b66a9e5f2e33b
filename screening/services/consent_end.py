"""After the patient's signature: the clinician's own, and saying no before or after it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.accounts.services import prove_identity
from kap.audit.enums import Action
from kap.documents.models import Meaning
from kap.documents.services import request_document, sign
from kap.patients.models import SecureLink
from screening.enums import ConsentStatus
from screening.models import Consent
from screening.permissions import check_may_explain_consent, check_may_send_forms
from screening.services.consent_common import (
    ConsentClosed,
    ConsentNotReady,
    audit,
    locked,
    tell,
    waiting,
)


def sign_consent_as_clinician(
    *, consent_id: UUID, password: str, by: User, now: datetime
) -> Consent:
    """The clinician signs that it was explained and understood; the PDF is made again."""
    check_may_explain_consent(by)
    with transaction.atomic():
        consent = locked(consent_id)
        if consent.status != ConsentStatus.ACTIVE:
            raise ConsentNotReady("The patient signs first.")
        prove_identity(user=by, password=password, now=now)
        sign(
            object_type="Consent",
            object_id=consent.pk,
            meaning=Meaning.EXPLAINED,
            content=consent.frozen_html,
            user=by,
            printed_name=by.name,
            proof="password",
            now=now,
        )
        request_document(
            kind="consent",
            source_id=consent.pk,
            patient=consent.patient,
            by=by,
            now=now,
        )
        audit(consent, Action.SIGN, by=by)
    return consent


def decline_consent(
    *, consent_id: UUID, reason: str, link: SecureLink, now: datetime
) -> Consent:
    """The patient says no; nothing else changes."""
    with transaction.atomic():
        consent = waiting(consent_id)
        consent.status = ConsentStatus.REJECTED
        consent.ended_at, consent.end_reason = now, reason or "Declined"
        consent.version += 1
        consent.save()
        audit(consent, Action.UPDATE, by=None, link=link)
        tell(consent)
    return consent


def withdraw_consent(
    *,
    consent_id: UUID,
    reason: str,
    by: User | None,
    now: datetime,
    link: SecureLink | None = None,
) -> Consent:
    """Withdraw a signed consent, by whoever hears it; it takes effect at once."""
    if by is not None:
        check_may_send_forms(by)
    with transaction.atomic():
        consent = locked(consent_id)
        if consent.status != ConsentStatus.ACTIVE:
            raise ConsentClosed("This consent is not in force.")
        consent.status = ConsentStatus.INACTIVE
        consent.ended_at, consent.ended_by = now, by
        consent.end_reason = reason or "Withdrawn by the patient"
        consent.version += 1
        consent.save()
        audit(consent, Action.UPDATE, by=by, link=link)
        tell(consent)
    return consent
