"""Readings at the chair: kept once, judged by the thresholds in force, voided by a new row."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import Role
from kap.audit.enums import Action
from kap.worklist import services as worklist
from sessions.models import Appointment, Encounter, VitalSigns
from sessions.queries.live_facts import distress_minutes, findings_for
from sessions.queries.readiness_facts import as_reading, room_of
from sessions.rules.dose_units import NBSP, with_unit
from sessions.rules.vitals_types import VitalFinding, VitalLevel
from sessions.services.dosing_common import (
    NotPossible,
    check_clinical,
    check_time,
    hold_open,
    write_history,
)

if TYPE_CHECKING:
    from kap.accounts.models import User

VITAL_WORK: Final = "vital-limit"
LOOK_WITHIN: Final = timedelta(minutes=15)
"""Clinical.md 6.2: after 15 min the prescriber hears."""
RANGES: Final[dict[str, tuple[int, int, str]]] = {
    "systolic_mmhg": (40, 300, "mmHg"),
    "diastolic_mmhg": (20, 200, "mmHg"),
    "heart_rate_bpm": (20, 300, "/min"),
    "spo2_percent": (40, 100, "%"),
    "respiratory_rate_per_min": (0, 80, "/min"),
    "temperature_c": (30, 44, "°C"),
    "sedation_moaas": (0, 5, ""),
    "dissociation_0_10": (0, 10, "of 10"),
    "nausea_0_10": (0, 10, "of 10"),
    "distress_0_10": (0, 10, "of 10"),
}
"""What is possible at all; the database refuses the first four beyond it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """One set of readings as typed; None: not measured."""

    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    heart_rate_bpm: int | None = None
    spo2_percent: int | None = None
    respiratory_rate_per_min: int | None = None
    temperature_c: Decimal | None = None
    sedation_moaas: int | None = None
    dissociation_0_10: int | None = None
    nausea_0_10: int | None = None
    distress_0_10: int | None = None
    has_vomited: bool = False
    has_symptoms: bool = False
    note: str = ""


def record_vitals(
    *,
    appointment_id: UUID,
    vitals: Vitals,
    by: User,
    now: datetime,
    taken_at: datetime | None = None,
    client_key: UUID | None = None,
) -> VitalSigns:
    """Keep one set of readings with what the thresholds in force say of it.

    The same ``client_key`` again is the same set.  ``taken_at`` earlier than now is a
    late entry.
    """
    check_clinical(by)
    check_possible(vitals)
    with transaction.atomic():
        appointment, encounter = hold_open(appointment_id)
        if client_key is not None:
            kept = VitalSigns.objects.filter(client_key=client_key).first()
            if kept is not None:
                return _same(kept, encounter)
        at = taken_at or now
        check_time(at, encounter, now=now)
        row = VitalSigns(
            encounter=encounter,
            taken_at=at,
            recorded_at=now,
            recorded_by=by,
            client_key=client_key,
            **asdict(vitals),
        )
        room = room_of(appointment, now=now)
        reading = as_reading(row)
        reading = replace(reading, distress_min=distress_minutes(room, reading))
        findings = findings_for(room, reading)
        edition = room.policies.editions.get("vital-thresholds", 0)
        row.findings = [_finding(one, edition) for one in findings]
        row.save(force_insert=True)
        _tell(row, findings, appointment, by=by, now=now)
        write_history(
            by=by,
            action=Action.CREATE,
            appointment=appointment,
            object_type="VitalSigns",
            object_id=row.pk,
        )
    return row


def check_possible(vitals: Vitals) -> None:
    """Refuse what cannot be; what is only beyond a threshold is kept as a finding."""
    values = asdict(vitals)
    if not any(
        value is not None and value is not False and value != ""
        for value in values.values()
    ):
        raise NotPossible("Nothing was measured. Enter at least one value.")
    for name, (low, high, unit) in RANGES.items():
        value = values[name]
        if value is not None and not low <= value <= high:
            most = with_unit(high, unit).rstrip(NBSP)
            raise NotPossible(f"{value} is not possible. Enter {low} to {most}.")
    upper, lower = vitals.systolic_mmhg, vitals.diastolic_mmhg
    if (upper is None) != (lower is None):
        raise NotPossible("Enter both numbers of the blood pressure.")
    if upper is not None and lower is not None and upper <= lower:
        raise NotPossible(
            "The systolic pressure is the higher one. Check both numbers."
        )


def _same(kept: VitalSigns, encounter: Encounter) -> VitalSigns:
    if kept.encounter_id != encounter.pk:
        raise NotPossible("This form belongs to another session. Open the page again.")
    return kept


def _finding(one: VitalFinding, edition: int) -> dict[str, Any]:
    return {
        "level": str(one.level),
        "code": one.code,
        "sentence": one.sentence,
        "action": one.action,
        "source": one.source,
        "edition": edition,
    }


def _tell(
    row: VitalSigns,
    findings: tuple[VitalFinding, ...],
    appointment: Appointment,
    *,
    by: User,
    now: datetime,
) -> None:
    """A red value is work for the prescriber, at once."""
    if any(one.level in (VitalLevel.RED, VitalLevel.EMERGENCY) for one in findings):
        worklist.open_item(
            kind=VITAL_WORK,
            source_key=f"vital-limit:{row.pk}",
            role=Role.PRESCRIBER,
            due_at=now + LOOK_WITHIN,
            now=now,
            patient=appointment.patient,
            object_id=appointment.pk,
            is_urgent=True,
            by=by,
        )


def void_vitals(
    *, appointment_id: UUID, vitals_id: UUID, reason: str, by: User, now: datetime
) -> VitalSigns:
    """Mark a set as entered in error; it stays, and a new row says why it does not count."""
    check_clinical(by)
    if not reason.strip():
        raise NotPossible("Say why this reading is wrong.")
    with transaction.atomic():
        appointment, encounter = hold_open(appointment_id)
        wrong = standing(VitalSigns, vitals_id, encounter)
        row = VitalSigns.objects.create(
            encounter=encounter,
            taken_at=wrong.taken_at,
            recorded_at=now,
            recorded_by=by,
            voids=wrong,
            void_reason=reason.strip()[:300],
        )
        note_void(appointment, "VitalSigns", row.pk, by=by)
    return row


def standing(model: Any, pk: UUID, encounter: Encounter) -> Any:
    """A row of this session that is not void and voids nothing."""
    row = model.objects.filter(
        pk=pk, encounter=encounter, voids=None, voided_by_row=None
    ).first()
    if row is None:
        raise NotPossible("This entry does not stand in this session.")
    return row


def note_void(
    appointment: Appointment, object_type: str, object_id: UUID, *, by: User
) -> None:
    write_history(
        by=by,
        action=Action.VOID,
        appointment=appointment,
        object_type=object_type,
        object_id=object_id,
        reason="entered-in-error",
    )
