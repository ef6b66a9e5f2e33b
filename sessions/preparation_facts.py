"""What the preparation visit asks of the course: integration visits, and the time-out."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.urls import reverse

from screening import course_facts
from screening.course_facts import CourseFacts
from sessions.enums import AppointmentStatus, VisitKind
from sessions.models import (
    Appointment,
    MedicationAdministration,
    PreSessionCheck,
)

_STANDS: Final = (
    AppointmentStatus.BOOKED,
    AppointmentStatus.CHECKED_IN,
    AppointmentStatus.FULFILLED,
)


def facts_of(episode_id: UUID, since: datetime) -> CourseFacts:
    """Two queries, three before the first time-out."""
    visits = (
        Appointment.objects.filter(
            episode=episode_id, kind=VisitKind.INTEGRATION, status__in=_STANDS
        )
        .order_by("starts_at")
        .values_list("starts_at", flat=True)
    )
    was_held = PreSessionCheck.objects.filter(
        appointment__episode=episode_id, agrees_to_begin=True, said_at__gte=since
    ).exists()
    given = MedicationAdministration.objects.filter(
        encounter__appointment__episode=episode_id, given_at__gte=since, voids=None
    )
    return CourseFacts(
        integration_at=tuple(visits),
        plan_url=reverse("sessions:plan", args=[episode_id]),
        is_timed_out=was_held or given.exists(),
    )


def register() -> None:
    """Called when the app is ready."""
    course_facts.register(facts_of)
