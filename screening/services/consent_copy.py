"""The copy that a signer gets: by a link in a message, by download, or printed (CR-10)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.audit.enums import Action
from kap.core.errors import DomainError
from kap.notifications.services import plan_message
from kap.patients.models import SecureLink
from screening.enums_consent import ConsentAct
from screening.models import Consent
from screening.permissions import check_may_send_forms
from screening.services.consent_common import audit, locked, log

COPY_USEFUL_FOR: Final = timedelta(days=14)


def send_copy(consent: Consent, *, now: datetime) -> None:
    """Plan the message with the link to the copy; written down either way."""
    planned = plan_message(
        kind="consent-copy",
        key=f"consent:{consent.pk}:copy",
        patient=consent.patient,
        about_id=consent.pk,
        due_at=now,
        useless_after=now + COPY_USEFUL_FOR,
        link_purpose="consent",
        link_object_id=consent.pk,
        now=now,
    )
    channels = ", ".join(sorted({row.channel for row in planned}))
    note = f"Link to the copy by {channels}" if channels else ""
    if note:
        log(consent, ConsentAct.COPY, now=now, note=note)


def note_copy_printed(*, consent_id: UUID, by: User, now: datetime) -> Consent:
    """Staff printed the paper and gave it to the patient."""
    check_may_send_forms(by)
    with transaction.atomic():
        consent = locked(consent_id)
        if consent.signed_at is None:
            raise DomainError("There is no copy before the signature.")
        log(consent, ConsentAct.COPY, now=now, by=by, note="Printed and handed over")
        audit(consent, Action.PRINT, by=by)
    return consent


def note_copy_downloaded(
    *, consent_id: UUID, link: SecureLink, now: datetime
) -> Consent:
    """The patient fetched the paper; the download itself is audited by the view."""
    with transaction.atomic():
        consent = locked(consent_id)
        log(
            consent,
            ConsentAct.COPY,
            now=now,
            link=link,
            note="Downloaded by the patient",
        )
    return consent
