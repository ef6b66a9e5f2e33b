"""A proposed course as the planner page shows it: rows, a strip of weeks, its price in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from kap.ui.tags.marks import PHASES
from sessions.enums import ParticipantRole, VisitKind
from sessions.models import ProtocolStep
from sessions.queries.course import CourseQuestion
from sessions.queries.course_words import DASH, PHASE_CSS, step_label
from sessions.rules.plan_results import Proposal, Trade, TradeCode, Visit

SHORT_STEP: Mapping[str, str] = {
    VisitKind.SCREENING: "S",
    VisitKind.PREPARATION: "P",
    VisitKind.DOSING: "D",
    VisitKind.INTEGRATION: "I",
    VisitKind.FOLLOW_UP: "F",
}
ROLES = (
    ParticipantRole.ROOM,
    ParticipantRole.THERAPIST,
    ParticipantRole.NURSE,
    ParticipantRole.PRESCRIBER,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One visit of a proposal.  ``code`` is what the form sends; empty: booked already."""

    key: str
    label: str
    phase: str
    icon: str
    day: str
    start: str
    end: str
    people: tuple[str, ...]
    """Room, therapist, nurse, prescriber; a dash where nobody is needed."""
    code: str
    note: str


@dataclass(frozen=True, slots=True)
class StripDay:
    """One day of the strip: its colour, its letter, its accessible name."""

    css: str
    text: str


@dataclass(frozen=True, slots=True)
class StripWeek:
    label: str
    days: tuple[StripDay, ...]


@dataclass(frozen=True, slots=True)
class ProposalView:
    """``letter`` A, B or C; ``sentence`` says what it is like and what it costs."""

    letter: str
    sentence: str
    lines: tuple[Line, ...]
    weeks: tuple[StripWeek, ...]
    new_count: int
    span: str


def view_of(letter: str, plan: Proposal, question: CourseQuestion) -> ProposalView:
    steps = {step.key: step for step in question.steps}
    zone = question.clinic.grid.zone
    trades: dict[str, list[Trade]] = {}
    for trade in plan.trades:
        trades.setdefault(trade.step_key, []).append(trade)
    lines = tuple(
        _line(
            visit, steps[visit.step_key], question, zone, trades.get(visit.step_key, ())
        )
        for visit in plan.visits
    )
    days = [visit.start.astimezone(zone).date() for visit in plan.visits]
    return ProposalView(
        letter=letter,
        sentence=", ".join(_price(plan, question)),
        lines=lines,
        weeks=tuple(_weeks(plan.visits, steps, zone)),
        new_count=sum(not visit.pinned for visit in plan.visits),
        span=f"{_day(min(days))} {DASH} {_day(max(days))}",
    )


def _line(
    visit: Visit,
    step: ProtocolStep,
    question: CourseQuestion,
    zone: tzinfo,
    trades: Iterable[Trade],
) -> Line:
    start, end = visit.start.astimezone(zone), visit.end.astimezone(zone)
    who = {taken.role: taken.resource_id for taken in visit.resources}
    code = "" if visit.pinned else _code(visit)
    notes = [_trade_words(trade) for trade in trades]
    return Line(
        key=step.key,
        label=step_label(step),
        phase=PHASE_CSS[VisitKind(step.kind)],
        icon=PHASES[PHASE_CSS[VisitKind(step.kind)]][0],
        day=f"{start:%a} {_day(start.date())}",
        start=f"{start:%H:%M}",
        end=f"{end:%H:%M}",
        people=tuple(
            question.clinic.named(who[role]).short_name if role in who else DASH
            for role in ROLES
        ),
        code=code,
        note="booked" if visit.pinned else ", ".join(note for note in notes if note),
    )


def _code(visit: Visit) -> str:
    """``dose-1~2026-11-24T15:00~room:12~therapist:5``: the step, then as a single place."""
    people = sorted(
        (a.role, a.resource_id) for a in visit.resources if a.role != "patient"
    )
    tail = "".join(f"~{role}:{pk}" for role, pk in people)
    return f"{visit.step_key}~{visit.start:%Y-%m-%dT%H:%M}{tail}"


def _trade_words(trade: Trade) -> str:
    if trade.code is TradeCode.WISHED_TIMES:
        return "outside the wished hours"
    return ""


def _price(plan: Proposal, question: CourseQuestion) -> Iterator[str]:
    """``last dose Mon 14 Dec``, ``Theo S. throughout``, and what is given up for it."""
    yield f"last dose {plan.cost.finish:%a} {_day(plan.cost.finish)}"
    for role, who in plan.team.items():
        name = question.clinic.named(who).short_name
        yield f"{name} as {role} throughout"
    codes = [trade.code for trade in plan.trades]
    if TradeCode.PERSON in codes:
        yield "not with the therapist asked for"
    outside = codes.count(TradeCode.WISHED_TIMES)
    if outside:
        yield f"{outside} visit{'s' if outside > 1 else ''} outside the wished hours"
    tight = sum(_is_dose_gap(trade, question) for trade in plan.trades)
    if tight:
        yield f"{tight} dose{'s' if tight > 1 else ''} off the ideal spacing"


def _is_dose_gap(trade: Trade, question: CourseQuestion) -> bool:
    kinds = {step.key: step.kind for step in question.steps}
    return (
        trade.code is TradeCode.GAP
        and kinds[trade.step_key] == VisitKind.DOSING
        and kinds[trade.to_step] == VisitKind.DOSING
    )


def _weeks(
    visits: Sequence[Visit], steps: Mapping[str, ProtocolStep], zone: tzinfo
) -> Iterator[StripWeek]:
    """Weeks with visits, Monday to Friday; weekends only where something stands on them."""
    on: dict[date, list[ProtocolStep]] = {}
    for visit in visits:
        day = visit.start.astimezone(zone).date()
        on.setdefault(day, []).append(steps[visit.step_key])
    mondays = sorted({day - timedelta(days=day.weekday()) for day in on})
    length = 7 if any(day.weekday() > 4 for day in on) else 5
    for monday in mondays:
        days = [monday + timedelta(days=n) for n in range(length)]
        last = days[-1]
        first = f"{monday:%-d}" if monday.month == last.month else _day(monday)
        yield StripWeek(
            f"{first}{DASH}{_day(last)}", tuple(_strip_day(on.get(d, [])) for d in days)
        )


def _strip_day(steps: Sequence[ProtocolStep]) -> StripDay:
    if not steps:
        return StripDay("", "")
    step = next((s for s in steps if s.kind == VisitKind.DOSING), steps[0])
    numbered = step.kind in (VisitKind.DOSING, VisitKind.INTEGRATION)
    text = SHORT_STEP[step.kind] + (str(step.number) if numbered else "")
    return StripDay(f" k-day-{PHASE_CSS[VisitKind(step.kind)]}", text)


def _day(day: date | datetime) -> str:
    return f"{day:%-d %b}"
