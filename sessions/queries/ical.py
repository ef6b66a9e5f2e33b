"""Visits as a calendar file (RFC 5545), in words that say nothing of the care.

``UID`` is the visit's own id and never changes; ``SEQUENCE`` rises with every move and
once more when the visit is called off, so a calendar that follows it moves the entry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from icalendar import Calendar, Event

from kap.patients.models import Patient
from sessions.enums import AppointmentStatus
from sessions.models import Appointment, CalendarFeed

KEPT: Final = timedelta(days=90)
"""How far back a followed calendar shows what has been."""


def calendar_of(
    visits: Iterable[Appointment], *, now: datetime, follows: bool = False
) -> bytes:
    """One calendar; ``site`` of each visit is loaded.  ``follows``: asked for again hourly."""
    calendar = Calendar()
    calendar.add("prodid", "-//KAP//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if follows:
        calendar.add("refresh-interval", timedelta(hours=1), {"VALUE": "DURATION"})
        calendar.add("x-wr-calname", "Appointments")
    for visit in visits:
        calendar.add_component(_event(visit, now=now))
    return bytes(calendar.to_ical())


def _event(visit: Appointment, *, now: datetime) -> Event:
    is_off = visit.status in (AppointmentStatus.CANCELLED, AppointmentStatus.NOSHOW)
    event = Event()
    event.add("uid", f"{visit.pk}@visits")
    event.add("sequence", 2 * visit.version + int(is_off))
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", visit.starts_at.astimezone(UTC))
    event.add("dtend", visit.ends_at.astimezone(UTC))
    event.add("summary", "Appointment")
    event.add("location", visit.site.address or visit.site.discreet_name)
    event.add("description", f"Questions: {visit.site.phone}")
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event


def digest(token: str) -> str:
    """What is kept of an address's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def followed(token: str, *, now: datetime) -> tuple[Patient, list[Appointment]] | None:
    """Whose calendar the address is, and their visits: two queries."""
    feed = (
        CalendarFeed.objects.filter(token_sha256=digest(token), ended_at=None)
        .select_related("patient")
        .first()
    )
    if feed is None:
        return None
    return feed.patient, visits_of(feed.patient_id, now=now)


def visits_of(patient_id: UUID, *, now: datetime) -> list[Appointment]:
    """What was in the last months and all that is to come, also what was called off."""
    return list(
        Appointment.objects.filter(patient=patient_id, starts_at__gte=now - KEPT)
        .select_related("site")
        .order_by("starts_at", "pk")[:300]
    )
