"""Not today: somebody came and goes home without a dose."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from kap.audit.enums import Action
from kap.core.errors import IllegalTransition
from sessions import reminders, signals
from sessions.enums import AppointmentStatus, EncounterStatus, OrderStatus
from sessions.models import Appointment, Encounter, MedicationRequest
from sessions.services.board import go_encounter
from sessions.services.booking import check_may_go, free_slots
from sessions.services.booking_rows import note_step
from sessions.services.dosing_common import (
    NotPossible,
    check_clinical,
    hold,
    hold_arrived,
    write_history,
)

if TYPE_CHECKING:
    from kap.accounts.models import User

NOT_DOSED: Final = "Attended, not dosed"


def stop_session(
    *, appointment_id: UUID, reason: str, by: User, now: datetime
) -> Encounter:
    """Not today: the patient came and had no dose."""
    check_clinical(by)
    if not reason.strip():
        raise NotPossible("Say why there is no dose today.")
    with transaction.atomic():
        appointment = hold(appointment_id)
        if appointment.status == AppointmentStatus.BOOKED:
            raise IllegalTransition(
                "The patient is not here yet. Move or cancel the visit."
            )
        appointment, encounter = hold_arrived(appointment_id)
        encounter.ended_at, encounter.stop_reason = now, reason.strip()[:300]
        go_encounter(encounter, EncounterStatus.CANCELLED, by=by, now=now)
        _cancel(appointment, reason, by=by, now=now)
        for order in MedicationRequest.objects.filter(
            appointment=appointment, status=OrderStatus.ACTIVE
        ):
            order.status = OrderStatus.CANCELLED
            order.save(update_fields=["status"])
        write_history(
            by=by,
            action=Action.UPDATE,
            appointment=appointment,
            object_type="Encounter",
            object_id=encounter.pk,
            reason="not-today",
        )
        transaction.on_commit(
            partial(
                signals.appointment_cancelled.send,
                Appointment,
                appointment_id=appointment.pk,
                patient_id=appointment.patient_id,
                episode_id=appointment.episode_id,
            )
        )
    return encounter


def _cancel(appointment: Appointment, reason: str, *, by: User, now: datetime) -> None:
    words = f"{NOT_DOSED}: {reason.strip()}"[:300]
    check_may_go(appointment, AppointmentStatus.CANCELLED)
    note_step(appointment, AppointmentStatus.CANCELLED, by=by, now=now, reason=words)
    appointment.status = AppointmentStatus.CANCELLED
    appointment.cancelled_at = now
    appointment.cancelled_by = by
    appointment.cancellation_reason = words
    appointment.save(
        update_fields=["status", "cancelled_at", "cancelled_by", "cancellation_reason"]
    )
    free_slots(appointment)
    reminders.stop(appointment, now=now)
