"""At the chair: the syringe read by two people, the time-out, gates passed on purpose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from kap.audit import services as audit
from kap.audit.enums import Action, Category
from kap.core.errors import IllegalTransition, NotAllowed
from sessions import gates
from sessions.enums import EncounterStatus
from sessions.models import (
    Appointment,
    Encounter,
    GateOverride,
    MedicationRequest,
    PreSessionCheck,
    SyringeReading,
)
from sessions.queries.readiness import readiness_of
from sessions.queries.readiness_chair import READERS, volume_gate
from sessions.queries.readiness_facts import room_of
from sessions.rules.readiness_types import GateResult
from sessions.services.board import go_encounter
from sessions.services.dosing_common import (
    DoseNotAllowed,
    NotPossible,
    WrongSecondPerson,
    check_clinical,
    hold_arrived,
    hold_coming,
    second_person,
    write_history,
)

if TYPE_CHECKING:
    from kap.accounts.models import User


def read_syringe(
    *, appointment_id: UUID, order_id: UUID, amount: Decimal, by: User, now: datetime
) -> SyringeReading:
    """The first person says what they drew up; the second does so at the time-out."""
    check_clinical(by)
    with transaction.atomic():
        appointment, _ = hold_arrived(appointment_id)
        order = active_order(appointment.pk, order_id)
        if SyringeReading.objects.filter(order=order).count() % READERS:
            raise IllegalTransition(
                "The first reading stands. The second person reads it at the time-out."
            )
        return _read(order, amount, by=by, now=now)


def active_order(appointment_id: UUID, order_id: UUID) -> MedicationRequest:
    """The order that stands; refused when the page showed another one."""
    order = (
        MedicationRequest.objects.select_related("product")
        .filter(appointment=appointment_id, status="active")
        .first()
    )
    if order is None:
        raise DoseNotAllowed("No order is signed for this dose.")
    if order.pk != order_id:
        raise DoseNotAllowed(
            "The order has changed. Read the new one, then begin again."
        )
    return order


def _read(
    order: MedicationRequest, amount: Decimal, *, by: User, now: datetime
) -> SyringeReading:
    row = SyringeReading.objects.create(
        order=order, amount=amount, read_at=now, read_by=by
    )
    audit.record(
        by=by,
        action=Action.CREATE,
        category=Category.DOSING,
        patient_id=order.patient_id,
        object_type="SyringeReading",
        object_id=row.pk,
    )
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOut:
    """What two people say to each other at the chair."""

    order_id: UUID
    amount: Decimal
    """What the second person reads on the syringe."""
    identity_checked: bool
    dose_read_back: bool
    agrees_to_begin: bool
    witness_id: UUID | None
    witness_password: str


def hold_time_out(
    *, appointment_id: UUID, said: TimeOut, by: User, now: datetime
) -> PreSessionCheck:
    """Two people, two identifiers, the dose read back, the patient's yes.

    When the amounts differ the second reading is kept and the time-out is refused: the
    answer then says both figures, and both read anew.
    """
    check_clinical(by)
    if not (said.identity_checked and said.dose_read_back and said.agrees_to_begin):
        raise NotPossible("Every part of the time-out is said aloud, then ticked.")
    with transaction.atomic():
        appointment, encounter = hold_arrived(appointment_id)
        order = active_order(appointment.pk, said.order_id)
        first = SyringeReading.objects.filter(order=order).order_by("read_at", "pk")
        if not first.count() % READERS:
            raise DoseNotAllowed(
                "The first person enters the volume before the time-out."
            )
        witness = second_person(
            by=by, user_id=said.witness_id, password=said.witness_password, now=now
        )
        earlier = first.last()
        if earlier is not None and earlier.read_by_id == witness.pk:
            raise WrongSecondPerson(
                f"{witness.name} drew it up. Another person reads it back."
            )
        _read(order, said.amount, by=witness, now=now)
        if earlier is not None and earlier.amount == said.amount:
            return _agreed(appointment, encounter, witness=witness, by=by, now=now)
    room = room_of(appointment, now=now)
    raise DoseNotAllowed(f"The two volumes differ. {volume_gate(room).sentence}")


def _agreed(
    appointment: Appointment,
    encounter: Encounter,
    *,
    witness: User,
    by: User,
    now: datetime,
) -> PreSessionCheck:
    check = PreSessionCheck.objects.create(
        appointment=appointment,
        identity_checked=True,
        dose_read_back=True,
        agrees_to_begin=True,
        witness=witness,
        recorded_by=by,
        said_at=now,
    )
    if encounter.status == EncounterStatus.ARRIVED:
        go_encounter(encounter, EncounterStatus.TRIAGED, by=by, now=now)
    write_history(
        by=by,
        action=Action.SIGN,
        appointment=appointment,
        object_type="PreSessionCheck",
        object_id=check.pk,
        reason="time-out",
    )
    return check


def override_gate(
    *,
    appointment_id: UUID,
    code: str,
    reason: str,
    by: User,
    now: datetime,
    second_email: str = "",
    second_password: str = "",
) -> GateOverride:
    """Pass an open gate on purpose; only who may, with a reason, and only where it may be."""
    check_clinical(by)
    if not reason.strip():
        raise NotPossible("Write the reason.")
    with transaction.atomic():
        appointment = hold_coming(appointment_id)
        room = room_of(appointment, now=now)
        gate = _open_gate(readiness_of(room, now=now).results, code)
        if code in room.overrides:
            raise IllegalTransition("This gate was passed with a reason already.")
        if not gates.may_override(by, gate):
            names = " and ".join(gates.OWNER_TITLES[one] for one in gate.overridable_by)
            raise NotAllowed(f"{names} may go on here with a reason.")
        second = _second_for(gate, second_email, second_password, by=by, now=now)
        row = GateOverride.objects.create(
            appointment=appointment,
            gate=code,
            reason=reason.strip(),
            overridden_at=now,
            overridden_by=by,
            also_by=second,
        )
        write_history(
            by=by,
            action=Action.SIGN,
            appointment=appointment,
            object_type="GateOverride",
            object_id=row.pk,
            reason=code,
        )
    return row


def _open_gate(results: Iterable[GateResult], code: str) -> GateResult:
    gate = next((one for one in results if one.code == code), None)
    if gate is None:
        raise NotPossible("There is no such gate.")
    if not gate.holds_the_dose:
        raise IllegalTransition(f"“{gate.title}” does not hold the dose back.")
    if not gate.overridable_by:
        raise NotAllowed(f"Nobody can pass “{gate.title}”. {gate.sentence}")
    return gate


def _second_for(
    gate: GateResult, email: str, password: str, *, by: User, now: datetime
) -> User | None:
    """Where a gate takes two roles, the one that ``by`` does not hold is proven beside."""
    missing = [owner for owner in gate.overridable_by if not gates.is_owner(by, owner)]
    if len(gate.overridable_by) == 1:
        return None
    second = second_person(by=by, email=email, password=password, now=now)
    wanted = missing or list(gate.overridable_by)
    if not any(gates.is_owner(second, owner) for owner in wanted):
        names = " or ".join(gates.OWNER_TITLES[owner].lower() for owner in wanted)
        raise WrongSecondPerson(f"The second person must be a {names}.")
    return second
