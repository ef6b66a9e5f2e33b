"""Every dosing session that is going on, a tile each; the same queries for any number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from kap.ui import charts
from sessions.enums import EncounterStatus
from sessions.models import (
    Appointment,
    AppointmentParticipant,
    Encounter,
    MedicationAdministration,
    RoomPresence,
    VitalSigns,
)
from sessions.queries.live import NextReading, dose_text, latest_of, next_reading
from sessions.queries.live_facts import course_of
from sessions.queries.policies import policies_in_force
from sessions.queries.readiness_facts import Room
from sessions.rules.dose_types import Route

if TYPE_CHECKING:
    from kap.accounts.models import User


@dataclass(frozen=True, slots=True)
class Tile:
    """One room going on."""

    room_name: str
    initials: str
    number: int
    of_total: int
    pk: UUID
    since: datetime
    dose: str
    people: str
    latest: Any
    next: NextReading
    leave_from: datetime
    strip: Any
    tone: str


def going_on_count(user: User) -> int:
    """How many dosing sessions go on; for the chip of the top bar."""
    if not user.is_clinical:
        return 0
    return Encounter.objects.filter(
        status=EncounterStatus.IN_PROGRESS, kind="dosing"
    ).count()


def tiles(user: User, *, now: datetime) -> list[Tile]:
    """Sorted by room, so that a tile never jumps; six queries."""
    encounters = list(
        Encounter.objects.visible_to(user)
        .filter(status=EncounterStatus.IN_PROGRESS, kind="dosing")
        .select_related("appointment__patient", "appointment__site")
    )
    if not encounters:
        return []
    ids = [one.pk for one in encounters]
    rooms = dict(
        AppointmentParticipant.objects.filter(
            appointment__encounter__in=ids, role="room", is_current=True
        ).values_list("appointment_id", "schedule__location__name")
    )
    readings = _grouped(
        VitalSigns.objects.filter(
            encounter__in=ids, voids=None, voided_by_row=None
        ).order_by("taken_at", "recorded_at")
    )
    doses = _grouped(
        MedicationAdministration.objects.filter(
            encounter__in=ids, voids=None, voided_by_row=None
        )
        .select_related("product")
        .order_by("given_at")
    )
    present = _grouped(
        RoomPresence.objects.filter(encounter__in=ids)
        .select_related("user")
        .order_by("said_at", "pk")
    )
    policies = policies_in_force(on=now.date())
    found = []
    for one in encounters:
        if not doses.get(one.pk):
            continue
        room = Room(
            appointment=one.appointment,
            encounter=one,
            policies=policies,
            zone=one.appointment.site.zone,
            today=now.astimezone(one.appointment.site.zone).date(),
            route=Route(doses[one.pk][0].route),
            order=None,
            answers={},
            readings=readings.get(one.pk, ()),
            doses=doses[one.pk],
            overrides={},
            present=_here(present.get(one.pk, ())),
            syringe=(),
        )
        found.append(_tile(room, rooms.get(one.appointment_id) or "No room", now=now))
    return sorted(found, key=lambda tile: (tile.room_name, tile.since))


def _grouped(rows: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.encounter_id, []).append(row)
    return found


def _here(rows: Sequence[RoomPresence]) -> list[RoomPresence]:
    newest = {row.user_id: row for row in rows}
    return [row for row in newest.values() if row.is_here]


def _tile(room: Room, name: str, *, now: datetime) -> Tile:
    appointment, first = room.appointment, room.doses[0]
    course = course_of(room, now=now)
    assert course is not None  # noqa: S101 -- a dose stands
    coming, latest = next_reading(course), latest_of(room)
    patient = appointment.patient
    return Tile(
        room_name=name,
        initials=f"{patient.called[:1]}.\u00a0{patient.family_name[:1]}.",
        number=appointment.number,
        of_total=appointment.of_total,
        pk=appointment.pk,
        since=first.given_at,
        dose=dose_text(first),
        people=", ".join(row.user.name for row in room.present),
        latest=latest,
        next=coming,
        leave_from=course.schedule.earliest_discharge,
        strip=_strip(room, now=now),
        tone="warn" if coming.tone == "danger" or (latest and latest.tone) else "",
    )


def _strip(room: Room, *, now: datetime) -> Any:
    start = room.doses[0].given_at
    points = [
        charts.VitalPoint(
            minute=int((row.taken_at - start).total_seconds() // 60),
            systolic=row.systolic_mmhg,
            diastolic=row.diastolic_mmhg or 0,
        )
        for row in room.readings
        if row.systolic_mmhg is not None
    ]
    if not points:
        return ""
    limit = next(
        int(one.value)
        for one in room.policies.vitals.during["systolic_mmhg"]
        if one.level == "amber" and one.side.is_high
    )
    minute = int((now - start).total_seconds() // 60)
    return charts.pressure_strip(
        points=points, limit_systolic=limit, now=minute, end=max(125, minute + 10)
    )


@dataclass(frozen=True, slots=True)
class Coming:
    """A dose still to come today."""

    pk: UUID
    at: datetime
    initials: str
    number: int
    of_total: int
    state: str


def coming_today(user: User, *, start: datetime, end: datetime) -> list[Coming]:
    """Dosing visits of the day that have not begun; one query."""
    rows = (
        Appointment.objects.visible_to(user)
        .filter(
            kind="dosing",
            starts_at__gte=start,
            starts_at__lt=end,
            status__in=("booked", "checked-in"),
        )
        .exclude(encounter__status=EncounterStatus.IN_PROGRESS)
        .select_related("patient")
        .order_by("starts_at", "pk")
    )
    return [
        Coming(
            pk=row.pk,
            at=row.starts_at,
            initials=f"{row.patient.called[:1]}.\u00a0{row.patient.family_name[:1]}.",
            number=row.number,
            of_total=row.of_total,
            state="Arrived" if row.status == "checked-in" else "Not here yet",
        )
        for row in rows
    ]
