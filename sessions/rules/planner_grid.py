"""One visit of a course on a grid of times: where it fits, where it is free, what refuses it.

A start fits when everybody is free and the rest of the course can still be planned around
it (by the gaps, for the team of the proposal).  A refusal names people, rooms and rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sessions.rules.free_times import Conflict, FreeQuery, why_not
from sessions.rules.plan_types import PlanRequest, StepSpec
from sessions.rules.planner_bits import lowest, positions
from sessions.rules.planner_days import fits
from sessions.rules.planner_domains import Team, read_diaries, settle
from sessions.rules.planner_model import ENDLESS, Link, Model, build_model


class CellState(StrEnum):
    FITS = "fits"
    BENDS = "bends"
    """Everybody is free, but a gap, a limit or a wish of days is not kept."""
    TAKEN = "taken"


class RuleCode(StrEnum):
    TOO_SOON = "too-soon"
    TOO_LATE = "too-late"
    OVERLAPS = "overlaps"
    DAYS = "days"
    EARLIEST = "earliest"
    REST = "rest"
    """Each gap to a neighbour is kept, but the rest of the course has no place left."""


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """``to_step``: the other visit; ``minutes`` between both starts and what is allowed."""

    code: RuleCode
    to_step: str = ""
    minutes: int = 0
    allowed_min: int = 0


@dataclass(frozen=True, slots=True)
class StepGrid:
    """The states of one step's starts, as rows of bits."""

    request: PlanRequest
    step: StepSpec
    fits: int
    free: int

    def state(self, at: datetime) -> CellState:
        slot = self.request.grid.floor(at)
        if slot < 0 or self.request.grid.at(slot) != at:
            return CellState.TAKEN
        if self.fits >> slot & 1:
            return CellState.FITS
        return CellState.BENDS if self.free >> slot & 1 else CellState.TAKEN

    def first_fit(self, after: datetime) -> datetime | None:
        """The first start from then on that fits."""
        left = self.fits & ~((1 << max(self.request.grid.ceil(after), 0)) - 1)
        return self.request.grid.at(lowest(left)) if left else None

    def fitting(self) -> list[datetime]:
        return [self.request.grid.at(slot) for slot in positions(self.fits)]


def step_grid(request: PlanRequest, key: str, team: Team) -> StepGrid:
    """The grid of one step; a pin on it is lifted first, all other pins hold."""
    request = replace(
        request, pins=tuple(pin for pin in request.pins if pin.step_key != key)
    )
    model, diaries = build_model(request), read_diaries(request)
    index = [step.key for step in model.steps].index(key)
    step = model.steps[index]
    domains = [diaries.starts(one, team) for one in model.steps]
    domains[model.finish] &= diaries.in_time
    free = diaries.free(step, diaries.needs[key], team)
    can = all(domains) and settle(model, domains, request.grid.full)
    return StepGrid(request, step, domains[index] if can else 0, free)


def refusals(
    grid: StepGrid, at: datetime, team: Team, starts: Mapping[str, datetime]
) -> tuple[list[Conflict], list[BrokenRule]]:
    """Who and which rule closes this start; ``starts``: where the other visits stand now."""
    people = blockers(grid.request, grid.step, at, team)
    return people, list(_rules(grid, at, starts))


def blockers(
    request: PlanRequest, step: StepSpec, at: datetime, team: Team
) -> list[Conflict]:
    """The people and rooms that are not free for the step then; the team's own are held."""
    length = timedelta(minutes=step.duration_min)
    query = FreeQuery(
        grid=request.grid,
        step=replace(step, gaps=()),
        diaries=request.diaries,
        first=min(at, request.grid.origin),
        last=max(at + length, request.grid.at(request.grid.slots)),
        held={
            need.role: team[need.role]
            for need in step.needs
            if need.same_throughout and need.role in team
        },
    )
    return [one for one in why_not(query, at) if one.role]


def _rules(
    grid: StepGrid, at: datetime, starts: Mapping[str, datetime]
) -> Iterator[BrokenRule]:
    request = grid.request
    if at < request.earliest:
        yield BrokenRule(RuleCode.EARLIEST)
    if not fits(grid.step.allowed, request.grid.zone, at, grid.step.duration_min):
        yield BrokenRule(RuleCode.DAYS)
    model = build_model(request)
    broken = list(_gaps(model, grid, at, starts))
    yield from broken
    if not broken and grid.state(at) is CellState.BENDS and at >= request.earliest:
        yield BrokenRule(RuleCode.REST)


def _gaps(
    model: Model, grid: StepGrid, at: datetime, starts: Mapping[str, datetime]
) -> Iterator[BrokenRule]:
    """Gaps to the visits where they stand in the proposal, and visits that overlap."""
    keys = [step.key for step in model.steps]
    own, slots = keys.index(grid.step.key), grid.request.grid
    here = slots.floor(at)
    known = {keys.index(key): slots.floor(when) for key, when in starts.items()}
    known[own] = here
    for link in model.links:
        if own in (link.earlier, link.later) and {link.earlier, link.later} <= set(
            known
        ):
            yield from _link(link, known, keys, own, slots.grid_min)
    first, end = model.hulls[own]
    for other, start in known.items():
        low, high = model.hulls[other]
        if other != own and here + first < start + high and start + low < here + end:
            yield BrokenRule(RuleCode.OVERLAPS, keys[other])


def _link(
    link: Link, known: Mapping[int, int], keys: Sequence[str], own: int, grid_min: int
) -> Iterator[BrokenRule]:
    apart = known[link.later] - known[link.earlier]
    other = keys[link.earlier if own == link.later else link.later]
    if link.low > -ENDLESS and apart < link.low:
        yield BrokenRule(
            RuleCode.TOO_SOON, other, apart * grid_min, link.low * grid_min
        )
    elif link.high < ENDLESS and apart > link.high:
        yield BrokenRule(
            RuleCode.TOO_LATE, other, apart * grid_min, link.high * grid_min
        )
