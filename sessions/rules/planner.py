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
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush

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
from sessions.rules.planner_tables import Prices, Tables, loose_end, prices, tables


@dataclass(frozen=True, slots=True)
class _Course:
    """What all teams share."""

    model: Model
    layers: tuple[Layer, ...]
    price: Prices
    effort: Effort
    last_effort: Effort
    """For a course of any kind, once the effort for the best is spent."""

    @property
    def diaries(self) -> Diaries:
        return self.price.diaries

    def first_day(self, domains: Sequence[int]) -> int:
        """The earliest finish date still open; wishes first: one day is like another."""
        if self.diaries.request.wishes_first:
            return 0
        return self.diaries.days.index(lowest(domains[self.model.finish]))

    def day_mask(self, day: int) -> int:
        if self.diaries.request.wishes_first:
            return self.diaries.request.grid.full
        return self.diaries.days.mask(day)


@dataclass(slots=True)
class _Bid:
    """One team's best chance on the earliest finish date still open to it."""

    team: Team
    wish_cost: int
    domains: list[int]
    """Settled over all dates; the finish step's dates already tried are gone."""
    day: int = 0
    today: list[int] = field(default_factory=list)
    tables: Tables | None = None
    starts: Starts | None = None
    cost: int = 0

    def next_day(self, course: _Course) -> tuple[int, int] | None:
        """Go to the earliest finish date whose tables are not empty; its lower bound."""
        model, full = course.model, course.diaries.request.grid.full
        while self.domains[model.finish]:
            self.day = course.first_day(self.domains)
            that_day = course.day_mask(self.day)
            self.today = list(self.domains)
            self.today[model.finish] &= that_day
            self.domains[model.finish] &= ~that_day
            if settle(model, self.today, full):
                self.tables = tables(model, self.today, self.team, course.price)
                course.effort.count(sum(map(len, self.tables.at)))
                return self.day, self.tables.bound + self.wish_cost
        return None

    def split(self, step: int, known: Tables) -> Iterator[tuple[_Bid, int]]:
        """The same date with the step fixed: for each start a bid and its lower bound."""
        for place, start in enumerate(known.at[step]):
            domains = list(self.today)
            domains[step] = 1 << start
            part = _Bid(self.team, self.wish_cost, domains, self.day)
            yield part, known.bound_at(step, place) + self.wish_cost


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
        model,
        layers(model, frontiers(model)),
        price,
        Effort(request.effort),
        Effort(request.effort),
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
    by_wishes = request.wishes_first
    order = sorted(found, key=lambda plan: plan.cost.key(wishes_first=by_wishes))
    return Planned(tuple(order))


_Able = Sequence[tuple[Team, list[int]]]


def _opening(course: _Course) -> _Able:
    """The teams, each with every start of every step that its diaries leave."""
    model, diaries = course.model, course.diaries
    able: list[tuple[Team, list[int]]] = []
    for team in teams(diaries.request):
        domains = [diaries.starts(step, team) for step in model.steps]
        domains[model.finish] &= diaries.in_time
        able.append((team, domains))
    return able


def _ranked(course: _Course, able: _Able) -> Iterator[Proposal]:
    """The best plan of each team, best first."""
    queue = _Queue(course)
    for team, domains in able:
        queue.enter(team, list(domains))
    done: list[Team] = []
    while queue.waiting:
        bid = queue.pop()
        if bid.team in done:
            continue
        if bid.starts is not None:
            done.append(bid.team)
            plan = proposal(course.model, course.price, bid.team, bid.starts, bid.cost)
            yield replace(plan, proven_optimal=course.effort.left >= 0)
        elif bid.tables is None or not queue.advance(bid, bid.tables):
            queue.reopen(bid)


@dataclass(slots=True)
class _Queue:
    """Bids by finish date, then by a cost that is never more than theirs will be."""

    course: _Course
    waiting: list[tuple[int, int, int]] = field(default_factory=list)
    bids: list[_Bid] = field(default_factory=list)

    def enter(self, team: Team, domains: list[int]) -> None:
        model, diaries = self.course.model, self.course.diaries
        if all(domains) and settle(model, domains, diaries.request.grid.full):
            unit = self.course.price.packing.unit
            wish = away_from_wish(diaries.request, team) * unit
            day = self.course.first_day(domains)
            self.push(_Bid(team, wish, domains, day), day, 0)

    def push(self, bid: _Bid, day: int, cost: int) -> None:
        heappush(self.waiting, (day, cost, len(self.bids)))
        self.bids.append(bid)

    def pop(self) -> _Bid:
        return self.bids[heappop(self.waiting)[2]]

    def reopen(self, bid: _Bid) -> None:
        """On to the bid's next date, if it has one."""
        bid.tables = None
        bound = bid.next_day(self.course)
        if bound is not None:
            self.push(bid, *bound)

    def advance(self, bid: _Bid, known: Tables) -> bool:
        """Search the bid's date; True when the bid is back in the queue, solved."""
        step = loose_end(self.course.model, known.at)
        if step is not None:
            for part, bound in bid.split(step, known):
                self.push(part, bid.day, bound)
            return False
        found, proven = _searched(self.course, known)
        if found is None:
            return False
        bid.cost, bid.starts = found
        self.push(bid, bid.day, bid.cost + bid.wish_cost if proven else -1)
        return True


def _searched(course: _Course, known: Tables) -> tuple[tuple[int, Starts] | None, bool]:
    """The best course on these tables; once the effort is spent, any, and not proven."""
    search = Search(
        model=course.model,
        layers=course.layers,
        tables=known,
        slots=course.diaries.request.grid.slots,
        unit=course.price.packing.unit,
        effort=course.effort,
    )
    try:
        return search.best(), True
    except OutOfEffortError:
        search.effort = course.last_effort
        return search.dive(), False


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
