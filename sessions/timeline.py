"""What the timeline tells of visits: booked, moved, cancelled, held, missed."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.urls import reverse

from kap.accounts.enums import SCHEDULING
from kap.patients.timeline import Page, TimelineEntry, register as register_source
from sessions.enums import AppointmentStatus, VisitKind
from sessions.queries.course_chart import local, steps_of_visits
from sessions.queries.course_words import PHASE_CSS, visit_label

if TYPE_CHECKING:
    from kap.accounts.models import User

SAYS: Final = MappingProxyType(
    {
        AppointmentStatus.BOOKED: ("calendar-plus", "booked", ""),
        AppointmentStatus.CHECKED_IN: ("user-check", "arrived", ""),
        AppointmentStatus.FULFILLED: ("check", "took place", ""),
        AppointmentStatus.CANCELLED: ("calendar-x", "cancelled", ""),
        AppointmentStatus.NOSHOW: ("user-x", "did not come", "danger"),
    }
)


def _entries(patient_id: UUID, user: User, page: Page) -> Iterator[TimelineEntry]:
    if not user.has_role(*SCHEDULING):
        return
    for row in steps_of_visits(patient_id, page):
        yield _entry(row)


def _entry(row: Any) -> TimelineEntry:
    icon, word, tone = SAYS[AppointmentStatus(row["new_status"])]
    if row["old_starts_at"]:
        icon, word = "calendar-event", "moved"
    start = local(row["appointment__starts_at"], row["appointment__site__time_zone"])
    label = visit_label(
        row["appointment__kind"],
        row["appointment__number"],
        row["appointment__of_total"],
    )
    who = row["changed_by__name"] or ""
    meta = f"for {start:%a %-d %b %Y, %H:%M}"
    return TimelineEntry(
        at=row["changed_at"],
        icon=icon,
        phase=PHASE_CSS[VisitKind(row["appointment__kind"])],
        title=f"{label} {word}",
        meta=f"{meta} · {who}" if who else meta,
        url=reverse("sessions:visit", args=[row["appointment"]]),
        chip="Did not come" if tone else "",
        chip_tone=tone,
    )


def register() -> None:
    """Called when the app is ready."""
    register_source(_entries, kind="sessions")
