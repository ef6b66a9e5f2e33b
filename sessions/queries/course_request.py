"""The planner's question in its own words, and its answer ranked for the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from sessions.enums import ParticipantRole, VisitKind
from sessions.models import ProtocolStep
from sessions.queries.course import (
    LEAD,
    WIDER_MIN,
    CourseQuestion,
    Held,
    gaps_of,
)
from sessions.queries.course_people import Asked, role_needs
from sessions.queries.diary import ClinicDiaries
from sessions.rules.plan_results import Impossible, Planned, PlanResult, Proposal
from sessions.rules.plan_types import (
    Gap,
    Pin,
    PlanRequest,
    RollingLimit,
    StepKind,
    StepSpec,
    Times,
)
from sessions.rules.planner import plan_course

DAY_MIN: Final = 24 * 60
MOST_LATER: Final = timedelta(days=21)
"""Ours: how much later than the earliest finish a better fit may end."""
PROPOSALS: Final = 3
DIFFERENT_MIN: Final = 60
_KINDS: Final = {
    VisitKind.SCREENING: StepKind.PREPARATION,
    VisitKind.PREPARATION: StepKind.PREPARATION,
    VisitKind.DOSING: StepKind.DOSING,
    VisitKind.INTEGRATION: StepKind.INTEGRATION,
    VisitKind.FOLLOW_UP: StepKind.FOLLOW_UP,
}


class Flavour(StrEnum):
    """What a proposal is best at."""

    EARLIEST = "Earliest finish"
    WISHES = "Closest to the wishes"
    STEADY = "Doses at the same time of day"
    OTHER = "Another way"


@dataclass(frozen=True, slots=True)
class Ranked:
    flavour: Flavour
    plan: Proposal


def propose(question: CourseQuestion, *, now: datetime) -> PlanResult:
    """Ask the planner for the whole course, the earliest finish first."""
    return plan_course(plan_request(question, now=now))


def ranked(question: CourseQuestion, *, now: datetime) -> list[Ranked] | Impossible:
    """Up to three whole courses that truly differ, each best at something of its own."""
    request = plan_request(question, now=now)
    first = plan_course(request)
    if isinstance(first, Impossible):
        return first
    best = first.proposals[0]
    latest = best.visits[-1].start + MOST_LATER
    by_wishes = replace(request, proposals=1, wishes_first=True, finish_by=latest)
    found = [Ranked(Flavour.EARLIEST, best)]
    fits = _add(found, Flavour.WISHES, plan_course(by_wishes))
    steady = _steady(by_wishes, fits or best)
    _add(found, Flavour.STEADY, plan_course(steady))
    for plan in first.proposals[1:]:
        _add(found, Flavour.OTHER, Planned((plan,)))
    return found[:PROPOSALS]


def _add(found: list[Ranked], flavour: Flavour, answer: PlanResult) -> Proposal | None:
    """Take the proposal in if it is unlike those there are; the proposal itself."""
    if isinstance(answer, Impossible):
        return None
    plan = answer.proposals[0]
    if all(differ(plan, other.plan) for other in found):
        found.append(Ranked(flavour, plan))
    return plan


def differ(one: Proposal, other: Proposal) -> bool:
    """Whether a quarter of the visits lie an hour apart, or the team is another."""
    if dict(one.team) != dict(other.team):
        return True
    apart = timedelta(minutes=DIFFERENT_MIN)
    moved = sum(
        abs(a.start - b.start) >= apart
        for a, b in zip(one.visits, other.visits, strict=True)
    )
    return moved >= max(len(one.visits) // 4, 1)


def _steady(request: PlanRequest, plan: Proposal) -> PlanRequest:
    """The same with every dose wished at the clock time that most doses have."""
    zone = request.grid.zone
    times = Counter(
        visit.start.astimezone(zone).time()
        for visit in plan.visits
        if visit.kind is StepKind.DOSING
    )
    if not times:
        return request
    (wall, _), *_ = times.most_common(1)
    return replace(
        request,
        steps=tuple(
            replace(step, ideal_time=wall) if step.kind is StepKind.DOSING else step
            for step in request.steps
        ),
    )


def plan_request(question: CourseQuestion, *, now: datetime) -> PlanRequest:
    wishes, clinic = question.wishes, question.clinic
    first = datetime.combine(wishes.first, time(0), clinic.grid.zone)
    planned = question.planned
    keys = {step.key for step in planned}
    preferred = {wishes.therapist} & set(clinic.with_role(ParticipantRole.THERAPIST))
    most = question.protocol.max_doses_per_7_days
    return PlanRequest(
        grid=clinic.grid,
        steps=tuple(_spec(step, question, keys) for step in planned),
        diaries=clinic.diaries,
        earliest=max(first, now + LEAD),
        limits=(RollingLimit(StepKind.DOSING, most, 7 * DAY_MIN),),
        pins=tuple(_pins(question, keys)),
        preferred=frozenset(preferred),
        finish_step=None,
    )


def _pins(question: CourseQuestion, keys: Collection[str]) -> Iterator[Pin]:
    """Held visits stay with their people; a visit somebody pinned finds its own."""
    held = {visit.step_key for visit in question.held}
    for visit in question.held:
        if visit.step_key in keys:
            yield _held_pin(visit, question.clinic)
    grid = question.clinic.grid
    for pin in question.wishes.pins:
        slot = grid.floor(pin.starts_at)
        on_grid = 0 <= slot < grid.slots and grid.at(slot) == pin.starts_at
        if pin.step_key in set(keys) - held and on_grid:
            yield Pin(pin.step_key, pin.starts_at)


def _held_pin(held: Held, clinic: ClinicDiaries) -> Pin:
    """A held visit stays; one that starts off the grid is pinned to its slot."""
    start = clinic.grid.at(clinic.grid.floor(held.starts_at))
    known = {
        role: who for role, who in held.resources.items() if int(who) in clinic.actors
    }
    known[ParticipantRole.PATIENT] = str(clinic.patient_schedule_id)
    return Pin(held.step_key, start, known)


def _spec(
    step: ProtocolStep, question: CourseQuestion, keys: Collection[str]
) -> StepSpec:
    wishes, protocol = question.wishes, question.protocol
    asked = Asked.of(step)
    return StepSpec(
        key=step.key,
        kind=_KINDS[VisitKind(step.kind)],
        duration_min=step.duration_min,
        needs=role_needs(
            step.needs,
            kind=step.kind,
            may_be_video=step.may_be_video,
            clinic=question.clinic,
            same_therapist=protocol.same_therapist and not wishes.second_therapist,
            asked=replace(
                asked,
                features=asked.features | wishes.features,
                language=wishes.language,
                sex=wishes.sex,
                route=protocol.route,
            ),
        ),
        gaps=tuple(_gaps(step, question, keys)),
        allowed=Times(weekdays=wishes.weekdays),
        wished=Times(from_time=wishes.from_time, to_time=wishes.to_time),
    )


def _gaps(
    step: ProtocolStep, question: CourseQuestion, keys: Collection[str]
) -> Iterator[Gap]:
    """The protocol's gaps, wider where that was asked for, and SP-01 between doses."""
    for gap in gaps_of(step, question.steps, keys):
        wider = step.key in question.wishes.wider and gap.max_min is not None
        yield replace(gap, max_min=(gap.max_min or 0) + WIDER_MIN) if wider else gap
    before = dose_before(step, question.steps)
    if before is not None and before.key in keys:
        yield Gap(before.key, min_min=question.protocol.min_hours_between_doses * 60)


def dose_before(
    step: ProtocolStep, steps: Collection[ProtocolStep]
) -> ProtocolStep | None:
    if step.kind != VisitKind.DOSING:
        return None
    earlier = [
        other
        for other in steps
        if other.kind == VisitKind.DOSING and other.position < step.position
    ]
    return max(earlier, key=lambda other: other.position, default=None)
