"""One visit of a proposed course on a grid of times, and why a time is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sessions.enums import ParticipantRole
from sessions.queries.course import CourseQuestion
from sessions.queries.course_words import step_label
from sessions.queries.diary import ON_SITE
from sessions.rules.free_times import Conflict, ConflictCode
from sessions.rules.plan_results import Proposal
from sessions.rules.plan_types import PlanRequest
from sessions.rules.planner_bits import lowest
from sessions.rules.planner_grid import (
    BrokenRule,
    CellState,
    RuleCode,
    StepGrid,
    refusals,
    step_grid,
)

DAYS_SHOWN: Final = 5
EVERY: Final = timedelta(minutes=30)
STATES: Final[Mapping[CellState, str]] = {
    CellState.FITS: "fits",
    CellState.BENDS: "free, but a rule is not kept",
    CellState.TAKEN: "taken",
}
RULES: Final[Mapping[RuleCode, str]] = {
    RuleCode.TOO_SOON: (
        "Only {hours} h lie between it and {other}; at least {allowed} h are needed."
    ),
    RuleCode.TOO_LATE: (
        "{hours} h lie between it and {other}; at most {allowed} h are allowed."
    ),
    RuleCode.OVERLAPS: "It would overlap {other}.",
    RuleCode.DAYS: "It is not on a day that was asked for.",
    RuleCode.EARLIEST: "It is before the first day asked for.",
    RuleCode.REST: "The rest of the course finds no place around it.",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """``code``: the instant in UTC, as the address takes it."""

    text: str
    state: str
    label: str
    code: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class GridRow:
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class RowView:
    """The panel of one visit."""

    key: str
    label: str
    now_at: str
    heads: tuple[str, ...]
    rows: tuple[GridRow, ...]
    before: date
    after: date
    asked: str
    refusals: tuple[str, ...]
    best: tuple[Cell, ...]


def row_of(
    question: CourseQuestion,
    request: PlanRequest,
    plan: Proposal,
    key: str,
    *,
    day: date | None,
    ask: datetime | None,
) -> RowView | None:
    """None when the course has no such visit, or it is booked already."""
    visits = {visit.step_key: visit for visit in plan.visits}
    held = {visit.step_key for visit in question.held}
    if key not in visits or key in held:
        return None
    zone = question.clinic.grid.zone
    grid = step_grid(request, key, plan.team)
    starts = {k: v.start for k, v in visits.items()}
    first = day or (visits[key].start.astimezone(zone).date() - timedelta(days=2))
    first = max(first, request.earliest.astimezone(zone).date())
    days = list(_days(question, first))
    step = next(s for s in question.steps if s.key == key)
    asked: tuple[str, ...] = ()
    if ask is not None:
        asked = tuple(_sentences(question, grid, plan, ask, starts))
    here = starts[key].astimezone(zone)
    return RowView(
        key=key,
        label=step_label(step),
        now_at=f"{here:%a %-d %b %H:%M}",
        heads=tuple(f"{one:%a %-d %b}" for one in days),
        rows=tuple(_rows(question, grid, days, starts[key])),
        before=first - timedelta(days=7),
        after=(days[-1] if days else first) + timedelta(days=1),
        asked=f"{ask.astimezone(zone):%a %-d %b %H:%M}" if ask else "",
        refusals=asked,
        best=tuple(_best(grid, starts[key])),
    )


def _days(question: CourseQuestion, first: date) -> Iterator[date]:
    """The next days on which the site is open."""
    grid, is_open = question.clinic.grid, question.clinic.open_bits
    found, day = 0, first
    last = grid.at(grid.slots).astimezone(grid.zone).date()
    while found < DAYS_SHOWN and day < last:
        start = datetime.combine(day, time(0), grid.zone)
        end = datetime.combine(day + timedelta(days=1), time(0), grid.zone)
        if is_open & grid.mask(start, end):
            found += 1
            yield day
        day += timedelta(days=1)


def _rows(
    question: CourseQuestion, grid: StepGrid, days: Sequence[date], now_at: datetime
) -> Iterator[GridRow]:
    first, last = _hours(question, days)
    wall = datetime.combine(date(2000, 1, 3), first)
    while wall.time() < last and wall.day == 3:
        yield GridRow(
            tuple(_cell(question, grid, day, wall.time(), now_at) for day in days)
        )
        wall += EVERY


def _hours(question: CourseQuestion, days: Sequence[date]) -> tuple[time, time]:
    """From the earliest opening to the latest closing of these days, in whole hours."""
    grid, is_open = question.clinic.grid, question.clinic.open_bits
    first, last = 23, 0
    for day in days:
        start = datetime.combine(day, time(0), grid.zone)
        end = datetime.combine(day + timedelta(days=1), time(0), grid.zone)
        there = is_open & grid.mask(start, end)
        if there:
            opens = grid.at(lowest(there)).astimezone(grid.zone)
            closes = grid.at(there.bit_length() - 1).astimezone(grid.zone)
            first, last = min(first, opens.hour), max(last, closes.hour + 1)
    return time(min(first, 22)), time(min(last, 23))


def _cell(
    question: CourseQuestion, grid: StepGrid, day: date, wall: time, now_at: datetime
) -> Cell | None:
    at = datetime.combine(day, wall, question.clinic.grid.zone)
    if at < grid.request.earliest:
        return None
    is_now = at == now_at
    state = grid.state(at)
    words = "where it stands now" if is_now else STATES[state]
    return Cell(
        f"{wall:%H:%M}",
        state.value,
        f"{day:%a %-d %b} {wall:%H:%M}, {words}",
        _code(at),
        is_now,
    )


def _best(grid: StepGrid, now_at: datetime) -> Iterator[Cell]:
    """The nearest other starts that keep every rule, two hours apart."""
    chosen: list[datetime] = [now_at]
    apart = timedelta(hours=2)
    for at in sorted(grid.fitting(), key=lambda at: (abs(at - now_at), at)):
        if len(chosen) > 4:
            break
        if all(abs(at - other) >= apart for other in chosen):
            chosen.append(at)
    for at in sorted(chosen[1:]):
        here = at.astimezone(grid.request.grid.zone)
        text = f"{here:%a %-d %b %H:%M}"
        yield Cell(text, CellState.FITS.value, text, _code(at), is_now=False)


def _code(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M}"


def _sentences(
    question: CourseQuestion,
    grid: StepGrid,
    plan: Proposal,
    at: datetime,
    starts: Mapping[str, datetime],
) -> Iterator[str]:
    people, rules = refusals(grid, at, plan.team, starts)
    for conflict in people:
        yield _conflict(conflict, question)
    labels = {step.key: step_label(step) for step in question.steps}
    for rule in rules:
        yield _rule(rule, labels)


def _conflict(conflict: Conflict, question: CourseQuestion) -> str:
    zone = question.clinic.grid.zone
    start, end = conflict.start.astimezone(zone), conflict.end.astimezone(zone)
    if conflict.role == ON_SITE:
        return f"No prescriber is on site from {start:%H:%M} to {end:%H:%M}."
    word = ParticipantRole(conflict.role).label.lower()
    if conflict.code is ConflictCode.NOBODY:
        return f"Nobody here can take this visit as {word}."
    if conflict.code is ConflictCode.SHARED:
        return f"The only {word} who is free is needed for another part of the visit."
    if conflict.role == ParticipantRole.PATIENT:
        return f"The patient has another visit from {start:%H:%M} to {end:%H:%M}."
    who = question.clinic.named(conflict.resource_id or "").name
    return f"{who} is not free from {start:%H:%M} to {end:%H:%M}."


def _rule(rule: BrokenRule, labels: Mapping[str, str]) -> str:
    words = RULES[rule.code]
    if rule.code is RuleCode.TOO_SOON and rule.minutes < 0:
        words = "It would change places with {other}."
    return words.format(
        other=labels.get(rule.to_step, ""),
        hours=abs(rule.minutes) // 60,
        allowed=abs(rule.allowed_min) // 60,
    )
