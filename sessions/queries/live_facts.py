"""A dosing session under way, judged: readings due, findings, who is told, earliest leaving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sessions.models import VitalSigns
from sessions.queries.readiness_facts import READING_FIELDS, Room, as_reading
from sessions.rules.dose_types import Route
from sessions.rules.monitoring import DoseTimes, Schedule, schedule
from sessions.rules.monitoring_watch import Followed, follow, next_due
from sessions.rules.vitals import classify, who_is_told
from sessions.rules.vitals_before import classify_before
from sessions.rules.vitals_types import Reading, VitalFinding, gravest

READING_HOLDS: Final = timedelta(minutes=30)
"""A value older than this says nothing about leaving now (ID)."""


@dataclass(frozen=True, slots=True)
class Course:
    """What the schedule asks and what became of it; None before the dose."""

    schedule: Schedule
    followed: tuple[Followed, ...]
    next: Followed | None


def course_of(room: Room, *, now: datetime) -> Course | None:
    """The readings of the session; None while no dose stands."""
    if not room.doses:
        return None
    first, last = room.doses[0], room.doses[-1]
    plan = schedule(
        DoseTimes(
            route=Route(first.route),
            started_at=first.given_at,
            session_number=room.appointment.number,
            infusion_min=first.infusion_min or 0,
            last_given_at=last.given_at,
        ),
        room.policies.monitoring,
    )
    taken = [row.taken_at for row in room.readings if row.taken_at > first.given_at]
    followed = follow(plan.readings, taken, room.policies.monitoring, now=now)
    return Course(plan, followed, next_due(followed))


def baseline_of(room: Room) -> Reading | None:
    """The newest value of each kind before the first dose."""
    rows = room.before
    if not room.doses or not rows:
        return None
    return merged(rows)


def merged(rows: Sequence[VitalSigns]) -> Reading:
    """One reading with the newest value of each kind."""
    values: dict[str, object] = {}
    for row in rows:
        for name in READING_FIELDS:
            value = getattr(row, name)
            if value is not None:
                values[name] = value
    return Reading(taken_at=rows[-1].taken_at, **values)  # type: ignore[arg-type]  # by name


def leaving_reading(room: Room, *, at: datetime) -> Reading | None:
    """What leaving is judged by: the newest values after the dose, none too old."""
    since = at - READING_HOLDS
    rows = [
        row
        for row in room.readings
        if row.taken_at >= since
        and row.taken_at <= at
        and room.doses
        and row.taken_at > room.doses[0].given_at
    ]
    return merged(rows) if rows else None


def findings_for(room: Room, reading: Reading) -> tuple[VitalFinding, ...]:
    """What the thresholds in force say of one reading of this visit."""
    policy = room.policies.vitals
    if not room.doses or reading.taken_at <= room.doses[0].given_at:
        age = room.appointment.patient.age_years(on=room.today)
        return classify_before(reading, policy, age_years=age)
    return classify(reading, baseline_of(room), policy)


def distress_minutes(room: Room, reading: Reading) -> int:
    """For how long distress has been at or above its limit, up to this reading."""
    limit = room.policies.vitals.during["distress_0_10"][0].value
    value = reading.distress_0_10
    if value is None or value < limit:
        return 0
    since = reading.taken_at
    for row in reversed(room.readings):
        if row.taken_at > reading.taken_at or row.distress_0_10 is None:
            continue
        if row.distress_0_10 < limit:
            break
        since = row.taken_at
    return int((reading.taken_at - since).total_seconds() // 60)


def told(room: Room) -> tuple[str, ...]:
    """Roles that must hear of the newest readings after the dose."""
    levels = [
        gravest(findings_for(room, as_reading(row)))
        for row in room.readings
        if room.doses and row.taken_at > room.doses[0].given_at
    ]
    return who_is_told(levels, room.policies.vitals)
