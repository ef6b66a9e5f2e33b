"""The course as whole numbers: differences between starts, and which visits may touch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sessions.rules.plan_types import Anchor, Gap, Grid, PlanRequest, StepKind, StepSpec
from sessions.rules.planner_masks import ceil_slots, floor_slots, hull

ENDLESS: Final = 1 << 40


@dataclass(frozen=True, slots=True)
class Link:
    """``low <= start[later] - start[earlier] <= high``; outside the ideal range it costs.

    ``earlier`` and ``later`` are places in the list of steps, not in time.
    """

    earlier: int
    later: int
    low: int
    high: int
    ideal_low: int
    ideal_high: int
    weight: int

    @property
    def costs(self) -> bool:
        return self.weight > 0 and (
            self.ideal_low > self.low or self.ideal_high < self.high
        )

    @property
    def only_low(self) -> bool:
        return self.high >= ENDLESS and not self.costs

    def deviation(self, difference: int) -> int:
        off = max(self.ideal_low - difference, difference - self.ideal_high, 0)
        return off * self.weight


@dataclass(frozen=True, slots=True)
class Clash:
    """The two visits overlap when ``above < start[later] - start[earlier] < below``."""

    earlier: int
    later: int
    above: int
    below: int


@dataclass(frozen=True, slots=True)
class Model:
    """Everything about the course that does not depend on who is kept throughout."""

    steps: tuple[StepSpec, ...]
    hulls: tuple[tuple[int, int], ...]
    links: tuple[Link, ...]
    into: tuple[tuple[Link, ...], ...]
    """The links of each step to steps listed before it."""
    clashes: tuple[Clash, ...]
    least: tuple[tuple[int, ...], ...]
    """``least[a][b]``: the smallest difference start[b] - start[a] that links allow."""
    contradiction: int | None
    finish: int
    vary: int


def build_model(request: PlanRequest) -> Model:
    steps, grid = request.steps, request.grid
    check_request(request)
    hulls = tuple(hull(step, grid) for step in steps)
    links = (*_gap_links(steps, grid), *_limit_links(request, hulls))
    least, contradiction = _tighten(len(steps), links)
    dosings = [i for i, step in enumerate(steps) if step.kind is StepKind.DOSING]
    finish = dosings[-1] if dosings else len(steps) - 1
    if request.finish_step is not None:
        finish = [step.key for step in steps].index(request.finish_step)
    return Model(
        steps=steps,
        hulls=hulls,
        links=links,
        into=tuple(
            tuple(link for link in links if link.later == index)
            for index in range(len(steps))
        ),
        clashes=tuple(_clashes(hulls, least)),
        least=least,
        contradiction=contradiction,
        finish=finish,
        vary=dosings[0] if dosings else 0,
    )


def check_request(request: PlanRequest) -> None:
    """Refuse a request that names what it does not hold; a mistake of the caller."""
    keys = [step.key for step in request.steps]
    named = {gap.to_step for step in request.steps for gap in step.gaps}
    named |= {pin.step_key for pin in request.pins}
    named |= {request.finish_step} if request.finish_step else set()
    people = {diary.resource_id for diary in request.diaries}
    asked = {
        who for step in request.steps for need in step.needs for who in need.candidates
    }
    if not keys or len(set(keys)) < len(keys):
        message = "A course needs steps, each with a key of its own."
        raise ValueError(message)
    if not named <= set(keys) or not asked <= people:
        message = "A gap, pin, finish or candidate names something that is not there."
        raise ValueError(message)


def _gap_links(steps: Sequence[StepSpec], grid: Grid) -> Iterator[Link]:
    place = {step.key: index for index, step in enumerate(steps)}
    for index, step in enumerate(steps):
        for gap in step.gaps:
            other = place[gap.to_step]
            yield _gap_link(index, other, gap, steps[other], grid)


def _gap_link(index: int, other: int, gap: Gap, to: StepSpec, grid: Grid) -> Link:
    if index == other:
        message = "A step cannot be spaced from itself."
        raise ValueError(message)
    base = to.duration_min if gap.anchor is Anchor.END else 0
    low, high = -ENDLESS, ENDLESS
    if gap.min_min is not None:
        low = ceil_slots(base + gap.min_min, grid)
    if gap.max_min is not None:
        high = floor_slots(base + gap.max_min, grid)
    ideal_low, ideal_high, weight = low, high, 0
    if gap.ideal_min is not None:
        ideal_low = _nearest(base + gap.ideal_min - gap.slack_min, grid)
        ideal_high = _nearest(base + gap.ideal_min + gap.slack_min, grid)
        weight = gap.weight
    if other < index:
        return Link(other, index, low, high, ideal_low, ideal_high, weight)
    return Link(index, other, -high, -low, -ideal_high, -ideal_low, weight)


def _nearest(minutes: int, grid: Grid) -> int:
    return (2 * minutes + grid.grid_min) // (2 * grid.grid_min)


def _limit_links(
    request: PlanRequest, hulls: Sequence[tuple[int, int]]
) -> Iterator[Link]:
    """At most n in a window: the visit n further on starts at least a window later."""
    for limit in request.limits:
        if limit.most < 1:
            message = "A rolling limit must allow at least one visit."
            raise ValueError(message)
        counted = [i for i, s in enumerate(request.steps) if s.kind is limit.kind]
        for a, b in pairwise(counted):
            yield _at_least(a, b, hulls[a][1] - hulls[b][0])
        window = ceil_slots(limit.window_min, request.grid)
        for a, b in zip(counted, counted[limit.most :], strict=False):
            yield _at_least(a, b, window)


def _at_least(earlier: int, later: int, low: int) -> Link:
    return Link(earlier, later, low, ENDLESS, low, ENDLESS, 0)


def _tighten(
    count: int, links: Sequence[Link]
) -> tuple[tuple[tuple[int, ...], ...], int | None]:
    """Shortest paths over the differences; also the first step whose gaps contradict.

    The contradiction named is the first step that the steps before it exclude.
    """
    most = [[0 if a == b else ENDLESS for b in range(count)] for a in range(count)]
    bad: int | None = None
    for last in range(count):
        _add_links(most, [link for link in links if link.later == last])
        _close(most, last)
        if any(most[a][a] < 0 for a in range(last + 1)):
            bad = last
            break
    least = tuple(tuple(-most[b][a] for b in range(count)) for a in range(count))
    return least, bad


def _add_links(most: list[list[int]], links: Sequence[Link]) -> None:
    for link in links:
        a, b = link.earlier, link.later
        most[a][b] = min(most[a][b], link.high)
        most[b][a] = min(most[b][a], -link.low)


def _close(most: list[list[int]], last: int) -> None:
    """Take the step ``last`` into a matrix that is closed over the steps before it."""
    before = range(last)
    out, into = most[last][:last], [most[a][last] for a in before]
    for a in before:
        to_a = [on + most[middle][a] for middle, on in enumerate(out)]
        most[last][a] = min(to_a)
        most[a][last] = min(on + most[a][middle] for middle, on in enumerate(into))
    for a in before:
        row, to = most[a], most[a][last]
        row[:last] = [min(row[b], to + most[last][b]) for b in before]


def _clashes(
    hulls: Sequence[tuple[int, int]], least: Sequence[Sequence[int]]
) -> Iterator[Clash]:
    """Pairs that the links alone do not keep apart."""
    for later, (first, end) in enumerate(hulls):
        for earlier in range(later):
            above = hulls[earlier][0] - end
            below = hulls[earlier][1] - first
            lowest, highest = least[earlier][later], -least[later][earlier]
            if lowest < below and highest > above:
                yield Clash(earlier, later, above, below)
