"""Everything that is known of one dosing visit before and at the chair, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sessions.enums import EncounterStatus, OrderStatus
from sessions.models import (
    Appointment,
    Encounter,
    GateOverride,
    MedicationAdministration,
    MedicationRequest,
    PreSessionCheck,
    RoomPresence,
    SyringeReading,
    VitalSigns,
)
from sessions.queries.policies import Policies, policies_in_force
from sessions.rules.dose_types import Route
from sessions.rules.vitals_types import Reading

if TYPE_CHECKING:
    from kap.accounts.models import User

ASKED: Final = (
    "last_solid_food_at",
    "last_meal_was_fatty",
    "last_clear_liquid_at",
    "escort",
    "escort_confirmed",
    "medicines_unchanged",
    "substances_24h",
    "feels_ill",
    "may_be_pregnant",
    "identity_checked",
    "dose_read_back",
    "agrees_to_begin",
)
READING_FIELDS: Final = (
    "systolic_mmhg",
    "diastolic_mmhg",
    "heart_rate_bpm",
    "spo2_percent",
    "respiratory_rate_per_min",
    "temperature_c",
    "sedation_moaas",
    "dissociation_0_10",
    "nausea_0_10",
    "distress_0_10",
    "has_vomited",
    "has_symptoms",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The newest answer to one question of the pre-session check."""

    value: Any
    said_at: datetime
    recorded_by: User | None
    witness: User | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One dosing visit as it stands; gates, pages and services judge from this."""

    appointment: Appointment
    encounter: Encounter | None
    policies: Policies
    zone: ZoneInfo
    today: date
    route: Route
    order: MedicationRequest | None
    answers: Mapping[str, Answer]
    readings: Sequence[VitalSigns]
    doses: Sequence[MedicationAdministration]
    overrides: Mapping[str, GateOverride]
    present: Sequence[RoomPresence]
    """Who is in the room now, in order of coming."""
    syringe: Sequence[SyringeReading]

    @property
    def before(self) -> list[VitalSigns]:
        """Readings taken before the first dose."""
        if not self.doses:
            return list(self.readings)
        return [one for one in self.readings if one.taken_at <= self.doses[0].given_at]

    @property
    def is_open_for_dose(self) -> bool:
        """The patient is here and has had no dose."""
        return self.encounter is not None and self.encounter.status in (
            EncounterStatus.ARRIVED,
            EncounterStatus.TRIAGED,
        )

    def on_day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


def visits_for(user: User) -> Any:
    """Dosing visits a clinician may open; others none."""
    found = Appointment.objects.visible_to(user).filter(kind="dosing")
    if not user.is_clinical:
        found = found.none()
    return found.select_related(
        "patient",
        "site",
        "episode",
        "encounter",
        "planned_step__care_plan__protocol",
    )


def room_of(appointment: Appointment, *, now: datetime) -> Room:
    """Read everything; ten queries whatever has happened."""
    zone = appointment.site.zone
    today = now.astimezone(zone).date()
    encounter = getattr(appointment, "encounter", None)
    orders = (
        MedicationRequest.objects.filter(
            appointment=appointment,
            status__in=(OrderStatus.ACTIVE, OrderStatus.COMPLETED),
        )
        .select_related("product", "ordered_by", "cosigned_by")
        .order_by("-ordered_at")
    )
    order = orders.first()
    return Room(
        appointment=appointment,
        encounter=encounter,
        policies=policies_in_force(on=today),
        zone=zone,
        today=today,
        route=route_of(appointment, order),
        order=order,
        answers=answers_of(appointment.pk),
        readings=readings_of(encounter),
        doses=doses_of(encounter),
        overrides={
            row.gate: row
            for row in GateOverride.objects.filter(
                appointment=appointment
            ).select_related("overridden_by", "also_by")
        },
        present=present_in(encounter),
        syringe=_syringe(order),
    )


def route_of(appointment: Appointment, order: MedicationRequest | None) -> Route:
    """By the order, else by the protocol; an injection when neither says."""
    if order is not None:
        return Route(order.route)
    step = appointment.planned_step
    return Route(step.care_plan.protocol.route) if step is not None else Route.IM


def answers_of(appointment_id: UUID) -> dict[str, Answer]:
    """For each question the newest answer that was not left open."""
    rows = (
        PreSessionCheck.objects.filter(appointment=appointment_id)
        .select_related("escort", "recorded_by", "witness")
        .order_by("said_at", "pk")
    )
    found: dict[str, Answer] = {}
    for row in rows:
        for name in ASKED:
            value = getattr(row, name)
            if value is not None:
                found[name] = Answer(
                    value, row.said_at, row.recorded_by, row.witness, row.medicines_note
                )
    return found


def readings_of(encounter: Encounter | None) -> list[VitalSigns]:
    """Sets that stand, oldest first."""
    if encounter is None:
        return []
    rows = VitalSigns.objects.filter(
        encounter=encounter, voids=None, voided_by_row=None
    ).select_related("recorded_by")
    return list(rows.order_by("taken_at", "recorded_at"))


def doses_of(encounter: Encounter | None) -> list[MedicationAdministration]:
    """Doses that stand, oldest first."""
    if encounter is None:
        return []
    rows = MedicationAdministration.objects.filter(
        encounter=encounter, voids=None, voided_by_row=None
    ).select_related("product", "given_by", "witnessed_by", "order")
    return list(rows.order_by("given_at", "recorded_at"))


def present_in(encounter: Encounter | None) -> list[RoomPresence]:
    """Each person's newest row, as far as it says that they are here."""
    if encounter is None:
        return []
    rows = (
        RoomPresence.objects.filter(encounter=encounter)
        .select_related("user")
        .order_by("said_at", "pk")
    )
    newest: dict[Any, RoomPresence] = {}
    for row in rows:
        newest.pop(row.user_id, None)
        newest[row.user_id] = row
    return [row for row in newest.values() if row.is_here]


def _syringe(order: MedicationRequest | None) -> list[SyringeReading]:
    if order is None:
        return []
    rows = SyringeReading.objects.filter(order=order).select_related("read_by")
    return list(rows.order_by("read_at", "pk"))


def as_reading(row: VitalSigns) -> Reading:
    """A stored set as the pure rules want it."""
    values = {name: getattr(row, name) for name in READING_FIELDS}
    return Reading(taken_at=row.taken_at, **values)
