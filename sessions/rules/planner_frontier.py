"""What a half-placed course must remember, so that equal states are searched once.

A step already placed matters to the steps ahead in one of three ways.  Through a gap
with a cost or an upper bound: its exact start counts.  Through lower bounds only (rolling
limits): an earlier start is never worse.  Through a possible overlap only (an integration
at the end of its window may touch the next dosing or the next integration): its start
counts as long as it still reaches into the time of a step ahead, and not after that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sessions.rules.planner_model import Clash, Model

Key = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Frontier:
    """For the moment before step ``index`` is placed."""

    exact: tuple[int, ...]
    falling: tuple[int, ...]
    touching: tuple[tuple[int, tuple[Clash, ...]], ...]

    def key(self, placed: Sequence[int], model: Model, firsts: Sequence[int]) -> Key:
        exact = tuple([placed[step] for step in self.exact])
        if not self.touching:
            return exact
        held = [
            placed[step] if _reaches(clashes, placed, model, firsts) else -1
            for step, clashes in self.touching
        ]
        return (*exact, *held)

    def forgets(self, step: int, key: Key) -> bool:
        """Whether the step just placed no longer matters to any step ahead.

        Then no other start of it can lead to anything that this one does not.
        """
        if step in self.exact or step in self.falling:
            return False
        touched = self.touching and self.touching[-1][0] == step
        return not touched or key[-1] == -1

    def rest(self, placed: Sequence[int]) -> Key:
        return tuple([placed[step] for step in self.falling])


def _reaches(
    clashes: Sequence[Clash],
    placed: Sequence[int],
    model: Model,
    firsts: Sequence[int],
) -> bool:
    """Whether a step ahead could still start before the placed one is over."""
    for clash in clashes:
        ahead = clash.later
        soonest = max(
            firsts[ahead],
            *[start + model.least[q][ahead] for q, start in enumerate(placed)],
        )
        if soonest < placed[clash.earlier] + clash.below:
            return True
    return False


def frontiers(model: Model) -> tuple[Frontier, ...]:
    return tuple(_frontier(model, index) for index in range(len(model.steps)))


def _frontier(model: Model, index: int) -> Frontier:
    ahead = [link for link in model.links if link.earlier < index <= link.later]
    exact = {link.earlier for link in ahead if not link.only_low}
    falling = {link.earlier for link in ahead} - exact
    touching: list[tuple[int, tuple[Clash, ...]]] = []
    for step in range(index):
        clashes = tuple(
            clash
            for clash in model.clashes
            if clash.earlier == step and clash.later >= index
        )
        if clashes and step not in exact:
            touching.append((step, clashes))
    return Frontier(tuple(sorted(exact)), tuple(sorted(falling)), tuple(touching))


@dataclass(slots=True)
class Seen:
    """States met so far; a state no better than an earlier one is not worth a look.

    States must come in rising order of cost.
    """

    _met: dict[Key, list[Key]] = field(default_factory=dict)

    def is_new(self, key: Key, rest: Key) -> bool:
        met = self._met.setdefault(key, [])
        for other in met:
            if all(a <= b for a, b in zip(other, rest, strict=True)):
                return False
        met.append(rest)
        return True
