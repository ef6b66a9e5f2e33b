"""When one visit can be held, and who or what closes a time that is refused.

The same bit rows as the course planner's: a start is free when every role finds somebody
who is free for the whole stretch it is needed, set-up and clean-up included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sessions.rules.plan_results import Assigned
from sessions.rules.plan_types import (
    Anchor,
    Diary,
    Grid,
    PlanRequest,
    RoleNeed,
    StepSpec,
)
from sessions.rules.planner_answer import assigned_at
from sessions.rules.planner_bits import lowest, positions
from sessions.rules.planner_days import fits
from sessions.rules.planner_domains import Diaries, read_diaries
from sessions.rules.planner_model import build_model
from sessions.rules.planner_tables import prices


@dataclass(frozen=True, slots=True)
class FreeQuery:
    """One visit to place; starts lie in ``[first, last)``.

    ``held`` fixes who takes a role (role to resource id); other roles take any candidate.
    ``preferred`` are taken first where there is a choice.  Gaps of the step are not
    looked at.
    """

    grid: Grid
    step: StepSpec
    diaries: tuple[Diary, ...]
    first: datetime
    last: datetime
    held: Mapping[str, str] = field(default_factory=dict)
    preferred: frozenset[str] = frozenset()
    fragment_min: int = 60


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A start that keeps every rule.

    ``rank`` 1 is the best: least ``deviation`` from the step's wished times and ideal
    time of day (slots), then fewest short ``fragments`` left in the diaries of those
    held, then earliest.
    """

    start: datetime
    end: datetime
    rank: int
    deviation: int
    fragments: int


class ConflictCode(StrEnum):
    BUSY = "busy"
    NOBODY = "nobody"
    """The role has no candidate at all."""
    SHARED = "shared"
    """Somebody is free for each role, but one person would have to take two."""
    NOT_ALLOWED = "not-allowed"
    """Outside the step's allowed days and times, or outside the days asked for."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What closes a start: the part of the needed stretch that is taken.

    ``role`` is empty when no role is to blame.  A role is in conflict when none of its
    candidates is free; there is one conflict for each of them.
    """

    code: ConflictCode
    role: str
    resource_id: str | None
    start: datetime
    end: datetime


def free_times(query: FreeQuery) -> tuple[FreeTime, ...]:
    """All free starts, in order of time."""
    visit = _read(query)
    at = positions(visit.domain)
    price = prices(visit.diaries, build_model(visit.diaries.request))
    costs = price.of(visit.step, visit.held, at, visit.domain)
    order = sorted(range(len(at)), key=costs.__getitem__)
    ranks = {place: rank for rank, place in enumerate(order, start=1)}
    length = timedelta(minutes=visit.step.duration_min)
    found: list[FreeTime] = []
    for place, (slot, cost) in enumerate(zip(at, costs, strict=True)):
        start = query.grid.at(slot)
        deviation, fragments, _ = price.packing.parts(cost)
        found.append(
            FreeTime(start, start + length, ranks[place], deviation, fragments)
        )
    return tuple(found)


def people_at(query: FreeQuery, start: datetime) -> tuple[Assigned, ...]:
    """Who would take the visit at a free start on the grid; empty when it is not free."""
    visit = _read(query)
    slot = query.grid.floor(start)
    on_grid = query.grid.at(slot) == start and 0 <= slot < query.grid.slots
    if not on_grid or not (visit.domain >> slot) & 1:
        return ()
    return assigned_at(visit.diaries, visit.step, slot, visit.held)


def why_not(query: FreeQuery, start: datetime) -> list[Conflict]:
    """Everything that closes this start, which need not lie on the grid; empty: it is free."""
    found = list(_outside(query, start))
    needs = [_held(need, query.held) for need in query.step.needs]
    for need in needs:
        found += _role_conflicts(query, need, start)
    if not found:
        found += _shared(query, needs, start)
    return found


@dataclass(frozen=True, slots=True)
class _Visit:
    """The query as a course of one step: who is fixed, and where it can start."""

    diaries: Diaries
    step: StepSpec
    held: Mapping[str, str]
    domain: int


