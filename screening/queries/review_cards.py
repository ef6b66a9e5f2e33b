"""The review page's measures and readings: totals with their items, pressures in pairs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kap.patients.models import EpisodeOfCare
from screening import instruments
from screening.codes import HEART_RATE, HEIGHT, LABELS, SPO2, WEIGHT
from screening.queries.cssrs import CSSRS
from screening.queries.facts import FilledIn, Known, Reading, pressures_of_last_day
from screening.queries.instruments import edition, safety_link_id, score_of

KG_PER_LB = 0.45359237


@dataclass(frozen=True, slots=True)
class MeasureCard:
    """One questionnaire on the review page, with its items."""

    title: str
    total: str
    maximum: int
    band: str
    share: int
    completed_at: datetime
    items: list[tuple[str, str, str]]
    """Number, wording, answer in words."""
    is_grave: bool
    is_prorated: bool


def measure_cards(forms: Iterable[FilledIn]) -> list[MeasureCard]:
    return [
        _measure_card(form)
        for form in sorted(forms, key=lambda form: form.instrument, reverse=True)
    ]


def _measure_card(form: FilledIn) -> MeasureCard:
    instrument = edition(form.instrument, form.definition_id)
    score = score_of(instrument, instrument.standing(form.answers))
    total = score.total
    return MeasureCard(
        title=instrument.title,
        total="no total"
        if total is None
        else f"{total:f}"
        if isinstance(total, Decimal)
        else str(total),
        maximum=score.maximum,
        band=_band(score),
        share=0 if total is None else round(100 * total / (score.maximum or 1)),
        completed_at=form.completed_at,
        items=[
            (item.number, item.text, _answer(item, form.answers.get(item.link_id)))
            for item in instrument.asked(form.answers)
        ],
        is_grave=bool(
            (safety_link_id(instrument) and score.self_harm_value != 0)
            or (form.instrument == CSSRS and score.meets_rule)
        ),
        is_prorated=score.prorated,
    )


def _band(score: instruments.Score) -> str:
    if score.severity:
        return score.severity.label
    return "" if score.total is not None or not score.missing else "too many left out"


def _answer(item: instruments.Item, value: instruments.Answer) -> str:
    return item.words(value) or "not answered"


@dataclass(frozen=True, slots=True)
class Measured:
    """Readings as the page shows them: pressures of the last day, pulse, SpO2, size."""

    pressures: list[str]
    at: datetime | None
    rest: list[tuple[str, str, datetime]]


def measured(known: Known, episode: EpisodeOfCare) -> Measured:
    systolic, diastolic = pressures_of_last_day(known.readings, episode)
    pairs = zip(systolic, diastolic, strict=False)
    newest: dict[str, Reading] = {}
    for reading in known.readings:
        newest.setdefault(reading.code, reading)
    units = {HEART_RATE: "/min", SPO2: " %", WEIGHT: " kg", HEIGHT: " cm"}
    rest = []
    for code, unit in units.items():
        last = newest.get(code)
        if last is not None:
            text = f"{last.value.normalize():f}{unit}"
            if code == WEIGHT:
                text += f" ({float(last.value) / KG_PER_LB:.0f} lb)"
            rest.append((LABELS[code], text, last.effective_at))
    return Measured(
        pressures=[
            f"{upper.value:.0f}/{lower.value:.0f}"
            for upper, lower in reversed(list(pairs))
        ],
        at=systolic[0].effective_at if systolic else None,
        rest=rest,
    )
