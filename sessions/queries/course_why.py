"""Why no course can be planned, and which loosening would give one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sessions.enums import ParticipantRole
from sessions.queries.course import CourseQuestion, Wishes, propose
from sessions.queries.course_words import step_label
from sessions.rules.plan_results import Impossible, Planned, ReasonCode

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
        _sentence(question, answer),
        tuple(_ways_out(question, answer, now=now)),
    )


def _sentence(question: CourseQuestion, answer: Impossible) -> str:
    reason = answer.reason
    far = _distance(question, answer)
    free = f"{_people(reason.roles)} not free together then"
    if not reason.roles:
        free = "the days that were asked for leave no such time"
    match reason.code:
        case ReasonCode.NEVER_FREE:
            who = _people(reason.roles)
            return (
                f"{who[:1].upper()}{who[1:]} never free together on the days asked for."
            )
        case ReasonCode.WINDOW:
            return f"It has to start {far}, and {free}."
        case ReasonCode.SPACING:
            return f"Every distance can be kept alone, but not all of them together; this visit starts {far}."
        case ReasonCode.CONTRADICTION:
            return "The protocol's own distances exclude each other. An administrator must mend it."
        case ReasonCode.HORIZON:
            return "The course would lead past the weeks that are planned."
    return "The search was stopped before it came to an end. Ask for fewer wishes."


def _distance(question: CourseQuestion, answer: Impossible) -> str:
    """``24 to 72 h after Dose 1``; where others set the bounds, the window itself."""
    steps = {step.key: step for step in question.steps}
    step, reason = steps[answer.step_key], answer.reason
    if step.after in reason.to_steps and step.gap_min_min is not None:
        least, most = step.gap_min_min // 60, (step.gap_max_min or 0) // 60
        return f"{least} to {most} h after {step_label(steps[step.after])}"
    if reason.window_start is None or reason.window_end is None:
        return "at the distance its protocol asks for"
    zone = question.clinic.grid.zone
    first = reason.window_start.astimezone(zone)
    last = reason.window_end.astimezone(zone)
    return f"between {first:%a %-d %b %H:%M} and {last:%a %-d %b %H:%M}"


def _people(roles: tuple[str, ...]) -> str:
    """``the patient is``, ``a room and a therapist are``."""
    words = [
        "the patient" if role == ParticipantRole.PATIENT else f"a {role}"
        for role in roles
    ]
    if not words:
        return "the people it needs are"
    verb = "is" if len(words) == 1 else "are"
    return f"{' and '.join(words)} {verb}"


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
                gives = (
                    f"{len(found.proposals[0].visits)} visits, {open_steps} stay open"
                )
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
