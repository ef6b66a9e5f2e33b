"""What a proposal gives up, in words, and who or what is the reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sessions.enums import ParticipantRole, VisitKind
from sessions.models import ProtocolStep
from sessions.queries.course import CourseQuestion
from sessions.queries.course_words import step_label
from sessions.queries.diary import ON_SITE
from sessions.rules.free_times import Conflict
from sessions.rules.plan_results import Proposal, Trade, TradeCode, Visit
from sessions.rules.plan_types import PlanRequest
from sessions.rules.planner_grid import blockers

SAID_FROM_MIN: Final = 60
"""A gap less than an hour off its wish is not worth a word."""
REASONS: Final = 8
"""For so many compromises the reason is looked up; the next ones go without."""


def priced(plan: Proposal, question: CourseQuestion) -> Iterator[str]:
    """The compromises of a proposal, counted."""
    codes = [trade.code for trade in plan.trades]
    if TradeCode.PERSON in codes:
        yield "not with the therapist asked for"
    outside = codes.count(TradeCode.WISHED_TIMES)
    if outside:
        yield f"{outside} visit{'s' if outside > 1 else ''} outside the wished hours"
    tight = sum(_is_dose_gap(trade, question) for trade in plan.trades)
    if tight:
        yield f"{tight} dose{'s' if tight > 1 else ''} off the ideal spacing"
    if not (outside or tight or TradeCode.PERSON in codes):
        yield "nothing given up"


def _is_dose_gap(trade: Trade, question: CourseQuestion) -> bool:
    kinds = {step.key: step.kind for step in question.steps}
    return (
        trade.code is TradeCode.GAP
        and kinds[trade.step_key] == VisitKind.DOSING
        and kinds[trade.to_step] == VisitKind.DOSING
    )


def trade_notes(
    plan: Proposal, question: CourseQuestion, request: PlanRequest
) -> dict[str, str]:
    """For each visit what is not as wished and why; visits without a word are left out."""
    found: dict[str, list[str]] = {}
    looked = 0
    for trade in plan.trades:
        words = _words(trade, question)
        if not words:
            continue
        if trade.code is TradeCode.GAP and looked < REASONS:
            looked += 1
            words += _reason(trade, plan, question, request)
        found.setdefault(trade.step_key, []).append(words)
    return {key: "; ".join(words) for key, words in found.items()}


def _words(trade: Trade, question: CourseQuestion) -> str:
    match trade.code:
        case TradeCode.WISHED_TIMES:
            return "outside the wished hours"
        case TradeCode.TIME_OF_DAY:
            return f"{_time(trade.actual_min)} from the usual time"
        case TradeCode.GAP:
            if abs(trade.actual_min - trade.ideal_min) >= SAID_FROM_MIN:
                return _gap_words(trade, question)
    return ""


def _gap_words(trade: Trade, question: CourseQuestion) -> str:
    """``96 h after Dose 2, 84 h wished``; from the end where the protocol counts so."""
    steps = {step.key: step for step in question.steps}
    step, other = steps[trade.step_key], steps[trade.to_step]
    off = other.duration_min if _from_end(step, other) else 0
    actual, ideal = trade.actual_min - off, trade.ideal_min - off
    return f"{_time(actual)} after {step_label(other)}, {_time(ideal)} wished"


def _from_end(step: ProtocolStep, other: ProtocolStep) -> bool:
    if step.after == other.key:
        return step.gap_from_end
    return any(more["to"] == other.key and more["from_end"] for more in step.more_gaps)


def _time(minutes: int) -> str:
    if minutes >= 10 * 24 * 60:
        return f"{minutes // (24 * 60)} days"
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"


def _reason(
    trade: Trade, plan: Proposal, question: CourseQuestion, request: PlanRequest
) -> str:
    """Who was not free at the wished moment; else that another visit asked for it."""
    visits = {visit.step_key: visit for visit in plan.visits}
    step = next(spec for spec in request.steps if spec.key == trade.step_key)
    at = visits[trade.to_step].start + timedelta(minutes=trade.ideal_min)
    taken = blockers(request, step, at, plan.team)
    if taken:
        return f": {_who(taken, question)} then"
    if _overlaps(step.key, at, step.duration_min, list(visits.values())):
        return ": another visit then"
    return ""


def _overlaps(key: str, at: datetime, minutes: int, visits: list[Visit]) -> bool:
    length = timedelta(minutes=minutes)
    return any(
        visit.step_key != key and visit.start < at + length and at < visit.end
        for visit in visits
    )


def _who(taken: list[Conflict], question: CourseQuestion) -> str:
    """The first role that nobody takes: by name where it is one person, else the role."""
    role = taken[0].role
    if role == ParticipantRole.PATIENT:
        return "the patient is taken"
    if role == ON_SITE:
        return "no prescriber is on site"
    same = [one for one in taken if one.role == role and one.resource_id]
    if len(same) == 1 and same[0].resource_id is not None:
        return f"{question.clinic.named(same[0].resource_id).short_name} is not free"
    return f"no {ParticipantRole(role).label.lower()} is free"