def _read(query: FreeQuery) -> _Visit:
    needs = tuple(_held(need, query.held) for need in query.step.needs)
    step = replace(query.step, needs=needs, gaps=())
    request = PlanRequest(
        grid=query.grid,
        steps=(step,),
        diaries=query.diaries,
        earliest=query.first,
        preferred=query.preferred,
        fragment_min=query.fragment_min,
    )
    diaries = read_diaries(request)
    held = {need.role: need.candidates[0] for need in needs if need.same_throughout}
    one_role_each = len(set(held.values())) == len(held)
    asked = query.grid.stretch(0, query.grid.ceil(query.last))
    domain = diaries.starts(step, held) & asked if one_role_each else 0
    return _Visit(diaries, step, held, domain)


def _held(need: RoleNeed, held: Mapping[str, str]) -> RoleNeed:
    """The need with whom it is held by; ``same_throughout`` then means just that."""
    who = held.get(need.role)
    candidates = need.candidates if who is None else (who,)
    return replace(need, candidates=candidates, same_throughout=len(candidates) == 1)


def _stretch(
    query: FreeQuery, need: RoleNeed, start: datetime
) -> tuple[datetime, datetime]:
    length = timedelta(minutes=query.step.duration_min)
    at = {Anchor.START: start, Anchor.END: start + length}
    first = at[need.from_anchor] + timedelta(minutes=need.from_min)
    return first, at[need.to_anchor] + timedelta(minutes=need.to_min)


def _outside(query: FreeQuery, start: datetime) -> Iterator[Conflict]:
    step, zone = query.step, query.grid.zone
    asked = query.first <= start < query.last
    if not asked or not fits(step.allowed, zone, start, step.duration_min):
        end = start + timedelta(minutes=step.duration_min)
        yield Conflict(ConflictCode.NOT_ALLOWED, "", None, start, end)


def _role_conflicts(
    query: FreeQuery, need: RoleNeed, start: datetime
) -> list[Conflict]:
    first, end = _stretch(query, need, start)
    if not need.candidates:
        return [Conflict(ConflictCode.NOBODY, need.role, None, first, end)]
    diaries = {diary.resource_id: diary for diary in query.diaries}
    found: list[Conflict] = []
    for who in need.candidates:
        taken = _taken(query.grid, diaries[who].lanes, first, end)
        taken = taken or _at_peak(query.grid, diaries[who], need, start)
        if taken is None:
            return []
        found.append(Conflict(ConflictCode.BUSY, need.role, who, *taken))
    return found


def _taken(
    grid: Grid, lanes: Sequence[int], first: datetime, end: datetime
) -> tuple[datetime, datetime] | None:
    """The first taken part of the stretch, or None when a lane is free for all of it.

    Where no moment is taken in every lane, the fullest lane's is shown.
    """
    low, high = grid.floor(first), grid.ceil(end)
    if low < 0 or high > grid.slots:
        return first, end
    wanted = grid.stretch(low, high)
    busy = [lane & wanted for lane in lanes]
    if not all(busy):
        return None
    everywhere = wanted
    for lane in busy:
        everywhere &= lane
    shown = everywhere or max(busy, key=int.bit_count)
    from_slot = lowest(shown)
    run = shown >> from_slot
    length = lowest(~run)
    return (
        max(first, grid.at(from_slot)),
        min(end, grid.at(from_slot + length)),
    )


def _at_peak(
    grid: Grid, diary: Diary, need: RoleNeed, start: datetime
) -> tuple[datetime, datetime] | None:
    """The part of the visit's peak that this one cannot watch, if there is one."""
    if not need.peak_min or not diary.peak_busy:
        return None
    end = start + timedelta(minutes=need.peak_min)
    return _taken(grid, (diary.peak_busy,), start, end)


def _shared(
    query: FreeQuery, needs: Sequence[RoleNeed], start: datetime
) -> Iterator[Conflict]:
    lanes = {diary.resource_id: diary.lanes for diary in query.diaries}
    free: list[tuple[RoleNeed, set[str]]] = []
    for need in needs:
        stretch = _stretch(query, need, start)
        people = {
            who
            for who in need.candidates
            if _taken(query.grid, lanes[who], *stretch) is None
        }
        free.append((need, people))
        if not _distinct([who for _, who in free]):
            yield Conflict(ConflictCode.SHARED, need.role, None, *stretch)
            return


def _distinct(choices: Sequence[set[str]], taken: frozenset[str] = frozenset()) -> bool:
    if not choices:
        return True
    return any(_distinct(choices[1:], taken | {w}) for w in choices[0] - taken)
