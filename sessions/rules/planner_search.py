"""The best-first search for one team: exact, because its guide never exceeds the truth.

Steps are placed in the order of the list.  The state with the least cost so far plus
least cost ahead is taken up first, so the first whole course that is taken up is optimal.
Costing links beside the tree must start from a step with one start left (see
``planner_tables.loose_end``).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final

from sessions.rules.planner_frontier import Frontier, Seen
from sessions.rules.planner_model import Clash, Link, Model
from sessions.rules.planner_tables import Tables, tree_link

Starts = tuple[int, ...]
_Entry = tuple[int, int, int, list[int], int, Starts]
_PER_STATE: Final = 10
"""What taking up a state costs beside the starts it leads to, in starts looked at."""


class OutOfEffortError(Exception):
    """The search met its limit before it could decide."""


@dataclass(slots=True)
class Effort:
    """How many starts may still be looked at."""

    left: int

    def count(self, starts: int) -> None:
        self.left -= starts

    def spend(self, starts: int) -> None:
        self.count(starts)
        if self.left < 0:
            raise OutOfEffortError


@dataclass(frozen=True, slots=True)
class Layer:
    """How step ``j`` joins the steps placed before it."""

    links: tuple[Link, ...]
    tree: Link | None
    clashes: tuple[Clash, ...]
    frontier: Frontier


def layers(model: Model, fronts: tuple[Frontier, ...]) -> tuple[Layer, ...]:
    made: list[Layer] = []
    for index, links in enumerate(model.into):
        tree = tree_link(links)
        clashes = tuple(c for c in model.clashes if c.later == index)
        made.append(Layer(links, tree, clashes, fronts[index]))
    return tuple(made)


@dataclass(slots=True)
class Search:
    model: Model
    layers: tuple[Layer, ...]
    tables: Tables
    slots: int
    unit: int
    effort: Effort

    def best(self) -> tuple[int, Starts] | None:
        """The least cost and its starts, or None when no course exists."""
        return self._first(deep=False)

    def dive(self) -> tuple[int, Starts] | None:
        """Some course, cheap step by step but not proven best, or None for none."""
        return self._first(deep=True)

    def _first(self, *, deep: bool) -> tuple[int, Starts] | None:
        last = len(self.layers) - 1
        bits = self.slots.bit_length()
        low_bits = (1 << bits) - 1
        firsts = [at[0] for at in self.tables.at]
        seen = [Seen() for _ in self.layers]
        heap: list[_Entry] = []
        count = 0
        first = self.children(0, (), self.tables.bound)
        heappush(heap, (0, 0, 0, first, 0, ()))
        while heap:
            _, depth, _, row, place, placed = heappop(heap)
            count += 1
            cost = row[place] >> bits
            starts = (*placed, row[place] & low_bits)
            if -depth == last:
                return cost, starts
            ahead = 1 - depth
            front = self.layers[ahead].frontier
            key = front.key(starts, self.model, firsts)
            if place + 1 < len(row) and not front.forgets(-depth, key):
                rank = depth if deep else row[place + 1] >> bits
                heappush(heap, (rank, depth, count, row, place + 1, placed))
            if not seen[ahead].is_new(key, front.rest(starts)):
                continue
            row = self.children(ahead, starts, cost)
            if row:
                rank = -ahead if deep else row[0] >> bits
                heappush(heap, (rank, -ahead, count, row, 0, starts))
        return None

    def children(self, index: int, placed: Starts, cost: int) -> list[int]:
        """Every start of the step, as total cost and start in one number, cheapest first."""
        layer = self.layers[index]
        low, high = 0, self.slots
        for link in layer.links:
            start = placed[link.earlier]
            low, high = max(low, start + link.low), min(high, start + link.high)
        at = self.tables.at[index]
        begin, end = bisect_left(at, low), bisect_right(at, high)
        self.effort.spend(_PER_STATE + max(end - begin, 0))
        if begin >= end:
            return []
        row = self._priced(index, placed, cost, (begin, end))
        mask = (1 << self.slots.bit_length()) - 1
        for clash in layer.clashes:
            start = placed[clash.earlier]
            above, below = start + clash.above, start + clash.below
            if above < at[end - 1] and below > at[begin]:
                row = [x for x in row if not above < (x & mask) < below]
        row.sort()
        return row

    def _priced(
        self, index: int, placed: Starts, cost: int, part: tuple[int, int]
    ) -> list[int]:
        begin, end = part
        at, below = self.tables.at[index], self.tables.below[index]
        bits = self.slots.bit_length()
        link = self.layers[index].tree
        if link is None:
            cost -= self.tables.roots[index]
            return [
                ((cost + b) << bits) | s
                for s, b in zip(at[begin:end], below[begin:end], strict=True)
            ]
        start = placed[link.earlier]
        cost -= self.tables.lifted[index][start]
        weight = link.weight * self.unit if link.costs else 0
        soon, late = start + link.ideal_low, start + link.ideal_high
        first = bisect_left(at, soon, begin, end)
        second = bisect_right(at, late, first, end)
        row = [
            ((cost + b + weight * (soon - s)) << bits) | s
            for s, b in zip(at[begin:first], below[begin:first], strict=True)
        ]
        row += [
            ((cost + b) << bits) | s
            for s, b in zip(at[first:second], below[first:second], strict=True)
        ]
        row += [
            ((cost + b + weight * (s - late)) << bits) | s
            for s, b in zip(at[second:end], below[second:end], strict=True)
        ]
        return row
