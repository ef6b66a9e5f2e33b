"""What a clinician says of one medicine, and what is still missing before it counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from screening.rules.medicines.day import Today
from screening.rules.medicines.matching import match
from screening.rules.medicines.review import Judged, judge, judge_classes
from screening.rules.medicines.table import classes
from screening.rules.medicines.types import Route

MOST_HOURS: Final = 24 * 60
"""A hold longer than sixty days is a slip of the pen (ours)."""


class Resolved(StrEnum):
    """How a typed name was settled."""

    OPEN = ""
    MATCH = "match"
    """As the list matched it."""
    NAME = "name"
    """The clinician chose a name of the list that was meant."""
    CLASS = "class"
    """The clinician chose a class."""
    NONE = "none"
    """Looked up: belongs to none of the classes."""
    UNKNOWN = "unknown"
    """Cannot be found out; stays major."""


class Plan(StrEnum):
    OPEN = ""
    CONTINUE = "continue"
    HOLD = "hold"
    TAPER = "taper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One medicine as it stands in the record."""

    statement: str
    text: str
    dose: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said of it now."""

    resolved: Resolved = Resolved.OPEN
    class_id: str = ""
    meant: str = ""
    often: str = ""
    last_taken: str = ""
    plan: Plan = Plan.OPEN
    hold_before_h: int | None = None
    restart: str = ""
    reason: str = ""
    today: str = ""

    @property
    def holds(self) -> bool:
        return self.plan in {Plan.HOLD, Plan.TAPER}


@dataclass(frozen=True, slots=True)
class Problem:
    """Beside which field of which medicine a sentence stands; None: the whole list."""

    statement: str | None
    field: str
    sentence: str


def judged_of(taken: Taken, answer: Answer, route: Route) -> Judged:
    """How grave the medicine is, as it was settled."""
    found = match(taken.text)
    if answer.resolved == Resolved.NAME:
        return judge(match(answer.meant), route)
    if answer.resolved == Resolved.NONE:
        return judge_classes((), route)
    if answer.resolved == Resolved.CLASS:
        ids = (answer.class_id,) if answer.class_id in classes() else ()
        names = [taken.text, *(one.label for one in found.offered)]
        return judge_classes(ids, route, is_unknown=not ids, ingredients=names)
    if answer.resolved == Resolved.UNKNOWN:
        return judge_classes(found.class_ids, route, is_unknown=True)
    return judge(found, route)


def problems_of(
    taken: Taken, answer: Answer, judged: Judged, *, on_dose_day: bool
) -> list[Problem]:
    """Every sentence that stands against this answer."""
    said = [
        *_about_the_name(taken, answer),
        *_about_the_plan(answer),
        *_about_the_reason(answer, judged),
    ]
    if on_dose_day and answer.today not in {str(one) for one in Today}:
        said.append(("today", "Say what happened with it today."))
    return [Problem(taken.statement, field, sentence) for field, sentence in said]


def _about_the_name(taken: Taken, answer: Answer) -> Iterator[tuple[str, str]]:
    if answer.resolved == Resolved.OPEN:
        yield "resolved", "Say what this medicine is."
    if answer.resolved == Resolved.MATCH and not match(taken.text).class_ids:
        yield "resolved", "The list does not know this name. Choose what it is."
    if answer.resolved == Resolved.CLASS and answer.class_id not in classes():
        yield "resolved", "Choose the class."
    if answer.resolved == Resolved.NAME and not match(answer.meant).is_whole:
        yield "resolved", "Choose a name of the list."


def _about_the_plan(answer: Answer) -> Iterator[tuple[str, str]]:
    if answer.plan == Plan.OPEN:
        yield "plan", "Choose: continue, hold or taper."
    hours = answer.hold_before_h
    if answer.plan == Plan.HOLD and (hours is None or not 0 < hours <= MOST_HOURS):
        yield "hold_before_h", f"How many hours before the dose, 1 to {MOST_HOURS}?"
    if answer.holds and not answer.restart.strip():
        yield "restart", "When does it go on? Write it for the patient."


def _about_the_reason(answer: Answer, judged: Judged) -> Iterator[tuple[str, str]]:
    wants = judged.wants_reason or answer.holds or answer.resolved == Resolved.NONE
    if answer.resolved and wants and not answer.reason.strip():
        yield "reason", "Write the reason of the decision."


def wants_prescriber(answer: Answer, judged: Judged) -> bool:
    """Major or unknown, said to be on no list, or anything held: a prescriber signs."""
    return judged.wants_prescriber or answer.holds or answer.resolved == Resolved.NONE


def line_of(taken: Taken, answer: Answer, judged: Judged) -> dict[str, Any]:
    """As it is kept with the list."""
    return {
        "statement": taken.statement,
        "text": taken.text,
        "dose": taken.dose,
        "source": taken.source,
        "often": answer.often,
        "last_taken": answer.last_taken,
        "classes": list(judged.class_ids),
        "resolved": str(answer.resolved),
        "meant": answer.meant,
        "severity": int(judged.severity),
        "plan": str(answer.plan),
        "hold_before_h": answer.hold_before_h if answer.plan == Plan.HOLD else None,
        "restart": answer.restart.strip() if answer.holds else "",
        "reason": answer.reason.strip(),
        "risk": judged.has_abrupt_stop_risk,
        "cns": judged.is_cns_depressant,
        "qt": judged.lengthens_qt,
        "today": answer.today,
    }
