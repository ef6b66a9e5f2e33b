"""What the calendar keeps beside its slots: saved views, parked visits, moves to take back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse

from sessions.enums import VisitKind
from sessions.models import AppointmentMove, CalendarView, PinnedVisit
from sessions.queries.board import Place
from sessions.queries.course_words import PHASE_CSS, visit_label

if TYPE_CHECKING:
    from kap.accounts.models import User

UNDO_FOR: Final = timedelta(minutes=5)
"""How long a message about a move is held, so that the move can be taken back; ours."""
STALE_AFTER: Final = timedelta(days=1)
"""A parked visit is somebody's work after this; ours."""
MOST_PINS: Final = 40


@dataclass(frozen=True, slots=True)
class SavedView:
    id: UUID
    key: int
    name: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Pin:
    """A parked visit, as a card of the pinboard."""

    id: UUID
    visit_id: UUID
    name: str
    initials: str
    label: str
    phase: str
    minutes: int
    before: str
    age: str
    is_stale: bool
    by: str


@dataclass(frozen=True, slots=True)
class RecentMove:
    """A move of one's own that can still be taken back."""

    id: UUID
    visit_id: UUID
    initials: str
    words: str
    minutes_left: int


def views(user: User, current: str) -> list[SavedView]:
    """In the order of their keys; one query."""
    home = reverse("sessions:calendar")
    rows = CalendarView.objects.filter(user=user).order_by("key")
    return [
        SavedView(pk, key, name, f"{home}?{query}", query == current)
        for pk, key, name, query in rows.values_list("pk", "key", "name", "query")
    ]


_PATIENT: Final = (
    "appointment__patient__preferred_name",
    "appointment__patient__given_name",
    "appointment__patient__family_name",
)


def pins(place: Place, *, now: datetime, is_clinical: bool) -> list[Pin]:
    """Parked visits of the site, oldest first; one query."""
    rows = (
        PinnedVisit.objects.waiting()
        .filter(site=place.id)
        .order_by("parked_at", "pk")
        .values_list(
            "pk",
            "appointment",
            "parked_at",
            "parked_by__name",
            "appointment__kind",
            "appointment__number",
            "appointment__of_total",
            "appointment__starts_at",
            "appointment__ends_at",
            *_PATIENT,
        )[:MOST_PINS]
    )
    return [_pin(row, place=place, now=now, is_clinical=is_clinical) for row in rows]


def _pin(
    row: Sequence[object], *, place: Place, now: datetime, is_clinical: bool
) -> Pin:
    pk, visit, at, by, kind, number, total, start, end, called, given, family = row
    assert isinstance(at, datetime) and isinstance(start, datetime)  # noqa: S101, PT018 -- columns
    assert isinstance(end, datetime)  # noqa: S101 -- a column
    label = visit_label(str(kind), int(str(number)), int(str(total)))
    first = str(called or given)
    return Pin(
        id=UUID(str(pk)),
        visit_id=UUID(str(visit)),
        name=f"{first} {family}",
        initials=f"{first[:1]}{str(family)[:1]}".upper(),
        label=label if is_clinical else label.replace("Dose", "Session"),
        phase=PHASE_CSS[VisitKind(str(kind))],
        minutes=int((end - start).total_seconds() // 60),
        before=f"{start.astimezone(place.zone):%a %-d %b %H:%M}",
        age=age(now - at),
        is_stale=now - at > STALE_AFTER,
        by=str(by),
    )


def age(passed: timedelta) -> str:
    """``3 min``, ``5 h``, ``2 days``."""
    minutes = int(passed.total_seconds() // 60)
    if minutes < 60:
        return f"{max(minutes, 0)} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"


def recent_moves(place: Place, user: User, *, now: datetime) -> list[RecentMove]:
    """One's own moves within the undo window, newest first; one query."""
    rows = (
        AppointmentMove.objects.filter(
            moved_by=user,
            moved_at__gt=now - UNDO_FOR,
            undoes=None,
            undone_by=None,
            appointment__site=place.id,
            appointment__status="booked",
        )
        .order_by("-moved_at")
        .values_list(
            "pk",
            "appointment",
            "version",
            "appointment__version",
            "moved_at",
            "old_starts_at",
            "appointment__starts_at",
            *_PATIENT,
        )[:5]
    )
    found = []
    for pk, visit, version, current, at, old, new, called, given, family in rows:
        if version != current:
            continue
        left = (UNDO_FOR - (now - at)).total_seconds()
        first = called or given
        words = f"{old.astimezone(place.zone):%a %H:%M} to {new.astimezone(place.zone):%a %H:%M}"
        initials = f"{first[:1]}{family[:1]}".upper()
        found.append(RecentMove(pk, visit, initials, words, max(int(left // 60), 1)))
    return found
