"""Scores as a chart and as a table with the same figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from kap.ui import charts
from screening.codes import GAD7_TOTAL, PHQ9_TOTAL
from screening.queries.measures import ScoreValue


@dataclass(frozen=True, slots=True)
class Row:
    """One day of the table."""

    on: date
    phq9: str
    gad7: str
    prorated: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    svg: SafeString
    sentence: str
    rows: list[Row]

    @property
    def is_empty(self) -> bool:
        return not self.rows


def symptom_chart(
    series: Mapping[str, Sequence[ScoreValue]],
    doses: Sequence[charts.DoseMark],
    *,
    zone: ZoneInfo,
) -> Drawn:
    phq9 = [_score(value, zone) for value in series.get(PHQ9_TOTAL, ())]
    gad7 = [_score(value, zone) for value in series.get(GAD7_TOTAL, ())]
    return Drawn(
        svg=charts.symptoms(phq9=phq9, gad7=gad7, doses=doses),
        sentence=charts.symptoms_sentence(phq9=phq9, gad7=gad7, doses=doses),
        rows=_rows(series, zone),
    )


def _score(value: ScoreValue, zone: ZoneInfo) -> charts.Score:
    return charts.Score(value.effective_at.astimezone(zone).date(), value.total)


def _rows(series: Mapping[str, Sequence[ScoreValue]], zone: ZoneInfo) -> list[Row]:
    """One row a day, newest first; of several scores in a day the last."""
    by_day: dict[date, dict[str, ScoreValue]] = {}
    for code, values in series.items():
        for value in values:
            by_day.setdefault(value.effective_at.astimezone(zone).date(), {})[code] = (
                value
            )
    return [_row(day, found) for day, found in sorted(by_day.items(), reverse=True)]


def _row(day: date, found: Mapping[str, ScoreValue]) -> Row:
    def text(code: str) -> str:
        value = found.get(code)
        return "" if value is None else str(value.total)

    return Row(
        on=day,
        phq9=text(PHQ9_TOTAL),
        gad7=text(GAD7_TOTAL),
        prorated=any(value.is_prorated for value in found.values()),
    )
