"""A patient's course and visits for the chart, the list and the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from kap.patients.models import EpisodeOfCare
from kap.patients.timeline import Page
from sessions.enums import AppointmentStatus, CarePlanStatus, VisitKind
from sessions.models import (
    Appointment,
    AppointmentStatusChange,
    CarePlan,
    PlannedStep,
)

LIVE = (
    AppointmentStatus.BOOKED,
    AppointmentStatus.CHECKED_IN,
    AppointmentStatus.FULFILLED,
)


@dataclass(frozen=True, slots=True)
class CourseVisit:
    """One step of a course and its visit, if it has one."""

    key: str
    kind: str
    number: int
    appointment_id: UUID | None
    starts_at: datetime | None
    status: str


@dataclass(frozen=True, slots=True)
class Course:
    """A patient's plan, in the order of the protocol."""

    plan_id: UUID
    name: str
    status: str
    episode_id: UUID
    visits: tuple[CourseVisit, ...]

    @property
    def open_count(self) -> int:
        return sum(visit.appointment_id is None for visit in self.visits)


def course_of(patient_id: UUID) -> Course | None:
    """The newest course of a patient; two queries."""
    plan = (
        CarePlan.objects.filter(episode__patient=patient_id)
        .exclude(status=CarePlanStatus.REVOKED)
        .order_by("-created_at")
        .values_list("pk", "protocol__name", "status", "episode")
        .first()
    )
    if plan is None:
        return None
    rows = (
        PlannedStep.objects.filter(care_plan=plan[0], dropped_at=None)
        .order_by("step__position")
        .values_list("step__key", "step__kind", "step__number", "pk")
    )
    visits = _live_visits(plan[0])
    found = tuple(
        CourseVisit(key, kind, number, *visits.get(pk, (None, None, "")))
        for key, kind, number, pk in rows
    )
    return Course(*plan, found)


def _live_visits(plan_id: UUID) -> dict[UUID, tuple[UUID, datetime, str]]:
    rows = Appointment.objects.filter(
        planned_step__care_plan=plan_id, status__in=LIVE
    ).values_list("planned_step", "pk", "starts_at", "status")
    return {step: (pk, starts_at, status) for step, pk, starts_at, status in rows}


def next_visit(patient_id: UUID, *, now: datetime) -> Mapping[str, Any] | None:
    """The patient's next booked visit, with the site's clock."""
    return (
        Appointment.objects.filter(patient=patient_id)
        .upcoming(now=now)
        .values(
            "pk",
            "kind",
            "number",
            "of_total",
            "starts_at",
            "ends_at",
            "site__time_zone",
        )
        .first()
    )


def next_visits(
    patient_ids: Sequence[UUID], *, now: datetime
) -> dict[UUID, Mapping[str, Any]]:
    """The next booked visit of each patient, in one query."""
    rows = (
        Appointment.objects.filter(
            patient_id__in=list(patient_ids),
            status=AppointmentStatus.BOOKED,
            starts_at__gt=now,
        )
        .order_by("patient_id", "starts_at", "pk")
        .distinct("patient_id")
        .values(
            "patient_id", "kind", "number", "of_total", "starts_at", "site__time_zone"
        )
    )
    return {row["patient_id"]: row for row in rows}


def doses_done(patient_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Doses held and planned in each patient's running course; one query."""
    rows = (
        CarePlan.objects.filter(
            episode__patient_id__in=list(patient_ids), status=CarePlanStatus.ACTIVE
        )
        .values("episode__patient")
        .annotate(
            planned=Count(
                "planned_steps",
                filter=Q(
                    planned_steps__step__kind=VisitKind.DOSING,
                    planned_steps__dropped_at=None,
                ),
                distinct=True,
            ),
            held=Count(
                "planned_steps__appointments",
                filter=Q(
                    planned_steps__step__kind=VisitKind.DOSING,
                    planned_steps__appointments__status=AppointmentStatus.FULFILLED,
                ),
                distinct=True,
            ),
        )
    )
    return {row["episode__patient"]: (row["held"], row["planned"]) for row in rows}


def open_episode(patient_id: UUID) -> EpisodeOfCare | None:
    return EpisodeOfCare.objects.open().filter(patient=patient_id).first()


def steps_of_visits(patient_id: UUID, page: Page) -> list[Mapping[str, Any]]:
    """What happened to the patient's visits, newest first; one query."""
    rows = AppointmentStatusChange.objects.filter(appointment__patient=patient_id)
    if page.before is not None:
        rows = rows.filter(changed_at__lt=page.before)
    return list(
        rows.order_by("-changed_at", "-pk").values(
            "old_status",
            "new_status",
            "old_starts_at",
            "changed_at",
            "appointment",
            "appointment__kind",
            "appointment__number",
            "appointment__of_total",
            "appointment__starts_at",
            "appointment__site__time_zone",
            "changed_by__name",
        )[: page.limit]
    )


def local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))
