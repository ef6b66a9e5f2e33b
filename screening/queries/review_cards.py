"""The review page's measures and readings: totals with their items, pressures in pairs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kap.patients.models import EpisodeOfCare
from screening import instruments
from screening.codes import HEART_RATE, HEIGHT, LABELS, SPO2, WEIGHT
from screening.queries.facts import FilledIn, Known, Reading, pressures_of_last_day

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
    instrument = instruments.load(form.instrument)
    score = instruments.score(form.instrument, form.answers)
    total = score.total
    return MeasureCard(
        title=instrument.title,
        total="no total" if total is None else str(total),
        maximum=score.maximum,
        band=score.severity.label if score.severity else "too many left out",
        share=0 if total is None else round(100 * total / score.maximum),
        completed_at=form.completed_at,
        items=[
            (item.number, item.text, _answer(item, form.answers.get(item.link_id)))
            for item in instrument.items
        ],
        is_grave=bool(
            instruments.scoring(form.instrument).safety_link_id
            and score.self_harm_value != 0
        ),
        is_prorated=score.prorated,
    )


def _answer(item: instruments.Item, value: int | None) -> str:
    option = item.option(value) if value is not None else None
    return option.text if option else "not answered"


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
