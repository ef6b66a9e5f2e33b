"""Whether a posted course keeps its protocol; what the browser sent is never trusted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from sessions.enums import ParticipantRole, VisitKind
from sessions.models import Protocol, ProtocolStep
from sessions.queries.course import WIDER_MIN, Held, gaps_of
from sessions.queries.course_people import Asked, candidates
from sessions.queries.course_words import step_label
from sessions.queries.diary import ClinicDiaries
from sessions.rules.plan_types import Anchor
from sessions.services.course_types import (
    NO_EXCEPTIONS,
    CourseRefused,
    Exceptions,
    Pick,
)

Span = tuple[datetime, datetime]


def check_course(
    picks: Sequence[Pick],
    *,
    protocol: Protocol,
    steps: Sequence[ProtocolStep],
    held: Sequence[Held],
    clinic: ClinicDiaries,
    exceptions: Exceptions = NO_EXCEPTIONS,
) -> None:
    """Refuse with the first step that breaks a rule, named as the page names it."""
    known = {step.key: step for step in steps}
    _check_steps(picks, known, held)
    for pick in picks:
        _check_people(pick, known[pick.step_key], clinic)
    if not exceptions.second_therapist:
        _check_one_therapist(picks, protocol, held)
    spans = {h.step_key: (h.starts_at, h.ends_at) for h in held}
    spans |= {p.step_key: (p.starts_at, p.ends_at(known[p.step_key])) for p in picks}
    for step in steps:
        if step.key in spans:
            later = WIDER_MIN if step.key in exceptions.wider else 0
            _check_gaps(step, steps, spans, later_min=later)
    _check_doses_per_week(steps, spans, most=protocol.max_doses_per_7_days)


def _check_steps(
    picks: Sequence[Pick], known: Mapping[str, ProtocolStep], held: Sequence[Held]
) -> None:
    keys = [pick.step_key for pick in picks]
    if not keys:
        raise CourseRefused("There is nothing to book. Ask for proposals again.")
    if len(set(keys)) < len(keys) or not set(keys) <= set(known):
        raise CourseRefused("The proposal does not fit its protocol. Propose again.")
    taken = set(keys) & {visit.step_key for visit in held}
    if taken:
        label = step_label(known[min(taken)])
        raise CourseRefused(f"{label} has been booked meanwhile. Propose again.")


def _check_people(pick: Pick, step: ProtocolStep, clinic: ClinicDiaries) -> None:
    needed = {need["role"] for need in step.needs} - {ParticipantRole.PATIENT}
    if needed - set(pick.resources):
        raise CourseRefused(
            f"{step_label(step)} lacks a person or room. Propose again."
        )
    for role in needed:
        able = candidates(
            role,
            kind=step.kind,
            may_be_video=step.may_be_video,
            clinic=clinic,
            asked=Asked.of(step),
        )
        if str(pick.resources[role]) not in able:
            word = ParticipantRole(role).label.lower()
            raise CourseRefused(
                f"The {word} of {step_label(step)} cannot take it. Propose again."
            )


def _check_one_therapist(
    picks: Sequence[Pick], protocol: Protocol, held: Sequence[Held]
) -> None:
    role = ParticipantRole.THERAPIST
    people = {str(p.resources[role]) for p in picks if role in p.resources}
    people |= {h.resources[role] for h in held if role in h.resources}
    if protocol.same_therapist and len(people) > 1:
        raise CourseRefused(
            "This protocol keeps one therapist throughout. Propose again."
        )


def _check_gaps(
    step: ProtocolStep,
    steps: Sequence[ProtocolStep],
    spans: Mapping[str, Span],
    *,
    later_min: int = 0,
) -> None:
    start = spans[step.key][0]
    for gap in gaps_of(step, steps, spans):
        other = spans[gap.to_step]
        between = start - (other[1] if gap.anchor is Anchor.END else other[0])
        too_short = gap.min_min is not None and between < timedelta(minutes=gap.min_min)
        too_long = gap.max_min is not None and between > timedelta(
            minutes=gap.max_min + later_min
        )
        if too_short or too_long:
            label = next(step_label(s) for s in steps if s.key == gap.to_step)
            word = "soon" if too_short else "late"
            raise CourseRefused(
                f"{step_label(step)} comes too {word} after {label}. Propose again."
            )


def _check_doses_per_week(
    steps: Collection[ProtocolStep], spans: Mapping[str, Span], *, most: int
) -> None:
    doses = [s for s in steps if s.kind == VisitKind.DOSING and s.key in spans]
    starts = [spans[step.key][0] for step in doses]
    for step, (first, later) in zip(doses[1:], pairwise(starts), strict=True):
        if later <= first:
            raise CourseRefused(f"{step_label(step)} comes before the one before it.")
    for step, first, beyond in zip(doses[most:], starts, starts[most:], strict=False):
        if beyond - first < timedelta(days=7):
            raise CourseRefused(
                f"{step_label(step)} would be more than {most} doses in 7 days."
            )
