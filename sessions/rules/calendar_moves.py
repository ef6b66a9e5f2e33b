"""Where a visit cannot go: which starts are refused, by whom or what, for each diary it could take.

Pure.  Instants are whole seconds since 1970, so an hour that the clocks repeat is two hours.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

Span = tuple[int, int]
Lanes = Sequence[Sequence[Span]]


class Level(StrEnum):
    HARD = "hard"
    """It cannot go there."""
    SOFT = "soft"
    """It can, with a reason."""


@dataclass(frozen=True, slots=True)
class MovingPart:
    """One role of the visit: which diary it holds, in seconds from the visit's start."""

    role: str
    diary: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Target:
    """A diary onto which it can be dropped."""

    diary: int
    name: str
    role: str = ""
    """Which part of the visit it would take; empty: it holds a part already."""
    refused: str = ""
    """Why it can never go here, such as "Birch is not a dosing room"; empty: it may."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Starts (as bits over the steps) that something refuses."""

    bits: int
    level: Level
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """A visit that is being dragged, and the clinic around it without that visit."""

    steps: tuple[int, ...]
    """Starts that can be chosen, ascending."""
    length: int
    now: int
    parts: tuple[MovingPart, ...]
    is_open: Sequence[Span]
    closed_words: str
    lanes: Mapping[int, Lanes]
    names: Mapping[int, str]
    away: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    """Outside of somebody's hours: soft."""
    barred: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    """No licence in force: hard."""
    spacing: Sequence[Reason] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Consecutive steps that are refused alike; ``last`` is one of them."""

    first: int
    last: int
    level: Level
    words: str


def refusals(question: Question, target: Target) -> list[Refusal]:
    """Runs of refused starts; for each start the gravest reason first found."""
    every = (1 << len(question.steps)) - 1
    if target.refused:
        return list(_runs([Reason(every, Level.HARD, target.refused)], question.steps))
    parts = [
        MovingPart(part.role, target.diary, part.first, part.last)
        if target.role and part.role == target.role
        else part
        for part in question.parts
    ]
    reasons = [*_always(question), *_of_parts(question, parts), *question.spacing]
    hard = [one for one in reasons if one.level is Level.HARD]
    soft = [one for one in reasons if one.level is Level.SOFT]
    return list(_runs([*hard, *soft], question.steps))


def _always(question: Question) -> Iterator[Reason]:
    """What does not depend on who takes it: the past, and closed hours."""
    steps = question.steps
    past = _mask(0, bisect_right(steps, question.now))
    yield Reason(past, Level.HARD, "This time is in the past")
    is_open = 0
    for start, end in question.is_open:
        first = bisect_left(steps, start)
        is_open |= _mask(first, bisect_right(steps, end - question.length))
    closed = ((1 << len(steps)) - 1) & ~is_open
    yield Reason(closed, Level.HARD, question.closed_words)


def _of_parts(question: Question, parts: Sequence[MovingPart]) -> Iterator[Reason]:
    for part in parts:
        name = question.names.get(part.diary, "")
        steps = question.steps
        busy = _taken(question.lanes.get(part.diary, ()), part, steps)
        taken = f"{name} is taken" if name else "The patient has another visit"
        yield Reason(busy, Level.HARD, taken)
        barred = _hit(question.barred.get(part.diary, ()), part, steps)
        yield Reason(barred, Level.HARD, f"{name} has no licence in force")
        away = _hit(question.away.get(part.diary, ()), part, steps)
        yield Reason(away, Level.SOFT, f"Outside the hours of {name}")


def _taken(lanes: Lanes, part: MovingPart, steps: Sequence[int]) -> int:
    """Refused by a diary: in every lane something stands in the way."""
    if not lanes:
        return 0
    found = (1 << len(steps)) - 1
    for lane in lanes:
        found &= _hit(lane, part, steps)
    return found


def _hit(spans: Sequence[Span], part: MovingPart, steps: Sequence[int]) -> int:
    """Starts at which the part would overlap one of the spans; both are half-open."""
    found = 0
    for start, end in spans:
        first = bisect_right(steps, start - part.last)
        found |= _mask(first, bisect_left(steps, end - part.first))
    return found


def _mask(first: int, last: int) -> int:
    return ((1 << last) - 1) & ~((1 << first) - 1) if last > first else 0


def _runs(reasons: Sequence[Reason], steps: Sequence[int]) -> Iterator[Refusal]:
    """Each step under its first reason, joined where neighbours read alike."""
    run: Refusal | None = None
    for place in range(len(steps)):
        found = next((one for one in reasons if (one.bits >> place) & 1), None)
        if run and found and run.words == found.words:
            run = Refusal(run.first, place, run.level, run.words)
            continue
        if run is not None:
            yield run
        run = Refusal(place, place, found.level, found.words) if found else None
    if run is not None:
        yield run
