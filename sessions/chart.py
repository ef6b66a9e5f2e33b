"""What the patient's chart shows of visits: the course, the next visit, what to plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse

from kap.accounts.enums import CLINICAL, SCHEDULING
from kap.patients.chart import (
    ChartContext,
    NextStep,
    Panel,
    register_next_step,
    register_panel,
)
from kap.patients.enums import EpisodeStatus
from kap.ui.types import CourseStep
from screening import queries as screening
from sessions.enums import AppointmentStatus, VisitKind
from sessions.queries import course_chart
from sessions.queries.board_ready import readiness
from sessions.queries.course_chart import Course, CourseVisit
from sessions.queries.course_words import PHASE_CSS, visit_label

if TYPE_CHECKING:
    from kap.accounts.models import User

SHORT = {
    VisitKind.PREPARATION: "Prep",
    VisitKind.DOSING: "Dose",
    VisitKind.INTEGRATION: "Talk",
    VisitKind.FOLLOW_UP: "Review",
    VisitKind.SCREENING: "Screen",
}


def _course_panel(context: ChartContext) -> str | None:
    """The ribbon of all visits, and how many are still to be booked."""
    course = course_chart.course_of(context.patient_id)
    if course is None:
        return None
    zone = context.patient.site.zone
    steps = [_ribbon_step(visit, zone, now=context.now) for visit in course.visits]
    return render_to_string(
        "sessions/plan/_course.html",
        {
            "name": course.name,
            "steps": steps,
            "open_count": course.open_count,
            "plan_url": _plan_url(course, context.user),
        },
    )


def _ribbon_step(visit: CourseVisit, zone: Any, *, now: datetime) -> CourseStep:
    kind = VisitKind(visit.kind)
    numbered = kind in (VisitKind.DOSING, VisitKind.INTEGRATION)
    label = f"{SHORT[kind]} {visit.number}" if numbered else SHORT[kind]
    url = ""
    if visit.appointment_id is not None:
        url = reverse("sessions:visit", args=[visit.appointment_id])
    return CourseStep(
        phase=PHASE_CSS[kind],
        label=label,
        when=f"{visit.starts_at.astimezone(zone):%-d %b}"
        if visit.starts_at
        else "open",
        state=_ribbon_state(visit, zone, now=now),
        small=kind is not VisitKind.DOSING,
        url=url,
    )


def _ribbon_state(visit: CourseVisit, zone: Any, *, now: datetime) -> Any:
    if visit.status == AppointmentStatus.FULFILLED:
        return "done"
    today = now.astimezone(zone).date()
    if visit.starts_at and visit.starts_at.astimezone(zone).date() == today:
        return "now"
    return "next"


def _plan_url(course: Course, user: User) -> str:
    if not course.open_count or not user.has_role(*SCHEDULING):
        return ""
    return reverse("sessions:plan", args=[course.episode_id])


def _ready_panel(context: ChartContext) -> str | None:
    """Readiness for the next dose."""
    visit = course_chart.next_visit(context.patient_id, now=context.now)
    if visit is None or visit["kind"] != VisitKind.DOSING:
        return None
    start = visit["starts_at"].astimezone(context.patient.site.zone)
    checks = readiness(
        [visit["pk"]], now=context.now, is_clinical=context.user.is_clinical
    )
    return render_to_string(
        "sessions/plan/_ready.html",
        {
            "checks": checks[visit["pk"]],
            "when": f"{start:%a %-d %b %H:%M}",
            "url": reverse("sessions:visit", args=[visit["pk"]]),
        },
    )


def _next_steps(patient_id: UUID, user: User, now: datetime) -> Iterator[NextStep]:
    """Plan the course, book what is open, or simply what comes next."""
    if not user.has_role(*SCHEDULING):
        return
    course = course_chart.course_of(patient_id)
    if course is None:
        yield from _plan_first(patient_id, now)
    elif course.open_count and course.status == "active":
        many = "" if course.open_count == 1 else "s"
        yield NextStep(
            f"{course.open_count} visit{many} of the course to book",
            tone="warn",
            url=reverse("sessions:plan", args=[course.episode_id]),
            action="Plan them",
            order=35,
            icon="calendar-plus",
        )
    visit = course_chart.next_visit(patient_id, now=now)
    if visit is not None:
        start = course_chart.local(visit["starts_at"], visit["site__time_zone"])
        label = visit_label(visit["kind"], visit["number"], visit["of_total"])
        yield NextStep(
            f"Next: {label}",
            url=reverse("sessions:visit", args=[visit["pk"]]),
            action="Open the visit",
            order=60,
            meta=f"{start:%a %-d %b, %H:%M}",
            icon="calendar",
        )


def _plan_first(patient_id: UUID, now: datetime) -> Iterator[NextStep]:
    episode = course_chart.open_episode(patient_id)
    if episode is None or episode.status == EpisodeStatus.ONHOLD:
        return
    if screening.eligibility_state(episode.pk, now=now).is_current:
        yield NextStep(
            "Plan the course",
            url=reverse("sessions:plan", args=[episode.pk]),
            action="Plan the course",
            order=30,
            meta="every visit at once, with people and rooms",
            icon="calendar-plus",
        )


def register() -> None:
    """Called when the app is ready."""
    register_panel(Panel("course", "Course", 20, "main", SCHEDULING, _course_panel))
    register_panel(Panel("ready", "Next dose", 20, "side", CLINICAL, _ready_panel))
    register_next_step(_next_steps)
