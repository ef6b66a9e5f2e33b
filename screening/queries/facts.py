"""Gathers what is known of a person into the facts that the rules judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from uuid import UUID

from kap.patients.models import EpisodeOfCare
from screening.codes import (
    AUDIT_C_TOTAL,
    AUDIT_TOTAL,
    CSSRS_RISK,
    DAST10_TOTAL,
    DIASTOLIC,
    GAD7_TOTAL,
    HEART_RATE,
    HEIGHT,
    PHQ9_TOTAL,
    SPO2,
    SYSTOLIC,
    WEIGHT,
)
from screening.enums import ResponseStatus
from screening.models import Observation, QuestionnaireResponse
from screening.queries.answers import AnswerRow, newest_answers
from screening.queries.fact_derived import derived, others_on
from screening.queries.fact_sources import (
    FactSource,
    SourceKind,
    Valued,
    kind_of_mode,
    newest,
    registered,
)
from screening.questions import NEVER
from screening.rules.facts import FIELD_KINDS, FIELD_NAMES, FactRefused, Facts

_MEASURED: Final = {
    HEART_RATE: "hr",
    SPO2: "spo2",
    WEIGHT: "weight_kg",
    HEIGHT: "height_cm",
}
_SCORED: Final = {
    PHQ9_TOTAL: "phq9_baseline",
    GAD7_TOTAL: "gad7_baseline",
    AUDIT_C_TOTAL: "audit_c_score",
    AUDIT_TOTAL: "audit_score",
    DAST10_TOTAL: "dast10_score",
    CSSRS_RISK: "cssrs_risk",
}
_SINGLE: Final = {**_MEASURED, **_SCORED}
_RISKS: Final = ("none", "low", "moderate", "high")
"""The words of the C-SSRS level that is kept as 0 to 3 (5.6)."""
STEADY_DAYS: Final = 28
"""A patient's "unchanged for 4 weeks" counts as this many days."""
_PRESSURES_READ: Final = 40
"""More than any one day has; the mean is taken of the newest day."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value with its moment."""

    code: str
    value: Decimal
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class FilledIn:
    """The newest filled-in form of one instrument."""

    instrument: str
    answers: dict[str, int | None]
    completed_at: datetime
    mode: str
    definition_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Everything answered and measured, as it is stored."""

    answers: dict[str, AnswerRow]
    readings: list[Reading]
    forms: dict[str, FilledIn]
    others: Mapping[str, FactSource | Valued] = field(default_factory=dict)
    """What registered sources know."""


def read_known(episode: EpisodeOfCare) -> Known:
    """Three queries for any length of history, and one for each registered source."""
    return Known(
        answers=newest_answers(episode.pk),
        readings=_readings(episode),
        forms=_forms(episode),
        others=registered(episode),
    )


def gather_facts(episode: EpisodeOfCare, *, on: date) -> Facts:
    """Everything answered and measured, as of a day."""
    return facts_of(read_known(episode), episode, on=on)


def facts_of(stored: Known, episode: EpisodeOfCare, *, on: date) -> Facts:
    """From what is stored to what the rules judge."""
    found = sourced_facts(stored, episode, on=on)
    return Facts.from_json({name: one.value for name, one in found.items()})


def sourced_facts(
    stored: Known, episode: EpisodeOfCare, *, on: date
) -> dict[str, FactSource]:
    """Each known fact with its value, its moment and its source.

    Of an answer and a measured or scored value the newer counts; what a registered
    source or this module works out wins over both.
    """
    known = _answers(stored)
    for name, found in [*_measured(stored, episode), *_item9(stored)]:
        known[name] = newest(found, known.get(name)) or found
    known = _fitting(known)
    others = others_on(stored.others, known, on)
    known = _not_withheld(known, others) | _fitting(others)
    age = episode.patient.age_years(on=on)
    known["age_years"] = FactSource(age, SourceKind.COMPUTED, words="birth date")
    return known | derived(known, episode)


def _not_withheld(
    known: Mapping[str, FactSource], others: Mapping[str, FactSource]
) -> dict[str, FactSource]:
    """Where a registered source says None, an answer does not count either."""
    withheld = {name for name, found in others.items() if found.value is None}
    return {name: found for name, found in known.items() if name not in withheld}


def _fitting(known: Mapping[str, FactSource]) -> dict[str, FactSource]:
    """A stored answer that fits no field is left out: it stays an open question."""
    return {name: found for name, found in known.items() if _fits(name, found.value)}


def _fits(name: str, value: Any) -> bool:
    try:
        Facts.from_json({name: value})
    except FactRefused:
        return False
    return True


def _readings(episode: EpisodeOfCare) -> list[Reading]:
    """The newest of each single value and the newest pressures, in one query."""
    rows = Observation.objects.final().filter(patient_id=episode.patient_id)
    names = ("code", "value", "effective_at", "recorded_at")
    single = (
        rows.filter(code__in=list(_SINGLE))
        .order_by("code", "-effective_at", "-recorded_at")
        .distinct("code")
        .values_list(*names)
    )
    pressures = (
        rows.filter(code__in=[SYSTOLIC, DIASTOLIC])
        .order_by("-effective_at", "-recorded_at", "code")
        .values_list(*names)[:_PRESSURES_READ]
    )
    found = single.union(pressures, all=True).order_by(
        "-effective_at", "-recorded_at", "code"
    )
    return [Reading(code, value, at) for code, value, at, _ in found]


def _forms(episode: EpisodeOfCare) -> dict[str, FilledIn]:
    rows = (
        QuestionnaireResponse.objects.filter(
            patient_id=episode.patient_id, status=ResponseStatus.COMPLETED
        )
        .order_by("instrument", "-completed_at")
        .distinct("instrument")
        .values_list("instrument", "answers", "completed_at", "mode", "definition_id")
    )
    return {
        key: FilledIn(key, answers, at, mode, definition)
        for key, answers, at, mode, definition in rows
        if at is not None
    }


def _answers(stored: Known) -> dict[str, FactSource]:
    known: dict[str, FactSource] = {}
    for name, row in stored.answers.items():
        value = row.value
        if value is None:
            continue
        if name == "htn_steady_4_weeks":
            days = STEADY_DAYS if value else 0
            known.setdefault("htn_regimen_stable_days", _said(row, days))
        if name == "cvd_risks" and isinstance(value, list):
            known.setdefault("cvd_risk_factor_count", _said(row, len(value)))
        if name in FIELD_NAMES:
            known[name] = _said(row, None if _is_never(name, value) else value)
    return known


def _said(row: AnswerRow, value: Any) -> FactSource:
    return FactSource(value, kind_of_mode(row.mode), row.answered_at, row.by_name)


def _is_never(name: str, value: Any) -> bool:
    return value == NEVER and FIELD_KINDS[name] == "Day"


def _measured(
    stored: Known, episode: EpisodeOfCare
) -> Iterator[tuple[str, FactSource]]:
    """The newest of each value, and the mean of the last day's pressures."""
    seen: set[str] = set()
    for reading in stored.readings:
        name = _SINGLE.get(reading.code)
        if name and name not in seen:
            seen.add(name)
            kind = SourceKind.INSTRUMENT
            if reading.code in _MEASURED:
                kind = SourceKind.MEASURED
            yield (
                name,
                FactSource(_plain(name, reading.value), kind, reading.effective_at),
            )
    yield from _mean_pressure(stored.readings, episode)


