"""A proposed course as the planner page shows it: rows, a strip of weeks, its price in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from kap.ui.tags.marks import PHASES
from sessions.enums import ParticipantRole, VisitKind
from sessions.models import ProtocolStep
from sessions.queries.course import CourseQuestion
from sessions.queries.course_request import Flavour, Ranked
from sessions.queries.course_trades import priced, trade_notes
from sessions.queries.course_words import DASH, PHASE_CSS, step_label
from sessions.rules.plan_results import Proposal, Visit
from sessions.rules.plan_types import PlanRequest

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
    is_pinned: bool
    """Somebody put it there; it can be let go."""


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
class Choice:
    """One proposal as a card: what it is best at, and its price in words."""

    letter: str
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ProposalView:
    """The proposal that is shown whole."""

    letter: str
    lines: tuple[Line, ...]
    weeks: tuple[StripWeek, ...]
    new_count: int
    span: str


def choice_of(
    letter: str, ranked: Ranked, question: CourseQuestion, best: Proposal
) -> Choice:
    title = ranked.flavour.value
    other = dict(ranked.plan.team) != dict(best.team)
    if ranked.flavour is Flavour.OTHER and other:
        who = next(iter(ranked.plan.team.values()))
        title = f"With {question.clinic.named(who).short_name}"
    return Choice(letter, title, ", ".join(_price(ranked.plan, question, best)))


def view_of(
    letter: str, plan: Proposal, question: CourseQuestion, request: PlanRequest
) -> ProposalView:
    zone = question.clinic.grid.zone
    steps = {step.key: step for step in question.steps}
    held = {visit.step_key for visit in question.held}
    notes = trade_notes(plan, question, request)
    lines = tuple(
        _line(
            visit,
            steps[visit.step_key],
            question,
            is_held=visit.step_key in held,
            note=notes.get(visit.step_key, ""),
        )
        for visit in plan.visits
    )
    days = [visit.start.astimezone(zone).date() for visit in plan.visits]
    return ProposalView(
        letter=letter,
        lines=lines,
        weeks=tuple(_weeks(plan.visits, steps, zone)),
        new_count=sum(bool(line.code) for line in lines),
        span=f"{_day(min(days))} {DASH} {_day(max(days))}",
    )


def _line(
    visit: Visit,
    step: ProtocolStep,
    question: CourseQuestion,
    *,
    is_held: bool,
    note: str,
) -> Line:
    zone = question.clinic.grid.zone
    start, end = visit.start.astimezone(zone), visit.end.astimezone(zone)
    who = {taken.role: taken.resource_id for taken in visit.resources}
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
        code="" if is_held else _code(visit),
        note="booked" if is_held else note,
        is_pinned=visit.pinned and not is_held,
    )


def _code(visit: Visit) -> str:
    """``dose-1~2026-11-24T15:00~room:12~therapist:5``: the step, then as a single place."""
    people = sorted((a.role, a.resource_id) for a in visit.resources if a.role in ROLES)
    tail = "".join(f"~{role}:{pk}" for role, pk in people)
    return f"{visit.step_key}~{visit.start:%Y-%m-%dT%H:%M}{tail}"


def _price(plan: Proposal, question: CourseQuestion, best: Proposal) -> Iterator[str]:
    """``last dose Mon 14 Dec``, ``Theo S. throughout``, and what is given up for it."""
    yield f"last dose {plan.cost.finish:%a} {_day(plan.cost.finish)}"
    later = (plan.cost.finish - best.cost.finish).days
    if later > 0:
        yield f"{later} day{'s' if later > 1 else ''} later than A"
    for role, who in plan.team.items():
        name = question.clinic.named(who).short_name
        yield f"{name} as {role} throughout"
    yield from priced(plan, question)
    if not plan.proven_optimal:
        yield "perhaps not the best: the search was cut short"


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
