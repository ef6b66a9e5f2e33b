"""Why no course can be planned, which wishes exclude it, and what loosening would give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sessions.enums import ParticipantRole
from sessions.queries.course import WIDER_MIN, CourseQuestion, Wishes
from sessions.queries.course_request import plan_request
from sessions.queries.course_words import step_label
from sessions.queries.diary import ON_SITE
from sessions.rules.plan_results import Impossible, Planned, PlanResult, ReasonCode
from sessions.rules.planner import plan_course
from sessions.rules.planner_relax import cheapest_ways, smallest_conflict

EVERY_WEEKDAY: Final = frozenset(range(5))
LATER: Final = timedelta(days=7)
MORE_WEEKS: Final = 8
WIDER_H: Final = WIDER_MIN // 60
Reask = Callable[[Wishes], CourseQuestion]
"""The same question with other wishes, the diaries read anew."""


@dataclass(frozen=True, slots=True)
class Loosening:
    """One wish or rule that can be given up: its name, the offer, and the wishes after."""

    key: str
    name: str
    offer: str
    change: Callable[[Wishes], Wishes]
    of_patient: bool = True
    """A wish of the patient or the desk; else a rule of the protocol."""


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
    conflict: str
    ways_out: tuple[WayOut, ...]


def why_not(
    question: CourseQuestion, answer: Impossible, *, now: datetime, reask: Reask
) -> WhyNot:
    """The sentence, the smallest set that excludes a course, and each way that works."""
    step = next(s for s in question.steps if s.key == answer.step_key)
    loosenings = list(_loosenings(question, answer))
    return WhyNot(
        step_label(step),
        _sentence(question, answer),
        _conflict(question, loosenings, now=now),
        tuple(_ways_out(question, answer, loosenings, now=now, reask=reask)),
    )


def _loosenings(question: CourseQuestion, answer: Impossible) -> Iterator[Loosening]:
    """What is in force and could be given up."""
    wishes = question.wishes
    if wishes.weekdays < EVERY_WEEKDAY:
        yield Loosening(
            "days",
            "the days asked for",
            "Allow every weekday",
            lambda w: replace(w, weekdays=w.weekdays | EVERY_WEEKDAY),
        )
    for name, words, offer in (
        ("language", "the language", "Any language"),
        ("sex", "a woman or a man as therapist", "A woman or a man as therapist"),
    ):
        if getattr(wishes, name):
            yield Loosening(name, words, offer, _without(name))
    if wishes.features:
        yield Loosening(
            "features",
            "what the room must have",
            "Any room",
            lambda w: replace(w, features=frozenset()),
        )
    for pin in wishes.pins:
        label = _label(question, pin.step_key)
        yield Loosening(
            f"pin:{pin.step_key}",
            f"{label} where it was put",
            f"Let {label} find another time",
            _unpin(pin.step_key),
        )
    yield from _of_protocol(question, answer)


def _of_protocol(question: CourseQuestion, answer: Impossible) -> Iterator[Loosening]:
    wishes = question.wishes
    if question.protocol.same_therapist and not wishes.second_therapist:
        yield Loosening(
            "therapist",
            "one therapist throughout",
            "Let a second therapist take part",
            lambda w: replace(w, second_therapist=True),
            of_patient=False,
        )
    step = next(s for s in question.steps if s.key == answer.step_key)
    if step.gap_max_min is not None and step.key not in wishes.wider:
        label = step_label(step)
        yield Loosening(
            "gap",
            f"the longest distance of {label}",
            f"Let {label} come up to {WIDER_H} h later",
            lambda w: replace(w, wider=w.wider | {step.key}),
            of_patient=False,
        )


def _without(name: str) -> Callable[[Wishes], Wishes]:
    return lambda wishes: replace(wishes, **{name: ""})  # type: ignore[arg-type] # text fields


def _unpin(key: str) -> Callable[[Wishes], Wishes]:
    return lambda wishes: replace(
        wishes, pins=tuple(pin for pin in wishes.pins if pin.step_key != key)
    )


def _conflict(
    question: CourseQuestion, loosenings: Sequence[Loosening], *, now: datetime
) -> str:
    """The fewest wishes and rules that leave no course, as a sentence; empty when unclear."""
    known = {one.key: one for one in loosenings}

    def is_possible(kept: frozenset[str]) -> bool:
        given_up = [one for one in loosenings if one.key not in kept]
        return isinstance(_plan(question, given_up, now=now), Planned)

    found = smallest_conflict([one.key for one in loosenings], is_possible)
    if not found:
        return ""
    names = [known[key].name for key in found]
    if len(names) == 1:
        return f"Of what was asked, only {names[0]} stands in the way."
    together = f"{', '.join(names[:-1])} and {names[-1]}"
    return f"These exclude a course only together: {together}."


def _plan(
    question: CourseQuestion, given_up: Iterable[Loosening], *, now: datetime
) -> PlanResult:
    wishes = question.wishes
    for one in given_up:
        wishes = one.change(wishes)
    request = plan_request(replace(question, wishes=wishes), now=now)
    return plan_course(replace(request, proposals=1))


def _ways_out(
    question: CourseQuestion,
    answer: Impossible,
    loosenings: Sequence[Loosening],
    *,
    now: datetime,
    reask: Reask,
) -> Iterator[WayOut]:
    """Only what was tried with the planner and works is offered, the cheapest first."""
    known = {one.key: one for one in loosenings}

    def plan_without(keys: frozenset[str]) -> PlanResult:
        return _plan(question, [known[key] for key in sorted(keys)], now=now)

    for way in cheapest_ways([one.key for one in loosenings], plan_without):
        chosen = [known[key] for key in way.given_up]
        wishes = question.wishes
        for one in chosen:
            wishes = one.change(wishes)
        offer = " and ".join(
            one.offer if place == 0 else one.offer[:1].lower() + one.offer[1:]
            for place, one in enumerate(chosen)
        )
        rule = any(not one.of_patient for one in chosen)
        tail = ", a clinician says why" if rule else ""
        yield WayOut(offer, f"ends on {_day(way.plan.cost.finish)}{tail}", wishes)
    yield from _later(question, answer, now=now, reask=reask)


def _later(
    question: CourseQuestion, answer: Impossible, *, now: datetime, reask: Reask
) -> Iterator[WayOut]:
    """A later beginning, a longer look, or only what comes before the visit that fails."""
    wishes = question.wishes
    tries = [("Begin a week later", replace(wishes, first=wishes.first + LATER))]
    if not wishes.more_weeks and not wishes.upto:
        further = replace(wishes, more_weeks=MORE_WEEKS)
        tries.append((f"Look {MORE_WEEKS} weeks further", further))
    for text, other in tries:
        asked = reask(other) if other.more_weeks != wishes.more_weeks else question
        found = plan_course(plan_request(replace(asked, wishes=other), now=now))
        if isinstance(found, Planned):
            yield WayOut(text, f"ends on {_day(found.proposals[0].cost.finish)}", other)
    yield from _part_of_it(question, answer, now=now)


def _part_of_it(
    question: CourseQuestion, answer: Impossible, *, now: datetime
) -> Iterator[WayOut]:
    """The visits before the one that fails; the rest stays open and is planned later."""
    keys = [step.key for step in question.steps]
    held = {visit.step_key for visit in question.held}
    before = [key for key in keys[: keys.index(answer.step_key)] if key not in held]
    if not before:
        return
    wishes = replace(question.wishes, upto=answer.step_key)
    found = plan_course(plan_request(replace(question, wishes=wishes), now=now))
    if isinstance(found, Planned):
        placed = len(found.proposals[0].visits)
        left = len(question.steps) - placed
        label = _label(question, answer.step_key)
        text = f"Plan what comes before {label}"
        yield WayOut(text, f"{placed} visits, {left} stay open", wishes)


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
    names = {ParticipantRole.PATIENT: "the patient", ON_SITE: "a prescriber on site"}
    words = [names.get(role, f"a {role}") for role in roles]
    if not words:
        return "the people it needs are"
    verb = "is" if len(words) == 1 else "are"
    return f"{' and '.join(words)} {verb}"


def _label(question: CourseQuestion, key: str) -> str:
    return next((step_label(s) for s in question.steps if s.key == key), key)


def _day(day: object) -> str:
    return f"{day:%a %-d %b}"