def _plain(name: str, value: Decimal) -> Any:
    """A reading as its field is stored: a whole number, a decimal as text, or a word."""
    if name == "cssrs_risk":
        return _RISKS[int(value)] if 0 <= value < len(_RISKS) else None
    return int(value) if FIELD_KINDS[name] == "Count" else str(value)


def pressures_of_last_day(
    readings: list[Reading], episode: EpisodeOfCare
) -> tuple[list[Reading], list[Reading]]:
    """Systolic and diastolic readings of the newest day that has any, newest first."""
    latest = next((row.effective_at for row in readings if row.code == SYSTOLIC), None)
    if latest is None:
        return [], []
    zone = episode.site.zone
    start = datetime.combine(latest.astimezone(zone).date(), time.min, zone)
    day = [
        row for row in readings if start <= row.effective_at < start + timedelta(days=1)
    ]
    return (
        [row for row in day if row.code == SYSTOLIC],
        [row for row in day if row.code == DIASTOLIC],
    )


def _mean_pressure(
    readings: list[Reading], episode: EpisodeOfCare
) -> Iterator[tuple[str, FactSource]]:
    """Mean of the readings of the newest day with at least two (3.2, 3.4)."""
    systolic, diastolic = pressures_of_last_day(readings, episode)
    if min(len(systolic), len(diastolic)) < 2:
        return
    at = systolic[0].effective_at
    for name, rows in (("bp_sys_mean", systolic), ("bp_dia_mean", diastolic)):
        yield name, FactSource(_mean(rows), SourceKind.MEASURED, at)


def _mean(readings: list[Reading]) -> str:
    total = sum((reading.value for reading in readings), Decimal(0))
    return str((total / len(readings)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _item9(stored: Known) -> Iterator[tuple[str, FactSource]]:
    form = stored.forms.get("phq-9")
    value = form.answers.get("phq9-9") if form else None
    if form and value is not None:
        yield (
            "phq9_item9",
            FactSource(int(value), SourceKind.INSTRUMENT, form.completed_at),
        )
