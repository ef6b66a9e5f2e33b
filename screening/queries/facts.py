"""Gathers what is known of a person into the facts that the rules judge."""

from __future__ import annotations

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
from screening.models import HistoryAnswer, Observation, QuestionnaireResponse
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


def gather_facts(episode: EpisodeOfCare, *, on: date) -> Facts:
    """Everything answered and measured, as of a day; four queries for any history."""
    known: dict[str, Any] = {"age_years": episode.patient.age_years(on=on)}
    known |= _answers(episode)
    known |= _measured(episode)
    known |= _item9(episode)
    sex = episode.patient.sex
    if sex in {"male", "female"}:
        known.setdefault("sex_for_qtc", sex)
    return _facts(known)


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


def _answers(episode: EpisodeOfCare) -> dict[str, Any]:
    rows = (
        HistoryAnswer.objects.filter(episode=episode)
        .order_by("field", "-answered_at", "-pk")
        .distinct("field")
        .values_list("field", "value")
    )
    known: dict[str, Any] = {}
    for field, value in rows:
        if field == "htn_steady_4_weeks" and value is not None:
            known.setdefault("htn_regimen_stable_days", STEADY_DAYS if value else 0)
        if field not in FIELD_NAMES or value is None:
            continue
        known[field] = None if value == NEVER and _is_day(field) else value
    return known


def _is_day(field: str) -> bool:
    return FIELD_KINDS[field] == "Day"


def _measured(episode: EpisodeOfCare) -> dict[str, Any]:
    """The newest of each value, and the mean of the last day's pressures."""
    rows = list(
        Observation.objects.final()
        .filter(
            patient_id=episode.patient_id,
            code__in=[*_SINGLE, SYSTOLIC, DIASTOLIC],
        )
        .order_by("-effective_at", "-recorded_at")
        .values_list("code", "value", "effective_at")[:200]
    )
    known: dict[str, Any] = {}
    for code, value, _ in rows:
        field = _SINGLE.get(code)
        if field and field not in known:
            known[field] = int(value) if field in _WHOLE else str(value)
    known |= _mean_pressure(rows, episode)
    return known


def _mean_pressure(
    rows: list[tuple[str, Decimal, datetime]], episode: EpisodeOfCare
) -> dict[str, str]:
    """Mean of the readings of the newest day with at least two (3.2, 3.4)."""
    latest = next((at for code, _, at in rows if code == SYSTOLIC), None)
    if latest is None:
        return {}
    zone = episode.site.zone
    day_start = datetime.combine(latest.astimezone(zone).date(), time.min, zone)
    means: dict[str, str] = {}
    for code, field in ((SYSTOLIC, "bp_sys_mean"), (DIASTOLIC, "bp_dia_mean")):
        values = [
            value
            for row_code, value, at in rows
            if row_code == code and day_start <= at < day_start + timedelta(days=1)
        ]
        if len(values) < 2:
            return {}
        mean = sum(values, Decimal(0)) / len(values)
        means[field] = str(mean.quantize(Decimal("0.1"), ROUND_HALF_UP))
    return means


def _item9(episode: EpisodeOfCare) -> dict[str, int]:
    answers = (
        QuestionnaireResponse.objects.filter(
            patient_id=episode.patient_id,
            instrument="phq-9",
            status=ResponseStatus.COMPLETED,
        )
        .order_by("-completed_at")
        .values_list("answers", flat=True)
        .first()
    )
    value = (answers or {}).get("phq9-9")
    return {} if value is None else {"phq9_item9": int(value)}
