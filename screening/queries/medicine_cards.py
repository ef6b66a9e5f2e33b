"""One medicine on the reconciliation page: how grave, what 4.1 says, who holds how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from screening.models import MedicationStatement
from screening.rules.medicines.matching import Found, match
from screening.rules.medicines.review import (
    ACTION_WORDS,
    SEVERITY_TONES,
    SEVERITY_WORDS,
    benzodiazepine_words,
    class_of,
    judge,
)
from screening.rules.medicines.types import MedicineClass, Route

BENZODIAZEPINES = "M-001"


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One class of a medicine in words."""

    name: str
    severity: str
    tone: str
    action: str
    effect: str
    advice: str
    hold: str
    source: str


@dataclass(frozen=True, slots=True)
class Card:
    """The form of a medicine with what the list knows of it."""

    form: Any
    severity: str
    tone: str
    lines: list[ClassLine]
    unknown: str
    has_abrupt_stop_risk: bool
    hints: list[str]


def card_of(form: Any, route_code: str) -> Card:
    """By the route that was chosen; by the gravest while none is."""
    statement: MedicationStatement = form.statement
    route = Route(route_code) if route_code in set(Route) else Route.UNDECIDED
    found = match(statement.text)
    judged = judge(found, route)
    hints = []
    if BENZODIAZEPINES in found.class_ids:
        hints.append(benzodiazepine_words(statement.text, statement.dose_text))
    return Card(
        form=form,
        severity=SEVERITY_WORDS[judged.severity],
        tone=SEVERITY_TONES[judged.severity],
        lines=[_line(class_of(one), route) for one in found.class_ids],
        unknown=_unknown(found.found, found.unknown_parts),
        has_abrupt_stop_risk=judged.has_abrupt_stop_risk,
        hints=hints,
    )


def _unknown(found: Found, parts: tuple[str, ...]) -> str:
    if found == Found.OFFERED:
        return "This name is on no list. Names that are close can be chosen."
    if found == Found.UNKNOWN:
        return "This name is on no list. Look it up, then choose what it is."
    if parts:
        return f"Not on the list: {', '.join(parts)}."
    return ""


def _line(one: MedicineClass, route: Route) -> ClassLine:
    severity = one.severity(route)
    return ClassLine(
        name=one.name,
        severity=SEVERITY_WORDS[severity],
        tone=SEVERITY_TONES[severity],
        action=ACTION_WORDS[one.action],
        effect=one.effect,
        advice=one.advice,
        hold=one.hold_words,
        source=one.source,
    )


def twice_written(rows: Iterable[MedicationStatement]) -> list[str]:
    """Ingredients that stand on the list more than once."""
    seen: dict[str, int] = {}
    for row in rows:
        for name in match(row.text).ingredients or (row.text.casefold(),):
            seen[name] = seen.get(name, 0) + 1
    return sorted(name for name, count in seen.items() if count > 1)
