"""Generated clinics and courses for the planner's tests and its benchmark."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sessions.rules.plan_types import (
    Anchor,
    Diary,
    Gap,
    Grid,
    Pin,
    PlanRequest,
    ResourceKind,
    RoleNeed,
    RollingLimit,
    StepKind,
    StepSpec,
    Times,
)

HOUR, DAY = 60, 24 * 60
NEW_YORK = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 10, 5, 4, tzinfo=UTC)  # local midnight in New York
TWICE_A_WEEK = RollingLimit(StepKind.DOSING, 2, 7 * DAY)


@dataclass(frozen=True)
class Clinic:
    """How large and how full; ``block_min`` None: blocks of 60 to 180 minutes."""

    rooms: int = 4
    therapists: int = 6
    prescribers: int = 3
    nurses: int = 3
    days: int = 42
    fill: float = 0.5
    block_min: int | None = 90
    set_up_min: int = 0
    grid_min: int = 15

    def grid(self, origin: datetime = MONDAY) -> Grid:
        slots = self.days * DAY // self.grid_min
        return Grid(origin, slots, NEW_YORK, self.grid_min)


def open_mask(grid: Grid, first: time = time(8), last: time = time(18)) -> int:
    """Weekdays from ``first`` to ``last`` local time."""
    found = 0
    day = grid.origin.astimezone(grid.zone).date()
    while grid.floor(datetime.combine(day, first, grid.zone)) < grid.slots:
        if day.weekday() < 5:
            start = datetime.combine(day, first, grid.zone)
            found |= grid.mask(start, datetime.combine(day, last, grid.zone))
        day += timedelta(days=1)
    return found


def busy_lane(rng: Random, clinic: Clinic, grid: Grid, fill: float) -> int:
    """Closed hours, and appointments over ``fill`` of the open ones."""
    is_open = open_mask(grid)
    busy = grid.full & ~is_open
    target = fill * is_open.bit_count()
    slot = 0
    if clinic.block_min is not None:
        step = clinic.block_min // grid.grid_min
        while slot < grid.slots:
            if is_open >> slot & 1:
                if rng.random() < fill:
                    busy |= grid.stretch(slot, slot + step)
                slot += step
            else:
                slot += 1
        return busy
    while (busy & is_open).bit_count() < target:
        start = rng.randrange(grid.slots)
        length = rng.randrange(60, 181, 15) // grid.grid_min
        if is_open >> start & 1:
            busy |= grid.stretch(start, start + max(length, 1))
    return busy


def diaries(rng: Random, clinic: Clinic, grid: Grid) -> tuple[Diary, ...]:
    def make(kind: ResourceKind, count: int, lanes: int = 1) -> list[Diary]:
        return [
            Diary(
                f"{kind}-{number}",
                kind,
                tuple(busy_lane(rng, clinic, grid, clinic.fill) for _ in range(lanes)),
            )
            for number in range(count)
        ]

    patient = Diary("patient-0", ResourceKind.PATIENT, (0,))
    return (
        patient,
        *make(ResourceKind.ROOM, clinic.rooms),
        *make(ResourceKind.THERAPIST, clinic.therapists),
        *make(ResourceKind.PRESCRIBER, clinic.prescribers),
        *make(ResourceKind.NURSE, clinic.nurses, lanes=2),
    )


def ids(clinic_diaries: tuple[Diary, ...], kind: ResourceKind) -> tuple[str, ...]:
    return tuple(d.resource_id for d in clinic_diaries if d.kind is kind)


def standard_course(
    people: tuple[Diary, ...],
    *,
    dosings: int = 6,
    set_up_min: int = 0,
    min_gap_min: int = 72 * HOUR,
    ideal_time: time | None = time(10),
) -> tuple[StepSpec, ...]:
    """Preparation, dosings 3 to 5 days apart, each with an integration 24 to 72 h after."""
    patient = RoleNeed("patient", ("patient-0",))
    therapist = RoleNeed(
        "therapist", ids(people, ResourceKind.THERAPIST), same_throughout=True
    )
    room = RoleNeed("room", ids(people, ResourceKind.ROOM), -set_up_min, set_up_min)
    first_hour = RoleNeed(
        "prescriber",
        ids(people, ResourceKind.PRESCRIBER),
        to_min=60,
        to_anchor=Anchor.START,
    )
    nurse = RoleNeed("nurse", ids(people, ResourceKind.NURSE), -set_up_min)
    talk = (patient, therapist, room)
    steps = [StepSpec("preparation", StepKind.PREPARATION, 60, talk)]
    for number in range(1, dosings + 1):
        gap = Gap("preparation", DAY, 2 * DAY, 14 * DAY, Anchor.END)
        if number > 1:
            gap = Gap(f"dosing-{number - 1}", min_gap_min, 84 * HOUR, 5 * DAY)
        needs = (*talk, first_hour, nurse)
        steps.append(
            StepSpec(
                f"dosing-{number}",
                StepKind.DOSING,
                180,
                needs,
                (gap,),
                ideal_time=ideal_time,
            )
        )
        after = Gap(f"dosing-{number}", 24 * HOUR, 24 * HOUR, 72 * HOUR, Anchor.END)
        kind = StepKind.INTEGRATION
        steps.append(StepSpec(f"integration-{number}", kind, 60, talk, (after,)))
    return tuple(steps)


def standard_request(seed: int, clinic: Clinic, **course: object) -> PlanRequest:
    rng = Random(seed)
    grid = clinic.grid()
    people = diaries(rng, clinic, grid)
    steps = standard_course(people, set_up_min=clinic.set_up_min, **course)
    return PlanRequest(grid, steps, people, grid.origin, (TWICE_A_WEEK,))


def odd_request(seed: int) -> PlanRequest:
    """A small course with everything the planner knows, drawn at random."""
    rng = Random(seed)
    clinic = Clinic(
        rooms=rng.randint(1, 3),
        therapists=rng.randint(1, 3),
        prescribers=rng.randint(1, 2),
        nurses=rng.randint(1, 2),
        days=rng.randint(9, 20),
        fill=rng.uniform(0.05, 0.5),
        block_min=rng.choice([None, 60, 90]),
        set_up_min=rng.choice([0, 15, 30]),
        grid_min=rng.choice([15, 30]),
    )
    request = standard_request(
        rng.randrange(10**6),
        clinic,
        dosings=rng.randint(1, 3),
        min_gap_min=rng.choice([24, 26, 48, 72]) * HOUR,
        ideal_time=rng.choice([None, time(9, 30), time(14)]),
    )
    steps = [_odd(rng, step) for step in request.steps]
    if rng.random() < 0.5:
        steps.insert(rng.choice([len(steps), 1]), _closing(rng, steps))
    return replace(
        request,
        steps=tuple(steps),
        pins=_pins(rng, request.grid) if rng.random() < 0.3 else (),
        finish_step=rng.choice([None, None, steps[-1].key]),
        limits=rng.choice(
            [(), (TWICE_A_WEEK,), (RollingLimit(StepKind.DOSING, 1, 3 * DAY),)]
        ),
        earliest=request.grid.at(rng.randrange(200)),
        preferred=frozenset(
            rng.choice([(), ("therapist-1",), ("therapist-0", "room-1")])
        ),
        preferred_weight=rng.choice([4, 96]),
        fragment_min=rng.choice([0, 60, 90]),
    )


def _closing(rng: Random, steps: list[StepSpec]) -> StepSpec:
    """A visit spaced from two others, each gap with a wish of its own, or loosely."""
    last = steps[-2].key
    gaps = rng.choice(
        [
            (
                Gap(last, DAY, 3 * DAY, 6 * DAY),
                Gap("preparation", 2 * DAY, 7 * DAY, None, weight=2),
            ),
            (Gap(last, None, 2 * DAY, 5 * DAY), Gap("preparation", DAY, 4 * DAY)),
            (Gap(last, 0), Gap("preparation", None, None, 8 * DAY)),
            (Gap("preparation", None, 5 * DAY),),
            (),
        ]
    )
    return StepSpec("closing", StepKind.FOLLOW_UP, 45, steps[0].needs, gaps)


def _pins(rng: Random, grid: Grid) -> tuple[Pin, ...]:
    """The preparation pinned at 9 to 12 of a weekday, freely or as booked already."""
    start = grid.origin + timedelta(days=rng.randrange(4), hours=rng.randint(9, 12))
    held = {"patient": "patient-0", "therapist": "therapist-0"}
    return (Pin("preparation", start, rng.choice([None, held])),)


def _odd(rng: Random, step: StepSpec) -> StepSpec:
    draw = rng.random()
    gaps = tuple(
        replace(
            gap, slack_min=rng.choice([0, 0, 60, 12 * HOUR]), weight=rng.choice([1, 2])
        )
        for gap in step.gaps
    )
    step = replace(step, gaps=gaps)
    if draw < 0.15:
        return replace(step, wished=Times(frozenset({1, 2, 3})), wish_weight=5)
    if draw < 0.25:
        return replace(step, allowed=Times(None, time(9), time(17)))
    if draw < 0.35:
        return replace(step, wished=Times(None, None, time(12)))
    return step
