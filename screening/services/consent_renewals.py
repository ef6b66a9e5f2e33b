"""Sending texts that must be signed anew, by hand for those chosen and by the daily sweep."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.patients.models import EpisodeOfCare
from kap.worklist.services import open_item
from screening.models import Consent
from screening.permissions import check_may_send_forms
from screening.queries.consent_renewals import Renewal, renewals
from screening.services.consent import propose_consent

RENEWAL: Final = "consent-renewal"
"""The kind of work item that says: this text is to be signed anew."""
DUE_WITHIN: Final = timedelta(days=3)
MOST: Final = 50


def send_renewals(
    *, consent_ids: Iterable[UUID], by: User, now: datetime
) -> list[Consent]:
    """Put the edition in force before each patient; the outbox writes to them.

    One that waits already is not made twice; each patient is a transaction of its own.
    """
    check_may_send_forms(by)
    wanted = (
        Consent.objects.visible_to(by)
        .filter(pk__in=list(consent_ids)[:MOST])
        .select_related("template", "episode__patient", "episode__site")
    )
    return [
        propose_consent(
            episode=signed.episode,
            kind=signed.template.kind,
            about=signed.about,
            by=by,
            now=now,
            anew=True,
        )
        for signed in wanted.order_by("pk")
    ]


def sweep_renewals(now: datetime) -> int:
    """Daily: work for each text to be signed anew, and the text put before the patient.

    Runs twice, it makes the same once: the work by its key, the text by its edition.
    """
    due = [row for row in renewals(None, on=now.date()) if row.sent_on is None]
    for row in due:
        _plan(row, now=now)
    return len(due)


def _plan(row: Renewal, *, now: datetime) -> None:
    with transaction.atomic():
        episode = EpisodeOfCare.objects.select_related("patient", "site").get(
            pk=row.episode_id
        )
        signed = Consent.objects.get(pk=row.consent_id)
        made = propose_consent(
            episode=episode,
            kind=row.kind,
            about=signed.about,
            by=None,
            now=now,
            anew=True,
        )
        open_item(
            kind=RENEWAL,
            source_key=f"consent:{row.consent_id}:renewal",
            role=Role.FRONT_DESK,
            patient=episode.patient,
            object_id=made.pk,
            due_at=now + DUE_WITHIN,
            now=now,
        )
