"""Gathers what is known of a person into the facts that the rules judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from kap.patients.models import EpisodeOfCare
from screening.codes import (
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
from screening.questions import NEVER
from screening.rules.facts import FIELD_KINDS, FIELD_NAMES, FactRefused, Facts

_SINGLE: Final = {
    HEART_RATE: "hr",
    SPO2: "spo2",
    WEIGHT: "weight_kg",
    HEIGHT: "height_cm",
    PHQ9_TOTAL: "phq9_baseline",
    GAD7_TOTAL: "gad7_baseline",
}
_WHOLE: Final = frozenset({"hr", "spo2", "phq9_baseline", "gad7_baseline"})
STEADY_DAYS: Final = 28
"""A patient's "unchanged for 4 weeks" counts as this many days."""


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


@dataclass(frozen=True, slots=True)
class Known:
    """Everything answered and measured, as it is stored."""

    answers: dict[str, AnswerRow]
    readings: list[Reading]
    forms: dict[str, FilledIn]


def read_known(episode: EpisodeOfCare) -> Known:
    """Three queries for any length of history."""
    return Known(
        answers=newest_answers(episode.pk),
        readings=_readings(episode),
        forms=_forms(episode),
    )


def gather_facts(episode: EpisodeOfCare, *, on: date) -> Facts:
    """Everything answered and measured, as of a day."""
    return facts_of(read_known(episode), episode, on=on)


def facts_of(stored: Known, episode: EpisodeOfCare, *, on: date) -> Facts:
    """From what is stored to what the rules judge."""
    known: dict[str, Any] = {"age_years": episode.patient.age_years(on=on)}
    known |= _answers(stored)
    known |= _measured(stored, episode)
    known |= _item9(stored)
    sex = episode.patient.sex
    if sex in {"male", "female"}:
        known.setdefault("sex_for_qtc", sex)
    return _facts(known)


def _readings(episode: EpisodeOfCare) -> list[Reading]:
    rows = (
        Observation.objects.final()
        .filter(
            patient_id=episode.patient_id,
            code__in=[*_SINGLE, SYSTOLIC, DIASTOLIC],
        )
        .order_by("-effective_at", "-recorded_at")
        .values_list("code", "value", "effective_at")[:200]
    )
    return [Reading(*row) for row in rows]


def _forms(episode: EpisodeOfCare) -> dict[str, FilledIn]:
    rows = (
        QuestionnaireResponse.objects.filter(
            patient_id=episode.patient_id, status=ResponseStatus.COMPLETED
        )
        .order_by("instrument", "-completed_at")
        .distinct("instrument")
        .values_list("instrument", "answers", "completed_at", "mode")
    )
    return {
        key: FilledIn(key, answers, at, mode)
        for key, answers, at, mode in rows
        if at is not None
    }


def _facts(known: dict[str, Any]) -> Facts:
    """A stored answer that fits no field is left out: it stays an open question."""
    fitting: dict[str, Any] = {}
    for name, value in known.items():
        try:
            Facts.from_json({name: value})
        except FactRefused:
            continue
        fitting[name] = value
    return Facts.from_json(fitting)


def _answers(stored: Known) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for field, row in stored.answers.items():
        value = row.value
        if field == "htn_steady_4_weeks" and value is not None:
            known.setdefault("htn_regimen_stable_days", STEADY_DAYS if value else 0)
        if field not in FIELD_NAMES or value is None:
            continue
        known[field] = None if value == NEVER and _is_day(field) else value
    return known


def _is_day(field: str) -> bool:
    return FIELD_KINDS[field] == "Day"


def _measured(stored: Known, episode: EpisodeOfCare) -> dict[str, Any]:
    """The newest of each value, and the mean of the last day's pressures."""
    known: dict[str, Any] = {}
    for reading in stored.readings:
        field = _SINGLE.get(reading.code)
        if field and field not in known:
            value = reading.value
            known[field] = int(value) if field in _WHOLE else str(value)
    known |= _mean_pressure(stored.readings, episode)
    return known


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


def _mean_pressure(readings: list[Reading], episode: EpisodeOfCare) -> dict[str, str]:
    """Mean of the readings of the newest day with at least two (3.2, 3.4)."""
    systolic, diastolic = pressures_of_last_day(readings, episode)
    if min(len(systolic), len(diastolic)) < 2:
        return {}
    return {"bp_sys_mean": _mean(systolic), "bp_dia_mean": _mean(diastolic)}


def _mean(readings: list[Reading]) -> str:
    total = sum((reading.value for reading in readings), Decimal(0))
    return str((total / len(readings)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _item9(stored: Known) -> dict[str, int]:
    form = stored.forms.get("phq-9")
    value = form.answers.get("phq9-9") if form else None
    return {} if value is None else {"phq9_item9": int(value)}
