"""Everything that decides where a visit can go, read at once for the stretch that is shown.

Eleven queries with those of signing in, for any number of people; seven for a talk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from kap.accounts.enums import PRESCRIBING, CredentialKind, Role
from kap.accounts.models import Credential
from kap.clinic.enums import LocationKind
from kap.pharmacy.models import Route
from sessions.enums import ParticipantRole, VisitKind
from sessions.models import Appointment, AppointmentParticipant
from sessions.queries.board import Place
from sessions.queries.calendar import Resource
from sessions.queries.calendar_frame import open_spans, outside
from sessions.queries.diary import taken_stretches
from sessions.queries.policies import policies_in_force
from sessions.queries.spacing import spacing_of
from sessions.rules.calendar_moves import (
    Level,
    MovingPart,
    Question,
    Reason,
    Span,
    Target,
)
from sessions.rules.spacing import PriorDose, SpacingLevel, assess_among

STEP_MIN: Final = 15
LONGEST: Final = timedelta(hours=13)
"""How far before and after the days shown a slot can begin and still count."""
PEOPLE: Final = (
    ParticipantRole.THERAPIST,
    ParticipantRole.NURSE,
    ParticipantRole.PRESCRIBER,
)
"""Who takes part besides the patient, in the order in which a diary is tried."""
ROLES_FOR: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        ParticipantRole.THERAPIST: frozenset({Role.THERAPIST}),
        ParticipantRole.NURSE: frozenset({Role.NURSE}),
        ParticipantRole.PRESCRIBER: PRESCRIBING,
    }
)


@dataclass(frozen=True, slots=True)
class Moving:
    """A visit as it stands, or as it stood before it was parked: times and diaries."""

    visit: Appointment
    parts: tuple[MovingPart, ...]
    length: int

    def part(self, role: str) -> MovingPart | None:
        return next((part for part in self.parts if part.role == role), None)


def moving(appointment_id: UUID) -> Moving | None:
    """The visit with everybody it holds now; one query."""
    rows = list(
        AppointmentParticipant.objects.filter(
            appointment=appointment_id, is_current=True
        ).select_related(
            "slot",
            "appointment__patient",
            "appointment__site",
            "appointment__planned_step__care_plan__protocol",
        )
    )
    if not rows:
        return None
    visit = rows[0].appointment
    start = visit.starts_at.timestamp()
    parts = tuple(
        MovingPart(
            row.role,
            row.schedule_id,
            int(row.slot.period.lower.timestamp() - start),  # type: ignore[union-attr]  # slots are bounded
            int(row.slot.period.upper.timestamp() - start),  # type: ignore[union-attr]  # slots are bounded
        )
        for row in rows
    )
    return Moving(visit, parts, int(visit.ends_at.timestamp() - start))


def parked(visit: Appointment, parts: Iterable[Sequence[Any]]) -> Moving:
    """A visit from the pinboard: ``parts`` as ``PinnedVisit.parts``, the patient's own added."""
    length = int((visit.ends_at - visit.starts_at).total_seconds())
    own = MovingPart(ParticipantRole.PATIENT, visit.patient.schedule_id, 0, length)
    others = tuple(
        MovingPart(role, diary, first * 60, last * 60)
        for role, diary, first, last in parts
    )
    return Moving(visit, (own, *others), length)


def make_question(
    what: Moving,
    *,
    place: Place,
    shown: Sequence[Resource],
    days: Sequence[date],
    hours: tuple[int, int],
    is_prescriber: bool,
    now: datetime,
) -> Question:
    """The rules' question for the days shown; ``shown``: everybody at the site.

    ``is_prescriber``: may set a spacing rule aside with a reason.
    """
    zone = place.zone
    steps = tuple(_steps(days, hours, zone))
    midnights = [
        (
            datetime.combine(d, time(0), zone),
            datetime.combine(d + timedelta(days=1), time(0), zone),
        )
        for d in days
    ]
    is_open = [
        span
        for day in days
        for span in open_spans(day, place.hours.get(day.weekday(), ()), zone)
    ]
    everybody = {one.id for one in shown} | {part.diary for part in what.parts}
    capacity = {one.id: one.capacity for one in shown}
    lanes: dict[int, list[list[Span]]] = {
        pk: [[] for _ in range(capacity.get(pk, 1))] for pk in everybody
    }
    low, high = midnights[0][0] - LONGEST, midnights[-1][1] + LONGEST
    for diary, lane, start, end in taken_stretches(
        everybody, low, high, but_not=what.visit.pk
    ):
        if lane < len(lanes[diary]):
            lanes[diary][lane].append((int(start.timestamp()), int(end.timestamp())))
    people = [one for one in shown if not one.is_room]
    return Question(
        steps=steps,
        length=what.length,
        now=int(now.timestamp()),
        parts=what.parts,
        is_open=[_seconds(span) for span in is_open],
        closed_words=f"{place.name} is closed for part of it",
        lanes=lanes,
        names={one.id: one.name for one in shown},
        away={one.id: _away(one, days, is_open, zone) for one in people},
        barred=_barred(people, midnights),
        spacing=list(
            _spacing(what.visit, steps, zone=zone, now=now, is_prescriber=is_prescriber)
        ),
    )


