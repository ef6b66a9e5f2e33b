"""Short words for small plan requests: a patient, a few diaries, a few steps."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sessions.rules.plan_results import Planned
from sessions.rules.plan_types import (
    Diary,
    Gap,
    Grid,
    PlanRequest,
    ResourceKind,
    RoleNeed,
    RollingLimit,
    StepKind,
    StepSpec,
)
from sessions.rules.planner import plan_course

HOUR, DAY = 60, 24 * 60
ZONE = ZoneInfo("America/New_York")
MIDNIGHT = datetime(2026, 10, 5, tzinfo=ZONE)  # a Monday
PREPARATION, DOSING = StepKind.PREPARATION, StepKind.DOSING
INTEGRATION, FOLLOW_UP = StepKind.INTEGRATION, StepKind.FOLLOW_UP
TWICE_IN_7_DAYS = RollingLimit(DOSING, 2, 7 * DAY)
PATIENT = RoleNeed("patient", ("patient",))


def at(day: int, hour: int = 0, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def grid_of(days: int, origin: datetime = MIDNIGHT) -> Grid:
    return Grid(origin, days * 96, ZONE)


def free_only(grid: Grid, *stretches: tuple[datetime, datetime]) -> int:
    busy = grid.full
    for start, end in stretches:
        busy &= ~grid.mask(start, end)
    return busy


def diary(
    resource_id: str, *lanes: int, kind: ResourceKind = ResourceKind.THERAPIST
) -> Diary:
    return Diary(resource_id, kind, lanes or (0,))


def step(key: str, kind: StepKind, minutes: int, *gaps: Gap, **more) -> StepSpec:
    more.setdefault("needs", (PATIENT,))
    return StepSpec(key, kind, minutes, gaps=gaps, **more)


def plan(grid: Grid, steps, *diaries: Diary, **more):
    more.setdefault("earliest", grid.origin)
    people = diaries or (diary("patient", kind=ResourceKind.PATIENT),)
    return plan_course(PlanRequest(grid, tuple(steps), people, **more))


def first_of(answer):
    assert isinstance(answer, Planned), answer
    return answer.proposals[0]


def starts(answer) -> dict[str, datetime]:
    return {visit.step_key: visit.start for visit in first_of(answer).visits}


def two_visits(same: bool) -> list[StepSpec]:
    need = RoleNeed("therapist", ("ann", "ben"), same_throughout=same)
    gap = Gap("one", DAY, DAY, 2 * DAY)
    return [
        step("one", PREPARATION, 60, needs=(PATIENT, need)),
        step("two", DOSING, 60, gap, needs=(PATIENT, need)),
    ]
