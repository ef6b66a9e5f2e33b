"""Why no course can be planned, and which loosening would give one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sessions.enums import ParticipantRole
from sessions.queries.course import CourseQuestion, Wishes, propose
from sessions.queries.course_words import step_label
from sessions.rules.plan_results import Impossible, Planned, Reason, ReasonCode

EVERY_WEEKDAY: Final = frozenset(range(5))
LATER: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WayOut:
    """Other wishes, and what they would give."""

    text: str
    gives: str
    wishes: Wishes


@dataclass(frozen=True, slots=True)
class WhyNot:
    """``step`` names the first visit that cannot be placed."""

    step: str
    sentence: str
    ways_out: tuple[WayOut, ...]


def why_not(question: CourseQuestion, answer: Impossible, *, now: datetime) -> WhyNot:
    """The sentence, and each loosening that was tried and works."""
    step = next(s for s in question.steps if s.key == answer.step_key)
    return WhyNot(
        step_label(step),
        _sentence(question, answer.reason),
        tuple(_ways_out(question, answer, now=now)),
    )


def _sentence(question: CourseQuestion, reason: Reason) -> str:
    zone = question.clinic.grid.zone
    who = _people(reason.roles)
    labels = {step.key: step_label(step) for step in question.steps}
    after = " and ".join(labels[key] for key in reason.to_steps)
    window = ""
    if reason.window_start is not None and reason.window_end is not None:
        first = reason.window_start.astimezone(zone)
        last = reason.window_end.astimezone(zone)
        window = f" between {first:%a %-d %b %H:%M} and {last:%a %-d %b %H:%M}"
    spacing = f" (because of its distance to {after})" if after else ""
    match reason.code:
        case ReasonCode.NEVER_FREE:
            return f"{who} never free together on the days that were asked for."
        case ReasonCode.WINDOW:
            return f"It has to start{window}{spacing}, and {who.lower()} not free together then."
        case ReasonCode.SPACING:
            return f"Every distance can be kept alone, but not all of them together{spacing}."
        case ReasonCode.CONTRADICTION:
            return f"The protocol's own distances exclude each other{spacing}. An administrator must mend it."
        case ReasonCode.HORIZON:
            return "The course would lead past the weeks that are planned."
    return "The search was stopped before it came to an end. Ask for fewer wishes."


def _people(roles: tuple[str, ...]) -> str:
    words = [
        "The patient" if role == ParticipantRole.PATIENT else f"a {role}" for role in roles
    ]
    if not words:
        return "The people it needs are"
    if words == ["The patient"]:
        return "The patient is"
    joined = " and ".join(words)
    return f"{joined[:1].upper()}{joined[1:]} are"


def _ways_out(
    question: CourseQuestion, answer: Impossible, *, now: datetime
) -> Iterator[WayOut]:
    """Only what was tried with the planner and works is offered."""
    wishes = question.wishes
    tries: list[tuple[str, Wishes]] = []
    if wishes.weekdays < EVERY_WEEKDAY:
        every = wishes.weekdays | EVERY_WEEKDAY
        tries.append(("Allow every weekday", replace(wishes, weekdays=every)))
    tries.append(("Begin a week later", replace(wishes, first=wishes.first + LATER)))
    tries += _part_of_it(question, answer)
    for text, other in tries:
        found = propose(replace(question, wishes=other), now=now)
        if isinstance(found, Planned):
            finish = found.proposals[0].cost.finish
            open_steps = len(question.steps) - len(found.proposals[0].visits)
            gives = f"ends on {finish:%a %-d %b}"
            if open_steps:
                gives = f"{len(found.proposals[0].visits)} visits, {open_steps} stay open"
            yield WayOut(text, gives, other)


def _part_of_it(
    question: CourseQuestion, answer: Impossible
) -> Iterator[tuple[str, Wishes]]:
    """The visits before the one that fails; the rest stays open and is planned later."""
    keys = [step.key for step in question.steps]
    held = {visit.step_key for visit in question.held}
    before = [key for key in keys[: keys.index(answer.step_key)] if key not in held]
    if before:
        label = next(step_label(s) for s in question.steps if s.key == answer.step_key)
        yield (
            f"Plan what comes before {label}",
            replace(question.wishes, upto=answer.step_key),
        )
