"""Giving the dose, and putting a wrong record of it right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from kap.audit.enums import Action
from kap.patients.enums import Phase
from kap.patients.services import move_phase
from sessions.enums import (
    AdministrationStatus,
    EncounterStatus,
    OrderStatus,
)
from sessions.models import (
    Appointment,
    Encounter,
    MedicationAdministration,
    MedicationRequest,
    SyringeReading,
)
from sessions.queries.readiness import readiness_of
from sessions.queries.readiness_facts import doses_of, room_of
from sessions.rules.dose_units import half_up, with_unit
from sessions.services.board import go_encounter
from sessions.services.dosing_common import (
    GIVES,
    DoseNotAllowed,
    NotPossible,
    check_role,
    check_time,
    hold_arrived,
    hold_going_on,
    hold_patient,
    second_person,
    write_history,
)
from sessions.services.readiness_chair import active_order

if TYPE_CHECKING:
    from kap.accounts.models import User

PER_KG_STEP: Final = Decimal("0.0001")
VOLUME_STEP: Final = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given, as the person who gave it says."""

    order_id: UUID
    dose_mg: Decimal
    lot_number: str
    given_at: datetime
    witness_id: UUID | None
    witness_password: str


def start_dosing(
    *, appointment_id: UUID, given: Given, by: User, now: datetime
) -> MedicationAdministration:
    """Give the dose: every gate done or passed on purpose, two people, the amount in the syringe.

    The visit is held while this is decided, so of two who press at once one gives.  The
    patient is held as well: a safety alert that comes now waits, or is seen by the gates.
    """
    check_role(by, GIVES, "A nurse or a prescriber gives the dose.")
    with transaction.atomic():
        appointment, encounter = hold_arrived(appointment_id)
        hold_patient(appointment)
        order = active_order(appointment.pk, given.order_id)
        room = room_of(appointment, now=now)
        readiness = readiness_of(room, now=now)
        if not readiness.may_begin:
            waits = " ".join(
                f"{gate.title}: {gate.sentence}" for gate in readiness.open
            )
            raise DoseNotAllowed(f"The dose waits. {waits}")
        check_time(given.given_at, encounter, now=now)
        _check_amount(given, order)
        witness = second_person(
            by=by,
            user_id=given.witness_id,
            password=given.witness_password,
            now=now,
            who="witness",
        )
        dose = _write(encounter, order, given, witness=witness, by=by, now=now)
        order.status = OrderStatus.COMPLETED
        order.save(update_fields=["status"])
        encounter.started_at = given.given_at
        go_encounter(encounter, EncounterStatus.IN_PROGRESS, by=by, now=now)
        _move_on(appointment, now=now)
        write_history(
            by=by,
            action=Action.SIGN,
            appointment=appointment,
            object_type="MedicationAdministration",
            object_id=dose.pk,
            reason="given",
        )
    return dose


def _check_amount(given: Given, order: MedicationRequest) -> None:
    if not given.lot_number.strip():
        raise NotPossible("Write the lot number from the label.")
    if not given.dose_mg.is_finite() or given.dose_mg <= 0:
        raise NotPossible("The dose given is a number of mg above 0.")
    if given.dose_mg > order.max_total_mg:
        raise DoseNotAllowed(
            f"{with_unit(given.dose_mg, 'mg')} is more than the "
            f"{with_unit(order.max_total_mg, 'mg')} that the order allows for today."
        )
    newest = SyringeReading.objects.filter(order=order).order_by("read_at", "pk").last()
    drawn = drawn_mg(order, newest.amount) if newest is not None else order.dose_mg
    if given.dose_mg > drawn:
        raise DoseNotAllowed(
            f"{with_unit(given.dose_mg, 'mg')} is more than the {with_unit(drawn, 'mg')} "
            "that two people read on the syringe."
        )


def drawn_mg(order: MedicationRequest, amount: Decimal) -> Decimal:
    """Milligrams in what was drawn up or counted out."""
    each = order.product.strength_mg_per_ml or order.product.unit_mg
    return amount * each if each is not None else order.dose_mg


