"""One course from first dose to last score, as the summary and the chart tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from integration.models import IntegrationNote, NoteStatus
from screening.codes import GAD7_TOTAL, PHQ9_TOTAL
from screening.queries import ScoreValue, score_series
from sessions.enums import AdministrationStatus
from sessions.models import (
    AdverseEvent,
    Discharge,
    MedicationAdministration,
    VitalSigns,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseLine:
    """One dosing visit: what was given, how the body answered, when they left.

    ``dose_mg`` is the sum of what was given, ``dose_mg_per_kg`` likewise; pressures
    in mm[Hg] as "systolic/diastolic"; SpO2 in percent.
    """

    number: int
    given_at: datetime
    route: str
    product: str
    dose_mg: Decimal
    dose_mg_per_kg: Decimal | None
    pressure_before: str
    pressure_highest: str
    spo2_lowest: int | None
    events: tuple[str, ...]
    left_at: datetime | None

    @property
    def minutes_to_leaving(self) -> int | None:
        if self.left_at is None:
            return None
        return int((self.left_at - self.given_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class CourseScores:
    phq9: list[ScoreValue]
    gad7: list[ScoreValue]


def scores_of(patient_id: UUID, *, since: datetime) -> CourseScores:
    """PHQ-9 and GAD-7 from a moment on, oldest first; one query."""
    series = score_series(patient_id, [PHQ9_TOTAL, GAD7_TOTAL], since)
    return CourseScores(series[PHQ9_TOTAL], series[GAD7_TOTAL])


def dose_lines(episode_id: UUID) -> list[DoseLine]:
    """Every dosing visit in which something was given, oldest first; four queries."""
    doses = list(
        MedicationAdministration.objects.filter(
            encounter__appointment__episode_id=episode_id,
            voided_by_row=None,
        )
        .exclude(status=AdministrationStatus.ENTERED_IN_ERROR)
        .select_related("product", "encounter__appointment")
        .order_by("given_at", "pk")
    )
    encounters = list(dict.fromkeys(dose.encounter_id for dose in doses))
    vitals = _vitals(encounters)
    events = _events(encounters)
    left = dict(
        Discharge.objects.filter(encounter__in=encounters).values_list(
            "encounter_id", "left_at"
        )
    )
    return [
        _line(
            [dose for dose in doses if dose.encounter_id == encounter],
            vitals.get(encounter, []),
            events.get(encounter, ()),
            left.get(encounter),
        )
        for encounter in encounters
    ]


def _vitals(encounters: Sequence[UUID]) -> dict[UUID, list[VitalSigns]]:
    found: dict[UUID, list[VitalSigns]] = {}
    rows = VitalSigns.objects.filter(
        encounter__in=encounters, voids=None, voided_by_row=None
    ).order_by("taken_at")
    for row in rows:
        found.setdefault(row.encounter_id, []).append(row)
    return found


def _events(encounters: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    found: dict[UUID, tuple[str, ...]] = {}
    rows = AdverseEvent.objects.filter(
        encounter__in=encounters, voids=None, voided_by_row=None
    ).order_by("onset_at")
    for row in rows:
        words = f"{row.term}, grade {row.grade}"
        found[row.encounter_id] = (*found.get(row.encounter_id, ()), words)
    return found


def _line(
    doses: Sequence[MedicationAdministration],
    vitals: Sequence[VitalSigns],
    events: tuple[str, ...],
    left_at: datetime | None,
) -> DoseLine:
    first = doses[0]
    per_kg = [dose.dose_mg_per_kg for dose in doses if dose.dose_mg_per_kg is not None]
    before = [row for row in vitals if row.taken_at <= first.given_at]
    after = [row for row in vitals if row.taken_at > first.given_at]
    oxygen = [row.spo2_percent for row in vitals if row.spo2_percent is not None]
    return DoseLine(
        number=first.encounter.appointment.number,
        given_at=first.given_at,
        route=first.get_route_display(),
        product=first.product.name,
        dose_mg=sum((dose.dose_mg for dose in doses), Decimal(0)),
        dose_mg_per_kg=sum(per_kg, Decimal(0)) if per_kg else None,
        pressure_before=_pressure(before[-1:]),
        pressure_highest=_pressure(after),
        spo2_lowest=min(oxygen, default=None),
        events=events,
        left_at=left_at,
    )


def _pressure(rows: Sequence[VitalSigns]) -> str:
    """The reading with the highest systolic pressure, as it is written."""
    measured = [row for row in rows if row.systolic_mmhg is not None]
    if not measured:
        return ""
    top = max(measured, key=lambda row: row.systolic_mmhg or 0)
    return f"{top.systolic_mmhg}/{top.diastolic_mmhg}"


def signed_notes(episode_id: UUID) -> list[IntegrationNote]:
    """Signed integration notes of a course, oldest first, with their addenda."""
    return list(
        IntegrationNote.objects.filter(
            encounter__appointment__episode_id=episode_id, status=NoteStatus.FINAL
        )
        .select_related("encounter__appointment", "signed_by")
        .order_by("encounter__started_at", "pk")
    )


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