def _steps(
    days: Sequence[date], hours: tuple[int, int], zone: ZoneInfo
) -> Iterator[int]:
    for day in days:
        start = int(datetime.combine(day, time(hours[0]), zone).timestamp())
        until = datetime.combine(
            day + timedelta(days=hours[1] // 24), time(hours[1] % 24), zone
        )
        yield from range(start, int(until.timestamp()), STEP_MIN * 60)


def _seconds(span: tuple[datetime, datetime]) -> Span:
    return int(span[0].timestamp()), int(span[1].timestamp())


def _away(
    one: Resource,
    days: Sequence[date],
    is_open: Sequence[tuple[datetime, datetime]],
    zone: ZoneInfo,
) -> list[Span]:
    """When the site is open and the person does not work here."""
    there = [
        span
        for day in days
        for span in open_spans(day, one.hours.get(day.weekday(), ()), zone)
    ]
    return [_seconds(span) for span in outside(there, is_open)]


def _barred(
    people: Sequence[Resource], midnights: Sequence[tuple[datetime, datetime]]
) -> dict[int, list[Span]]:
    """Days without a licence in force (clinical.md 10.2, R-21); one query."""
    rows = Credential.objects.filter(
        practitioner__schedule__in=[one.id for one in people],
        kind=CredentialKind.LICENCE,
    ).values_list("practitioner__schedule", "valid_from", "expires_on")
    good: dict[int, list[tuple[date, date | None]]] = {}
    for diary, first, last in rows:
        good.setdefault(diary, []).append((first, last))
    return {
        one.id: [
            _seconds(span)
            for span in midnights
            if not any(
                first <= span[0].date() and (last is None or span[0].date() <= last)
                for first, last in good.get(one.id, ())
            )
        ]
        for one in people
    }


def _spacing(
    visit: Appointment,
    steps: Sequence[int],
    *,
    zone: ZoneInfo,
    now: datetime,
    is_prescriber: bool,
) -> Iterator[Reason]:
    """What the spacing rules say of each start; four queries, none for a talk."""
    if visit.kind != VisitKind.DOSING:
        return
    step = visit.planned_step
    protocol = step.care_plan.protocol if step is not None else None
    known = spacing_of(
        visit.patient_id, zone=zone, protocol=protocol, but_not=[visit.pk]
    )
    policy = policies_in_force(on=now.astimezone(zone).date()).spacing
    is_esketamine = protocol is not None and protocol.route == Route.IN_ESK
    found: dict[tuple[Level, str], int] = {}
    for at, instant in enumerate(steps):
        dose = PriorDose(
            given_at=datetime.fromtimestamp(instant, tz=zone),
            is_esketamine=is_esketamine,
        )
        for one in assess_among(dose, known.doses, policy, facts=known.facts):
            if one.stops or one.level is SpacingLevel.SOFT:
                is_final = one.level is SpacingLevel.BLOCK or not is_prescriber
                level = Level.HARD if one.stops and is_final else Level.SOFT
                key = (level, f"{one.code}: {one.sentence}")
                found[key] = found.get(key, 0) | 1 << at
    for (level, words), bits in found.items():
        yield Reason(bits, level, words)


def target_of(what: Moving, dragged: str, one: Resource) -> Target:
    """What dropping on a diary means: which part it would take, or why none.

    ``dragged``: the role of the block that is dragged; empty from the pinboard.
    """
    if any(part.diary == one.id for part in what.parts):
        return Target(one.id, one.name)
    if one.is_room:
        is_dose = what.visit.kind == VisitKind.DOSING
        if is_dose and one.kind != LocationKind.DOSING:
            return Target(one.id, one.name, refused=f"{one.name} is not a dosing room")
        return Target(one.id, one.name, ParticipantRole.ROOM)
    for role in (dragged, *PEOPLE):
        able = ROLES_FOR.get(role, frozenset()) & one.roles
        if able and what.part(role) is not None:
            return Target(one.id, one.name, role)
    return Target(one.id, one.name, refused=f"{one.name} takes no part in such a visit")


__all__ = ["STEP_MIN", "Moving", "make_question", "moving", "parked", "target_of"]
