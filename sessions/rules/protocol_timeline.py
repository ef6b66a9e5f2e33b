"""A protocol drawn before it is used: when each visit would come if every wish were met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sessions.rules.protocol_types import DAY, KINDS, ProtocolBody, StepBody

WIDTH: Final = 960
LEFT: Final = 110
LANE: Final = 34
TOP: Final = 26
LANES: Final = tuple(kind for kind in KINDS if kind != "screening")


@dataclass(frozen=True, slots=True)
class Mark:
    """One visit: its wished place, and from where to where its own gap lets it lie."""

    label: str
    short: str
    kind: str
    day: int
    x: int
    y: int
    from_x: int
    to_x: int


@dataclass(frozen=True, slots=True)
class Timeline:
    marks: tuple[Mark, ...]
    lanes: tuple[tuple[str, int], ...]
    ticks: tuple[tuple[str, int], ...]
    width: int
    height: int
    words: str
    """The same in one sentence, for whoever cannot see it."""


def timeline(body: ProtocolBody) -> Timeline:
    starts = wished_starts(body)
    days = max((minutes for minutes in starts.values()), default=0) // DAY + 2
    scale = (WIDTH - LEFT - 20) / max(days, 1)
    kinds = [kind for kind in KINDS if any(s.kind == kind for s in body.steps)]
    marks = tuple(_marks(body, starts, kinds, scale))
    every = next(n for n in (1, 7, 14, 28, 56) if days / n <= 14 or n == 56)
    doses = [m.day for m in marks if m.kind == "dosing"]
    words = f"{len(body.steps)} visits over {days - 1} days if every wish is met"
    if doses:
        words += f"; doses on day {', '.join(str(day) for day in doses)}"
    return Timeline(
        marks=marks,
        lanes=tuple(
            (kind.capitalize(), TOP + LANE * row) for row, kind in enumerate(kinds)
        ),
        ticks=tuple(
            (f"day {day}" if day else "start", LEFT + round(day * scale))
            for day in range(0, days, every)
        ),
        width=WIDTH,
        height=TOP + LANE * len(kinds) + 16,
        words=f"{words}.",
    )


def wished_starts(body: ProtocolBody) -> dict[str, int]:
    """Minutes from the first visit, each step as its wishes say; one after the other."""
    known = {step.key: step for step in body.steps}
    starts: dict[str, int] = {}
    for step in body.steps:
        places = [
            starts[relation.to]
            + (known[relation.to].minutes if relation.from_end else 0)
            + (relation.ideal_min or relation.least_min or 0)
            for relation in step.relations
            if relation.to in starts
        ]
        starts[step.key] = max(places, default=0)
    return starts


def _marks(
    body: ProtocolBody, starts: dict[str, int], kinds: list[str], scale: float
) -> Iterator[Mark]:
    def x(minutes: float) -> int:
        return LEFT + round(minutes / DAY * scale)

    for step in body.steps:
        at = starts[step.key]
        early, late = _room(step, at, starts)
        yield Mark(
            label=step.label,
            short=str(step.number),
            kind=step.kind,
            day=at // DAY,
            x=x(at),
            y=TOP + LANE * kinds.index(step.kind),
            from_x=max(x(early), LEFT),
            to_x=min(x(late), WIDTH - 10),
        )


def _room(step: StepBody, at: int, starts: dict[str, int]) -> tuple[int, int]:
    first = step.relations[0] if step.relations else None
    if first is None or first.to not in starts or first.ideal_min is None:
        return at, at
    least = first.ideal_min if first.least_min is None else first.least_min
    most = first.ideal_min if first.most_min is None else first.most_min
    return at - (first.ideal_min - least), at + (most - first.ideal_min)
