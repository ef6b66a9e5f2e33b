"""The demo's dosing records: order, dose, readings, unwanted effects, leaving."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Final

from kap.demo.world import DemoPatient, DemoVisit, DemoWorld
from kap.pharmacy.models import Product, Route
from sessions.enums import EncounterStatus, OrderStatus, RideKind
from sessions.models import (
    AdverseEvent,
    Discharge,
    Encounter,
    MedicationAdministration,
    MedicationRequest,
    PreSessionCheck,
    VitalSigns,
)
from sessions.rules import discharge_policy

FIRST_PER_KG: Final = Decimal("0.5")
STEP_PER_KG: Final = Decimal("0.1")
MOST_PER_KG: Final = Decimal("0.9")
"""Inside the founding protocol's 0.5 to 1.2 mg/kg (clinical.md S-31)."""
STRENGTH: Final = Decimal(50)
DOSE_AFTER: Final = timedelta(minutes=20)
READINGS_MIN: Final = (-15, 10, 30, 60, 90)
EVERY_READING_MIN: Final = (-15, 5, 10, 15, 20, 30, 45, 60, 90)
"""A first start shows the whole schedule (clinical.md 6.2); a large demo a part of it."""
_RISE: Final = {
    -15: (0, 0),
    5: (6, 4),
    10: (12, 8),
    15: (14, 9),
    20: (16, 10),
    30: (17, 11),
    45: (12, 8),
    60: (8, 5),
    90: (2, 1),
}
"""About the mean rise seen at 40 minutes (clinical.md 3.3 E-CV-01)."""
CRITERIA: Final = tuple(criterion.key for criterion in discharge_policy.CRITERIA)


@dataclass(slots=True)
class DosingRows:
    """Rows gathered over all visits, inserted together."""

    orders: list[MedicationRequest] = field(default_factory=list)
    doses: list[MedicationAdministration] = field(default_factory=list)
    vitals: list[VitalSigns] = field(default_factory=list)
    events: list[AdverseEvent] = field(default_factory=list)
    checks: list[PreSessionCheck] = field(default_factory=list)
    discharges: list[Discharge] = field(default_factory=list)


@cache
def _product() -> Product:
    return Product.objects.get(code="ket_50")


def make_dosing(
    world: DemoWorld,
    demo: DemoPatient,
    visit: DemoVisit,
    encounter: Encounter,
    rows: DosingRows,
) -> None:
    """Gather the record of one dose, as far as the moment has come."""
    given_at = visit.starts_at + DOSE_AFTER
    rows.checks.append(_check(world, visit, encounter))
    if encounter.status == EncounterStatus.ARRIVED:
        return
    order = _order(world, demo, visit, encounter)
    rows.orders.append(order)
    rows.vitals += _vitals(world, visit, encounter, given_at)
    if given_at > world.now:
        return
    order.status = OrderStatus.COMPLETED
    rows.doses.append(_dose(world, visit, encounter, order, given_at))
    if world.random.random() < 0.22:
        rows.events.append(_event(world, visit, encounter, given_at))
    if encounter.status == EncounterStatus.FINISHED:
        rows.discharges.append(_discharge(world, visit, encounter))


def insert_dosing(world: DemoWorld, rows: DosingRows) -> None:
    world.insert(PreSessionCheck, rows.checks)
    world.insert(MedicationRequest, rows.orders)
    world.insert(MedicationAdministration, rows.doses)
    world.insert(VitalSigns, rows.vitals)
    world.insert(AdverseEvent, rows.events)
    world.insert(Discharge, rows.discharges)
    _product.cache_clear()  # the next demo in this process may have another database


def _check(world: DemoWorld, visit: DemoVisit, encounter: Encounter) -> PreSessionCheck:
    nurse, therapist = visit.actor("nurse").user, visit.actor("therapist").user
    return PreSessionCheck(
        id=world.uuid(),
        appointment=encounter.appointment,
        last_solid_food_at=visit.starts_at - timedelta(hours=9),
        last_clear_liquid_at=visit.starts_at - timedelta(hours=3),
        escort_confirmed=True,
        medicines_unchanged=True,
        substances_24h=False,
        feels_ill=False,
        may_be_pregnant=False,
        identity_checked=encounter.status != EncounterStatus.ARRIVED or None,
        dose_read_back=encounter.status != EncounterStatus.ARRIVED or None,
        witness=therapist,
        said_at=encounter.arrived_at,
        recorded_by=nurse,
    )


