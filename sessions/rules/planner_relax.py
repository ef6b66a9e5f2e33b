"""Which wishes exclude a course, and what giving some up would bring.

Both ask the planner itself, so that nothing is offered which was not planned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from sessions.rules.plan_results import Planned, PlanResult, Proposal

LARGEST_TRIED: Final = 2
"""Sets up to this size are tried one by one; a larger one is found by leaving out."""
MOST_WAYS: Final = 4

IsPossible = Callable[[frozenset[str]], bool]
"""Whether a course exists when only these wishes hold."""
PlanWithout = Callable[[frozenset[str]], PlanResult]
"""The plan when these wishes are given up."""


@dataclass(frozen=True, slots=True)
class Way:
    """Wishes that are given up together, and the best course that this brings."""

    given_up: tuple[str, ...]
    plan: Proposal


def smallest_conflict(
    wishes: Sequence[str], is_possible: IsPossible
) -> tuple[str, ...] | None:
    """The fewest wishes that leave no course; () when there is none even without any.

    None: a course exists with all of them.  Beyond two wishes the set is one of which
    none can be spared, in the order of the list.
    """
    if is_possible(frozenset(wishes)):
        return None
    for size in range(LARGEST_TRIED + 1):
        for kept in combinations(wishes, size):
            if not is_possible(frozenset(kept)):
                return kept
    needed = list(wishes)
    for wish in wishes:
        rest = [other for other in needed if other != wish]
        if not is_possible(frozenset(rest)):
            needed = rest
    return tuple(needed)


def cheapest_ways(
    wishes: Sequence[str], plan_without: PlanWithout, *, most: int = MOST_WAYS
) -> tuple[Way, ...]:
    """What to give up, alone or (where nothing alone helps) two together; best plan first."""
    for size in range(1, LARGEST_TRIED + 1):
        found: list[Way] = []
        for given_up in combinations(wishes, size):
            answer = plan_without(frozenset(given_up))
            if isinstance(answer, Planned):
                found.append(Way(given_up, answer.proposals[0]))
        if found:
            order = sorted(found, key=lambda way: way.plan.cost)
            return tuple(order[:most])
    return ()
