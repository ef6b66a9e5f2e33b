"""What each start costs by itself, and the least that the steps hanging on it can cost.

The links form a graph; one costing or bounded link for each step, to a step listed
before it, makes a tree of it.  On the tree the least cost is found exactly, from the
leaves up.  It never exceeds the true cost, which makes it the guide of the search.
A second costing link of a step counts once the step it comes from has one start left.

Costs are packed into one whole number: deviation, then fragments, then sum of starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from sessions.rules.plan_types import StepSpec, Times
from sessions.rules.planner_bits import positions, runs, shifted, window_least
from sessions.rules.planner_days import starts_within
from sessions.rules.planner_domains import Diaries, Team
from sessions.rules.planner_masks import span
from sessions.rules.planner_model import ENDLESS, Link, Model

NEVER = 1 << 60


@dataclass(frozen=True, slots=True)
class Packing:
    """Where the parts of a packed cost lie."""

    start_bits: int
    fragment_bits: int

    @property
    def unit(self) -> int:
        """One slot of deviation."""
        return 1 << (self.start_bits + self.fragment_bits)

    @property
    def fragment(self) -> int:
        return 1 << self.start_bits

    def parts(self, cost: int) -> tuple[int, int, int]:
        starts = cost & ((1 << self.start_bits) - 1)
        rest = cost >> self.start_bits
        fragments = rest & ((1 << self.fragment_bits) - 1)
        return rest >> self.fragment_bits, fragments, starts


def packing(model: Model, slots: int) -> Packing:
    remnants = 2 * sum(len(step.needs) for step in model.steps)
    return Packing((len(model.steps) * slots).bit_length(), remnants.bit_length())


@dataclass(slots=True)
class Prices:
    """The cost of each start by itself, for all teams."""

    diaries: Diaries
    packing: Packing
    _away: dict[time, list[int]]
    _outside: dict[tuple[Times, int], int]
    _remnants: dict[tuple[str, int, int], tuple[int, int]]

    def of(
        self, step: StepSpec, team: Team, at: Sequence[int], domain: int
    ) -> list[int]:
        price = list(at)
        unit = self.packing.unit
        if step.ideal_time is not None:
            away = self.away(step.ideal_time)
            price = [cost + away[s] * unit for cost, s in zip(price, at, strict=True)]
        outside = domain & self.outside(step)
        if outside:
            bad = set(positions(outside))
            fine = unit * step.wish_weight
            price = [
                c + fine if s in bad else c for c, s in zip(price, at, strict=True)
            ]
        for mask in self.remnants(step, team):
            if mask & domain:
                bad = set(positions(mask & domain))
                fine = self.packing.fragment
                price = [
                    c + fine if s in bad else c for c, s in zip(price, at, strict=True)
                ]
        return price

    def away(self, wall: time) -> list[int]:
        """For each slot, how many slots it is from that clock time of its local date."""
        if wall not in self._away:
            days, slots = self.diaries.days, self.diaries.request.grid.slots
            found: list[int] = []
            for index, first in enumerate(days.firsts):
                last = index + 1 == len(days.firsts)
                end = slots if last else days.firsts[index + 1]
                ideal = days.near(first, wall)
                found.extend([abs(slot - ideal) for slot in range(first, end)])
            self._away[wall] = found
        return self._away[wall]

    def outside(self, step: StepSpec) -> int:
        key = (step.wished, step.duration_min)
        if key not in self._outside:
            full = self.diaries.request.grid.full
            wished = starts_within(self.diaries.days, *key)
            self._outside[key] = full & ~wished
        return self._outside[key]

    def remnants(self, step: StepSpec, team: Team) -> list[int]:
        """Starts that leave a short free rest before, or after, in a kept diary."""
        pin = self.diaries.pins.get(step.key)
        if pin is not None and pin.resources is not None:
            return []
        masks: list[int] = []
        for need in step.needs:
            if need.same_throughout:
                bounds = span(need, step.duration_min, self.diaries.request.grid)
                masks.extend(self._rests(team[need.role], *bounds))
        return masks

    def _rests(self, who: str, first: int, end: int) -> tuple[int, int]:
        key = (who, first, end)
        if key not in self._remnants:
            request = self.diaries.request
            least = request.fragment_min // request.grid.grid_min
            lanes = self.diaries.known.lanes_free(who)
            found = (0, 0)
            if len(lanes) == 1 and least > 1:
                enough = runs(lanes[0], least)
                found = (
                    shifted((lanes[0] << 1) & ~(enough << least), -first),
                    shifted(lanes[0] & ~enough, -end),
                )
            self._remnants[key] = found
        return self._remnants[key]


def prices(diaries: Diaries, model: Model) -> Prices:
    return Prices(diaries, packing(model, diaries.request.grid.slots), {}, {}, {})


def tree_link(links: Sequence[Link]) -> Link | None:
    """The link to hang the step by: a costing one, else a bounded one, the latest."""
    usable = [link for link in links if not link.only_low]
    return max(usable, key=lambda link: (link.costs, link.earlier), default=None)


def _beside(model: Model) -> list[Link]:
    """Costing links that are not in the tree."""
    trees = [tree_link(links) for links in model.into]
    return [
        link for link in model.links if link.costs and link is not trees[link.later]
    ]


def loose_end(model: Model, at: Sequence[Sequence[int]]) -> int | None:
    """A step to be fixed before the tree tells the whole cost, if there is one."""
    for link in _beside(model):
        if len(at[link.earlier]) > 1:
            return link.earlier
    return None


@dataclass(frozen=True, slots=True)
class Tables:
    """For one team and one set of domains.

    ``at[j]``: the starts of step j; ``below[j]``: least cost of j and all that hangs on
    it, for each of them; ``lifted[j]``: for each start of the step that j hangs on, the
    least cost of j's branch; ``roots[j]``: the least cost of j when it hangs on no step, else
    -1; ``bound``: the least cost of everything.
    """

    at: tuple[list[int], ...]
    below: tuple[list[int], ...]
    lifted: tuple[dict[int, int], ...]
    roots: tuple[int, ...]
    bound: int

    def bound_at(self, step: int, place: int) -> int:
        """The least cost of everything when the step takes that one of its starts."""
        if self.roots[step] < 0:
            return self.bound
        return self.bound - self.roots[step] + self.below[step][place]


def tables(
    model: Model,
    domains: Sequence[int],
    team: Team,
    price: Prices,
) -> Tables:
    """The domains must be settled: then every start has one of each branch to go with."""
    count = len(domains)
    unit = price.packing.unit
    at = [positions(domain) for domain in domains]
    below: list[list[int]] = [
        price.of(step, team, at[j], domains[j]) for j, step in enumerate(model.steps)
    ]
    for beside in _beside(model):
        if len(at[beside.earlier]) == 1:
            start, j = at[beside.earlier][0], beside.later
            below[j] = [
                cost + beside.deviation(s - start) * unit
                for s, cost in zip(at[j], below[j], strict=True)
            ]
    lifted: list[dict[int, int]] = [{} for _ in range(count)]
    roots = [-1] * count
    for j in reversed(range(count)):
        link = tree_link(model.into[j])
        if link is None:
            roots[j] = min(below[j])
            continue
        parent = link.earlier
        branch = _lift(link, at[j], below[j], at[parent], unit)
        lifted[j] = dict(zip(at[parent], branch, strict=True))
        below[parent] = [a + b for a, b in zip(below[parent], branch, strict=True)]
    return Tables(
        tuple(at),
        tuple(below),
        tuple(lifted),
        tuple(roots),
        sum(cost for cost in roots if cost >= 0),
    )


def _lift(
    link: Link, at: list[int], below: list[int], starts: list[int], unit: int
) -> list[int]:
    """For each start of the earlier step, the least cost of the later step's branch."""
    low, high = max(link.low, -ENDLESS), min(link.high, ENDLESS)
    if not link.costs:
        return window_least(at, below, starts, (low, high), NEVER)
    weight = link.weight * unit
    ideal_low, ideal_high = link.ideal_low, link.ideal_high
    flat = (max(low, ideal_low), min(high, ideal_high))
    least = window_least(at, below, starts, flat, NEVER)
    if low < ideal_low:
        early = [c - weight * s for c, s in zip(below, at, strict=True)]
        arm = window_least(
            at, early, starts, (low, min(high, ideal_low - 1)), NEVER * NEVER
        )
        least = [
            min(best, cost + weight * (s + ideal_low))
            for best, cost, s in zip(least, arm, starts, strict=True)
        ]
    if high > ideal_high:
        late = [c + weight * s for c, s in zip(below, at, strict=True)]
        arm = window_least(
            at, late, starts, (max(low, ideal_high + 1), high), NEVER * NEVER
        )
        least = [
            min(best, cost - weight * (s + ideal_high))
            for best, cost, s in zip(least, arm, starts, strict=True)
        ]
    return least
