"""The exact course planner: every visit of a course at once, provably best, or why not.

The question: on which days, and with whom, can this patient's whole course be held?
The answer is optimal under the cost of ``plan_results.Cost``, compared part by part, or
names the first step that cannot be placed.  Spacing and windows come from the request
(``clinical.md`` 1.2, 1.5 and 1.6 give the shipped protocols); nothing here is a number.

How: for each team (whoever is kept throughout), the starts of each step are a row of
bits, cut by the gaps; the earliest finish date that is still open is tried first; a
best-first search over the course, guided by the exact cost on a tree of its gaps, finds
the least cost on that date or shows that there is none.  Teams wait in one queue by what
they can reach at best, so a team that cannot win is never searched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from sessions.rules.plan_results import Impossible, Planned, PlanResult, Proposal
from sessions.rules.plan_types import PlanRequest
from sessions.rules.planner_answer import away_from_wish, proposal
from sessions.rules.planner_bits import lowest
from sessions.rules.planner_domains import (
    Diaries,
    Team,
    read_diaries,
    settle,
    teams,
)
from sessions.rules.planner_frontier import frontiers
from sessions.rules.planner_model import Model, build_model
from sessions.rules.planner_reasons import (
    contradiction,
    furthest,
    impossible,
    no_team,
    undecided,
)
from sessions.rules.planner_search import (
    Effort,
    Layer,
    OutOfEffortError,
    Search,
    Starts,
    layers,
)
from sessions.rules.planner_tables import Prices, Tables, prices, tables


@dataclass(frozen=True, slots=True)
class _Course:
    """What all teams share."""

    model: Model
    layers: tuple[Layer, ...]
    price: Prices
    effort: Effort

    @property
    def diaries(self) -> Diaries:
        return self.price.diaries


@dataclass(slots=True)
class _Bid:
    """One team's best chance on the earliest finish date still open to it."""

    team: Team
    wish_cost: int
    domains: list[int]
    """Settled over all dates; the finish step's dates already tried are gone."""
    day: int = 0
    tables: Tables | None = None
    starts: Starts | None = None

    def next_day(self, course: _Course) -> tuple[int, int] | None:
        """Go to the earliest finish date whose tables are not empty; its lower bound."""
        model, days = course.model, course.diaries.days
        full = course.diaries.request.grid.full
        while self.domains[model.finish]:
            self.day = days.index(lowest(self.domains[model.finish]))
            that_day = days.mask(self.day)
            today = list(self.domains)
            today[model.finish] &= that_day
            self.domains[model.finish] &= ~that_day
            if settle(model, today, full):
                self.tables = tables(model, today, self.team, course.price)
                if self.tables is not None:
                    return self.day, self.tables.bound + self.wish_cost
        return None


def plan_course(request: PlanRequest) -> PlanResult:
    """Up to ``request.proposals`` plans, the first provably best; or why there is none.

    Raises ValueError for a request that contradicts itself in form (an unknown step or
    resource, a pinned start off the grid): the caller's mistake, not the patient's.
    """
    model = build_model(request)
    if model.contradiction is not None:
        return contradiction(model, model.contradiction)
    price = prices(read_diaries(request), model)
    course = _Course(
        model, layers(model, frontiers(model)), price, Effort(request.effort)
    )
    able = _opening(course)
    found: list[Proposal] = []
    try:
        for plan in _ranked(course, able):
            found.append(plan)
            if len(found) >= request.proposals:
                return Planned(tuple(found))
        if not found:
            return _why_not(course, able)
        found += _other_days(course, able, found)
    except OutOfEffortError:
        if not found:
            return undecided(model, able[0][0])
    return Planned(tuple(sorted(found, key=lambda plan: plan.cost)))


_Able = Sequence[tuple[Team, list[int]]]


def _opening(course: _Course) -> _Able:
    """The teams, each with every start of every step that its diaries leave."""
    model, diaries = course.model, course.diaries
    return [
        (team, [diaries.starts(step, team) for step in model.steps])
        for team in teams(diaries.request)
    ]


def _ranked(course: _Course, able: _Able) -> Iterator[Proposal]:
    """The best plan of each team, best first."""
    model, price = course.model, course.price
    full = course.diaries.request.grid.full
    bids: list[_Bid] = []
    queue: list[tuple[int, int, int]] = []
    for team, domains in able:
        cut = list(domains)
        if all(cut) and settle(model, cut, full):
            wish = away_from_wish(course.diaries.request, team) * price.packing.unit
            bids.append(_Bid(team, wish, cut))
            day = course.diaries.days.index(lowest(cut[model.finish]))
            queue.append((day, -1, len(bids) - 1))
    heapify(queue)
    while queue:
        _, cost, number = heappop(queue)
        bid = bids[number]
        if bid.starts is not None:
            yield proposal(model, price, bid.team, bid.starts, cost - bid.wish_cost)
            continue
        if cost >= 0 and _solve(course, bid, number, queue):
            continue
        bound = bid.next_day(course)
        if bound is not None:
            heappush(queue, (*bound, number))


def _solve(
    course: _Course, bid: _Bid, number: int, queue: list[tuple[int, int, int]]
) -> bool:
    """Search the bid's date; put the exact cost in the queue if there is a course."""
    if bid.tables is None:
        return False
    best = Search(
        model=course.model,
        layers=course.layers,
        tables=bid.tables,
        slots=course.diaries.request.grid.slots,
        unit=course.price.packing.unit,
        effort=course.effort,
    ).best()
    if best is None:
        return False
    cost, bid.starts = best
    heappush(queue, (bid.day, cost + bid.wish_cost, number))
    return True


def _other_days(
    course: _Course, able: _Able, found: Sequence[Proposal]
) -> list[Proposal]:
    """More plans for the same teams, each beginning its dosings on a date not yet used."""
    model, days = course.model, course.diaries.days
    more: list[Proposal] = []
    while len(found) + len(more) < course.diaries.request.proposals:
        used = 0
        for plan in (*found, *more):
            start = course.diaries.request.grid.floor(plan.visits[model.vary].start)
            used |= days.mask(days.index(start))
        fresh = [(team, _without(domains, model.vary, used)) for team, domains in able]
        opened = [(team, domains) for team, domains in fresh if domains[model.vary]]
        best = next(_ranked(course, opened), None)
        if best is None:
            break
        more.append(best)
    return more


def _without(domains: Sequence[int], index: int, used: int) -> list[int]:
    cut = list(domains)
    cut[index] &= ~used
    return cut


def _why_not(course: _Course, able: _Able) -> Impossible:
    if not able:
        return no_team(course.model)
    fronts = [layer.frontier for layer in course.layers]
    failed = furthest(course.model, fronts, able, course.diaries)
    return impossible(course.model, course.diaries, failed)