def _order(
    world: DemoWorld, demo: DemoPatient, visit: DemoVisit, encounter: Encounter
) -> MedicationRequest:
    weight = Decimal(demo.weight_kg)
    per_kg = min(MOST_PER_KG, FIRST_PER_KG + STEP_PER_KG * (visit.number - 1))
    volume = (weight * per_kg / STRENGTH).quantize(Decimal("0.1"), ROUND_HALF_UP)
    dose_mg = volume * STRENGTH
    return MedicationRequest(
        id=world.uuid(),
        appointment=encounter.appointment,
        patient=demo.patient,
        product=_product(),
        route=Route.IM,
        dose_mg=dose_mg,
        weight_kg=weight,
        weight_measured_at=encounter.arrived_at,
        dose_mg_per_kg=(dose_mg / weight).quantize(Decimal("0.0001")),
        volume_ml=volume,
        max_total_mg=dose_mg,
        as_needed="Ondansetron 4 mg for nausea",
        content_sha256="0" * 64,
        ordered_at=encounter.arrived_at,
        ordered_by=visit.actor("prescriber").user,
    )


def _dose(
    world: DemoWorld,
    visit: DemoVisit,
    encounter: Encounter,
    order: MedicationRequest,
    given_at: datetime,
) -> MedicationAdministration:
    return MedicationAdministration(
        id=world.uuid(),
        encounter=encounter,
        order=order,
        product=_product(),
        route=order.route,
        dose_mg=order.dose_mg,
        dose_mg_per_kg=order.dose_mg_per_kg,
        volume_ml=order.volume_ml,
        lot_number=f"DEMO{given_at:%y%m}",
        given_at=given_at,
        recorded_at=given_at,
        given_by=visit.actor("nurse").user,
        witnessed_by=visit.actor("therapist").user,
    )


def _vitals(
    world: DemoWorld, visit: DemoVisit, encounter: Encounter, given_at: datetime
) -> list[VitalSigns]:
    random = world.random
    systolic, diastolic = random.randrange(108, 132), random.randrange(64, 84)
    rows = []
    for minutes in EVERY_READING_MIN if world.is_small else READINGS_MIN:
        at = given_at + timedelta(minutes=minutes)
        if at > world.now or at > visit.ends_at:
            break
        up, down = _RISE[minutes]
        rows.append(
            VitalSigns(
                id=world.uuid(),
                encounter=encounter,
                taken_at=at,
                recorded_at=at,
                recorded_by=visit.actor("nurse").user,
                systolic_mmhg=systolic + up + random.randrange(-3, 4),
                diastolic_mmhg=diastolic + down + random.randrange(-3, 4),
                heart_rate_bpm=random.randrange(60, 96),
                spo2_percent=random.randrange(96, 100),
                respiratory_rate_per_min=random.randrange(13, 19),
                sedation_moaas=4 if 10 <= minutes <= 30 else 5,
                dissociation_0_10={5: 3, 10: 6, 15: 7, 20: 6, 30: 4, 45: 2, 60: 1}.get(
                    minutes, 0
                ),
            )
        )
    return rows


def _event(
    world: DemoWorld, visit: DemoVisit, encounter: Encounter, given_at: datetime
) -> AdverseEvent:
    term = world.random.choice(("nausea", "dizziness", "headache"))
    onset = min(given_at + timedelta(minutes=25), world.now)
    return AdverseEvent(
        id=world.uuid(),
        encounter=encounter,
        term=term,
        grade=1,
        onset_at=onset,
        relation="probable",
        action="Rest, nothing given",
        outcome="Gone before leaving",
        recorded_at=onset,
        recorded_by=visit.actor("nurse").user,
    )


def _discharge(world: DemoWorld, visit: DemoVisit, encounter: Encounter) -> Discharge:
    nurse, prescriber = visit.actor("nurse").user, visit.actor("prescriber").user
    who = str(nurse.pk) if nurse else ""
    return Discharge(
        id=world.uuid(),
        encounter=encounter,
        criteria={code: {"met": True, "by": who} for code in CRITERIA},
        ride=RideKind.ESCORT,
        escort_name="The named escort",
        instructions_given=True,
        left_at=visit.ends_at,
        recorded_at=visit.ends_at,
        nurse=nurse,
        second_signer=prescriber,
    )
