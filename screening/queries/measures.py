"""Scores and measurements of patients, newest first or as a series."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from kap.worklist.models import WorkItem
from screening.codes import PHQ9_TOTAL, WEIGHT
from screening.enums import ObservationStatus
from screening.models import Observation

SI_REVIEW: Final = "si-review"
"""The kind of work item that an answer above zero to PHQ-9 item 9 opens."""


@dataclass(frozen=True, slots=True)
class ScoreValue:
    """One measured or scored value; ``value`` in the unit of its code."""

    code: str
    value: Decimal
    interpretation: str
    effective_at: datetime

    @property
    def is_prorated(self) -> bool:
        return self.interpretation.startswith("prorated:")

    @property
    def total(self) -> int:
        return int(self.value)


def _values(patient_ids: Iterable[UUID], codes: Sequence[str]) -> list[Any]:
    return list(
        Observation.objects.final()
        .filter(patient_id__in=list(patient_ids), code__in=codes)
        .order_by("patient_id", "code", "-effective_at", "-recorded_at")
        .distinct("patient_id", "code")
        .values("patient_id", "code", "value", "interpretation", "effective_at")
    )


def latest_scores(
    patient_ids: Iterable[UUID], codes: Sequence[str] = (PHQ9_TOTAL,)
) -> dict[tuple[UUID, str], ScoreValue]:
    """The newest value of each code for each patient, in one query."""
    return {
        (row["patient_id"], row["code"]): ScoreValue(
            code=row["code"],
            value=row["value"],
            interpretation=row["interpretation"],
            effective_at=row["effective_at"],
        )
        for row in _values(patient_ids, codes)
    }


def latest_score(patient_id: UUID, code: str) -> ScoreValue | None:
    return latest_scores([patient_id], [code]).get((patient_id, code))


def latest_weight(patient_id: UUID) -> ScoreValue | None:
    """The newest weight, in kilograms, with its date."""
    return latest_score(patient_id, WEIGHT)


def score_series(
    patient_id: UUID, codes: Sequence[str], since: datetime | None = None
) -> dict[str, list[ScoreValue]]:
    """Every final value of each code, oldest first."""
    rows = (
        Observation.objects.final()
        .filter(patient_id=patient_id, code__in=codes)
        .order_by("effective_at", "recorded_at")
        .values_list("code", "value", "interpretation", "effective_at")
    )
    if since is not None:
        rows = rows.filter(effective_at__gte=since)
    series: dict[str, list[ScoreValue]] = {code: [] for code in codes}
    for row in rows:
        series[row[0]].append(ScoreValue(*row))
    return series


@dataclass(frozen=True, slots=True)
class ScoreVersion:
    """One score of one form, the one that stands or one before it."""

    value: Decimal
    interpretation: str
    recorded_at: datetime
    module: str
    reason: str
    stands: bool


def score_history(response_id: UUID) -> list[ScoreVersion]:
    """Every score that a form was given, newest first."""
    rows = (
        Observation.objects.filter(response=response_id)
        .select_related("superseded_by_row", "voided_by_row")
        .order_by("-recorded_at", "pk")
    )
    return [
        ScoreVersion(
            value=row.value.normalize(),
            interpretation=row.interpretation.replace("-", " ").replace(":", ", "),
            recorded_at=row.recorded_at,
            module=str(row.details.get("scoring", "")),
            reason=row.void_reason,
            stands=row.status != ObservationStatus.ENTERED_IN_ERROR
            and not hasattr(row, "superseded_by_row")
            and not hasattr(row, "voided_by_row"),
        )
        for row in rows
    ]


def item9_open_many(patient_ids: Iterable[UUID]) -> set[UUID]:
    """Patients whose answer on self-harm nobody has closed yet."""
    rows = WorkItem.objects.open().filter(
        kind=SI_REVIEW, patient_id__in=list(patient_ids)
    )
    return {pk for pk in rows.values_list("patient_id", flat=True) if pk}


def item9_open(patient_id: UUID) -> bool:
    return bool(item9_open_many([patient_id]))
