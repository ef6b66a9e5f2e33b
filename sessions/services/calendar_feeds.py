"""A patient's own calendar address: made once, ended by a press, never stored."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from kap.audit import services as audit
from kap.audit.enums import Action, Category
from kap.patients.models import Patient, SecureLink
from sessions.models import CalendarFeed
from sessions.queries.ical import digest


def start_feed(*, patient: Patient, link: SecureLink, now: datetime) -> str:
    """A new address's secret; the patient's address before it opens nothing any more."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        _end(patient, now=now)
        feed = CalendarFeed.objects.create(
            patient=patient, token_sha256=digest(token), made_at=now
        )
        _record(feed, Action.CREATE, link=link)
    return token


def end_feed(*, patient: Patient, link: SecureLink, now: datetime) -> None:
    """Whoever follows the address sees nothing any more."""
    with transaction.atomic():
        feed = CalendarFeed.objects.filter(patient=patient, ended_at=None).first()
        if feed is not None:
            _end(patient, now=now)
            _record(feed, Action.UPDATE, link=link)


def _end(patient: Patient, *, now: datetime) -> None:
    CalendarFeed.objects.filter(patient=patient, ended_at=None).update(ended_at=now)


def _record(feed: CalendarFeed, action: Action, *, link: SecureLink) -> None:
    audit.record(
        by=None,
        action=action,
        category=Category.SCHEDULE,
        patient_id=feed.patient_id,
        object_type="CalendarFeed",
        object_id=feed.pk,
        link_id=link.pk,
    )
