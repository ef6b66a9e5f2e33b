"""The day before: every visit of the next open day with what is still missing, and whom to call.

Nine queries for any number of visits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse

from kap.core.outbox import OutboxStatus
from kap.notifications.models import Communication
from kap.notifications.registry import label_of
from kap.ui.types import Check
from sessions.enums import AppointmentStatus, ReplyKind, VisitKind
from sessions.models import Appointment, AppointmentParticipant, ChaseCall, VisitReply
from sessions.queries import board_ready
from sessions.queries.board import Place
from sessions.queries.course_words import visit_label
from sessions.queries.diary import short
from sessions.queries.replies import newest_replies

if TYPE_CHECKING:
    from kap.accounts.models import User

_LOST: Final = (OutboxStatus.NOT_DONE, OutboxStatus.UNKNOWN)
NO_ROOM: Final = "No room"
_FIX: Final[Mapping[str, tuple[str, str]]] = {
    "Driver": ("sessions:escort", "Write down"),
    "No driver": ("sessions:escort", "Name somebody"),
}
"""From what is missing to the page of the visit that mends it."""


@dataclass(slots=True)
class Line:
    """One visit of the day."""

    id: UUID
    patient_id: UUID
    time: str
    until: str
    name: str
    phone: str
    what: str
    room: str = NO_ROOM
    people: list[str] = field(default_factory=list)
    gaps: list[Check] = field(default_factory=list)
    ready: list[Check] = field(default_factory=list)
    reply: str = ""
    wish: str = ""
    called: str = ""
    version: int = 1

    @property
    def to_call(self) -> bool:
        return bool(self.gaps)


@dataclass(frozen=True, slots=True)
class DryRun:
    """The day, room by room, and the visits that are not ready."""

    lines: list[Line]

    @property
    def rooms(self) -> list[tuple[str, list[Line]]]:
        names = sorted({line.room for line in self.lines}, key=_room_order)
        return [
            (name, [line for line in self.lines if line.room == name]) for name in names
        ]

    @property
    def chase(self) -> list[Line]:
        return [line for line in self.lines if line.to_call]


def _room_order(name: str) -> tuple[bool, str]:
    return name == NO_ROOM, name


def dry_run(place: Place, day: date, *, user: User, now: datetime) -> DryRun:
    """The booked visits of a day, as this user may read them."""
    first, after = place.bounds(day)
    visits = list(
        Appointment.objects.visible_to(user)
        .filter(
            site=place.id,
            starts_at__gte=first,
            starts_at__lt=after,
            status=AppointmentStatus.BOOKED,
        )
        .select_related("patient")
        .order_by("starts_at", "pk")
    )
    ids = [visit.pk for visit in visits]
    doses = {v.pk: v.episode_id for v in visits if v.kind == VisitKind.DOSING}
    facts = board_ready.facts_for(doses, on=day, now=now)
    replies, calls = newest_replies(ids), _newest_calls(ids)
    lost, parts = _lost_messages(ids), _parts(ids)
    lines = []
    for visit in visits:
        line = _line(visit, place)
        _put_parts(line, parts.get(visit.pk, ()))
        checks = (
            board_ready.checks(
                visit.pk, visit.episode_id, facts, is_clinical=user.is_clinical
            )
            if visit.pk in doses
            else []
        )
        _put_checks(line, checks)
        _put_reply(line, replies.get(visit.pk), visit)
        line.gaps += [
            Check("no", f"{label_of(kind)} did not go out")
            for kind in lost.get(visit.pk, ())
        ]
        line.called = _called(calls.get(visit.pk), place)
        lines.append(line)
    return DryRun(lines)


def _line(visit: Appointment, place: Place) -> Line:
    zone = place.zone
    return Line(
        id=visit.pk,
        patient_id=visit.patient_id,
        time=f"{visit.starts_at.astimezone(zone):%H:%M}",
        until=f"{visit.ends_at.astimezone(zone):%H:%M}",
        name=visit.patient.full_name,
        phone=visit.patient.phone,
        what=visit_label(visit.kind, visit.number, visit.of_total),
        version=visit.version,
    )


def _put_parts(line: Line, parts: Iterable[AppointmentParticipant]) -> None:
    for part in parts:
        if part.schedule.location is not None:
            line.room = part.schedule.location.name
        elif part.schedule.practitioner is not None:
            line.people.append(short(part.schedule.practitioner.user.name))


def _put_checks(line: Line, checks: list[Check]) -> None:
    """What is asked on arrival only is no gap of the day before."""
    for check in checks:
        if check.state == "ok":
            line.ready.append(check)
        elif check.text not in ("Fasting", "Medicines"):
            name, action = _FIX.get(check.text, ("sessions:visit", "Look"))
            line.gaps.append(
                Check(
                    check.state,
                    check.text,
                    check.proof,
                    reverse(name, args=[line.id]),
                    action,
                )
            )


def _put_reply(line: Line, reply: VisitReply | None, visit: Appointment) -> None:
    if reply is not None and reply.version == visit.version:
        line.reply = reply.kind
    if line.reply == ReplyKind.CONFIRMED:
        line.ready.append(Check("ok", "Said they will come"))
    elif line.reply == ReplyKind.OTHER_TIME and reply is not None:
        line.wish = reply.wish
        line.gaps.append(
            Check(
                "no",
                "Asks for another time",
                "",
                reverse("sessions:move", args=[line.id]),
                "Move",
            )
        )
    else:
        line.gaps.append(Check("wait", "Not confirmed"))


def _called(call: ChaseCall | None, place: Place) -> str:
    if call is None:
        return ""
    at = call.called_at.astimezone(place.zone)
    note = f": {call.note}" if call.note else ""
    return f"{call.get_outcome_display()}, {at:%-d %b %H:%M}{note}"


def _parts(ids: list[UUID]) -> dict[UUID, list[AppointmentParticipant]]:
    rows = (
        AppointmentParticipant.objects.filter(appointment__in=ids, is_current=True)
        .exclude(role="patient")
        .select_related("schedule__location", "schedule__practitioner__user")
        .order_by("pk")
    )
    found: dict[UUID, list[AppointmentParticipant]] = {}
    for row in rows:
        found.setdefault(row.appointment_id, []).append(row)
    return found


def _newest_calls(ids: list[UUID]) -> dict[UUID, ChaseCall]:
    rows = (
        ChaseCall.objects.filter(appointment__in=ids)
        .order_by("appointment", "-called_at")
        .distinct("appointment")
    )
    return {row.appointment_id: row for row in rows}


def _lost_messages(ids: list[UUID]) -> dict[UUID, list[str]]:
    """Messages about these visits that failed or of which nobody knows."""
    rows = (
        Communication.objects.filter(about_id__in=ids, status__in=_LOST)
        .order_by("kind")
        .values_list("about_id", "kind")
        .distinct()
    )
    found: dict[UUID, list[str]] = {}
    for about_id, kind in rows:
        if about_id is not None:
            found.setdefault(about_id, []).append(kind)
    return found
