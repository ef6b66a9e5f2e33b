"""What stands beside the free places: checks, visits booked already, messages to come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from kap.notifications import queries as consents
from kap.notifications.registry import label_of
from kap.ui.types import Check
from screening import queries as screening
from sessions import reminders
from sessions.enums import AppointmentStatus, VisitKind
from sessions.models import Appointment
from sessions.queries.course_words import PHASE_CSS, visit_label

if TYPE_CHECKING:
    from sessions.views.booking_page import BookingPage


def checks(page: BookingPage, what: str) -> list[Check]:
    """What can be known today; for a dose its gates, for every visit the plan's window."""
    found: list[Check] = []
    if page.kind_of(what) == VisitKind.DOSING and page.episode is not None:
        decision = screening.eligibility_state(page.episode.pk, now=page.now)
        consent = screening.consent_state(page.episode.pk, on=page.now.date())
        found.append(Check("ok" if decision.is_current else "no", decision.sentence))
        found.append(Check("ok" if consent.is_current else "wait", consent.sentence))
    step = page.step_of(what)
    if step is not None and step.latest is not None:
        until = step.latest.astimezone(page.site.zone)
        late = step.latest <= page.now
        words = f"By the plan it starts until {until:%a %-d %b %H:%M}"
        found.append(Check("no" if late else "ok", words))
    return found


def booked(page: BookingPage) -> list[dict[str, str]]:
    """The patient's next visits."""
    zone = page.site.zone
    rows = Appointment.objects.filter(
        patient=page.patient,
        status=AppointmentStatus.BOOKED,
        starts_at__gt=page.now,
    ).order_by("starts_at")[:6]
    return [
        {
            "when": f"{visit.starts_at.astimezone(zone):%a %-d %b %H:%M}",
            "label": visit_label(visit.kind, visit.number, visit.of_total),
            "phase": PHASE_CSS[VisitKind(visit.kind)],
            "url": reverse("sessions:visit", args=[visit.pk]),
        }
        for visit in rows
        if page.moving is None or visit.pk != page.moving.pk
    ]


def messages(
    page: BookingPage, what: str, best: dict[str, Any] | None
) -> list[dict[str, str]]:
    """When each message would go out for the chosen place."""
    if best is None:
        return []
    zone = page.site.zone
    times = reminders.due_times(
        page.kind_of(what), best["start"], zone=zone, now=page.now
    )
    return [
        {
            "label": label_of(kind),
            "when": "now"
            if due <= page.now
            else f"{due.astimezone(zone):%a %-d %b %H:%M}",
        }
        for kind, due, _ in times
    ]


def channels(page: BookingPage) -> str:
    """By which ways the patient said messages may come, in words."""
    said = consents.agreed([page.patient.pk])
    ways = [
        word
        for channel, word, address in (
            ("sms", "text message", page.patient.phone),
            ("email", "e-mail", page.patient.email),
        )
        if (page.patient.pk, channel, "care") in said and address
    ]
    return " and ".join(ways)
