"""All dosing sessions of a patient, a line each; two queries for any number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max, Q, QuerySet

from kap.ui.charts import DoseMark
from sessions.enums import EncounterStatus
from sessions.models import Encounter, MedicationAdministration
from sessions.queries.live import ROUTE_WORDS
from sessions.rules.dose_units import with_unit


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session: dose, highest pressure, state."""

    pk: UUID
    on: datetime
    number: int
    of_total: int
    dose: str
    per_kg: str
    top_pressure: str
    state: str
    tone: str
    stop_reason: str


def _doses(patient_id: UUID) -> QuerySet[MedicationAdministration]:
    return MedicationAdministration.objects.filter(
        encounter__patient=patient_id, voids=None, voided_by_row=None
    ).order_by("given_at")


def sessions_of(patient_id: UUID) -> list[SessionLine]:
    given: dict[UUID, tuple[str, Decimal, Decimal | None]] = {
        row[0]: row[1:]
        for row in _doses(patient_id).values_list(
            "encounter_id", "route", "dose_mg", "dose_mg_per_kg"
        )
    }
    stands = Q(vital_signs__voids=None, vital_signs__voided_by_row=None)
    rows = (
        Encounter.objects.filter(patient=patient_id, kind="dosing")
        .annotate(top=Max("vital_signs__systolic_mmhg", filter=stands))
        .select_related("appointment")
        .order_by("-arrived_at")
    )
    return [_line(row, given.get(row.pk)) for row in rows]


def _line(
    row: Encounter, given: tuple[str, Decimal, Decimal | None] | None
) -> SessionLine:
    status = EncounterStatus(row.status)
    tones = {EncounterStatus.IN_PROGRESS: "live", EncounterStatus.CANCELLED: "warn"}
    top = getattr(row, "top", None)
    return SessionLine(
        pk=row.appointment_id,
        on=row.started_at or row.arrived_at,
        number=row.appointment.number,
        of_total=row.appointment.of_total,
        dose=f"{with_unit(given[1], 'mg')} {ROUTE_WORDS[given[0]]}"
        if given
        else "no dose",
        per_kg=with_unit(given[2], "mg/kg") if given and given[2] is not None else "",
        top_pressure=with_unit(top, "mmHg") if top else "",
        state=status.label,
        tone=tones.get(status, ""),
        stop_reason=row.stop_reason,
    )


def dose_marks(patient_id: UUID) -> list[DoseMark]:
    """Marks for the chart of symptoms: day, number and milligrams of each dose; one query."""
    rows = _doses(patient_id).values_list(
        "given_at",
        "dose_mg",
        "encounter__appointment__number",
        "encounter__appointment__site__time_zone",
    )
    return [
        DoseMark(at.astimezone(ZoneInfo(zone)).date(), str(number), with_unit(mg, "mg"))
        for at, mg, number, zone in rows
    ]


def dose_entries(
    patient_id: UUID, *, before: datetime | None, limit: int
) -> list[tuple[object, ...]]:
    """Doses for the timeline, newest first; one query."""
    rows = _doses(patient_id).order_by("-given_at")
    if before is not None:
        rows = rows.filter(given_at__lt=before)
    return list(
        rows.values_list(
            "given_at",
            "dose_mg",
            "route",
            "encounter__appointment_id",
            "encounter__appointment__number",
            "given_by__name",
        )[:limit]
    )