def _write(
    encounter: Encounter,
    order: MedicationRequest,
    given: Given,
    *,
    witness: User,
    by: User,
    now: datetime,
) -> MedicationAdministration:
    strength, weight = order.product.strength_mg_per_ml, order.weight_kg
    is_part = given.dose_mg < order.dose_mg
    return MedicationAdministration.objects.create(
        encounter=encounter,
        order=order,
        product=order.product,
        route=order.route,
        status=AdministrationStatus.STOPPED
        if is_part
        else AdministrationStatus.COMPLETED,
        dose_mg=given.dose_mg,
        dose_mg_per_kg=half_up(given.dose_mg / weight, PER_KG_STEP) if weight else None,
        volume_ml=half_up(given.dose_mg / strength, VOLUME_STEP) if strength else None,
        infusion_min=order.infusion_min,
        lot_number=given.lot_number.strip(),
        given_at=given.given_at,
        recorded_at=now,
        given_by=by,
        witnessed_by=witness,
    )


def _move_on(appointment: Appointment, *, now: datetime) -> None:
    """With the first dose the course is in its dosing phase."""
    episode = appointment.episode
    if episode is not None and episode.phase == Phase.PREPARATION:
        move_phase(episode_id=episode.pk, to=Phase.DOSING, by=None, now=now)


def void_dose(
    *,
    appointment_id: UUID,
    dose_id: UUID,
    reason: str,
    by: User,
    now: datetime,
    corrected: Given | None = None,
) -> MedicationAdministration:
    """Mark a dose as entered in error; ``corrected`` is what was really given.

    The wrong row stays; a new one says that it is void, and why.  As the patient had a
    dose, the session goes on only with a corrected row, witnessed anew.
    """
    check_role(by, GIVES, "A nurse or a prescriber puts a dose right.")
    if not reason.strip():
        raise NotPossible("Say why the dose is marked as entered in error.")
    with transaction.atomic():
        appointment, encounter = hold_going_on(appointment_id)
        wrong = next((row for row in doses_of(encounter) if row.pk == dose_id), None)
        if wrong is None:
            raise NotPossible("This dose does not stand in this session.")
        void = _void_row(wrong, reason=reason, by=by, now=now)
        if corrected is None:
            raise NotPossible("Write what was really given, with its witness.")
        check_time(corrected.given_at, encounter, now=now)
        _check_amount(corrected, wrong.order)
        witness = second_person(
            by=by,
            user_id=corrected.witness_id,
            password=corrected.witness_password,
            now=now,
            who="witness",
        )
        right = _write(
            encounter, wrong.order, corrected, witness=witness, by=by, now=now
        )
        encounter.started_at = right.given_at
        encounter.version += 1
        encounter.save(update_fields=["started_at", "version"])
        write_history(
            by=by,
            action=Action.VOID,
            appointment=appointment,
            object_type="MedicationAdministration",
            object_id=void.pk,
            reason="entered-in-error",
        )
    return right


def _void_row(
    wrong: MedicationAdministration, *, reason: str, by: User, now: datetime
) -> MedicationAdministration:
    other = wrong.witnessed_by if wrong.witnessed_by_id != by.pk else wrong.given_by
    return MedicationAdministration.objects.create(
        encounter_id=wrong.encounter_id,
        order_id=wrong.order_id,
        product_id=wrong.product_id,
        route=wrong.route,
        status=AdministrationStatus.ENTERED_IN_ERROR,
        dose_mg=wrong.dose_mg,
        dose_mg_per_kg=wrong.dose_mg_per_kg,
        volume_ml=wrong.volume_ml,
        infusion_min=wrong.infusion_min,
        lot_number=wrong.lot_number,
        given_at=wrong.given_at,
        recorded_at=now,
        given_by=by,
        witnessed_by=other,
        voids=wrong,
        void_reason=reason.strip(),
    )
