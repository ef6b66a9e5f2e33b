"""The visit as it happens: arrived, begun, finished, or nobody came."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import Role
from kap.audit import services as audit
from kap.audit.enums import Action, Category
from kap.core.errors import IllegalTransition
from kap.worklist import services as worklist
from sessions import reminders, signals
from sessions.enums import (
    ENCOUNTER_TRANSITIONS,
    AppointmentStatus,
    EncounterStatus,
    VisitKind,
)
from sessions.models import Appointment, Encounter, EncounterStatusChange
from sessions.permissions import check_may_run_visit, check_may_schedule
from sessions.services.booking import check_may_go, free_slots, locked
from sessions.services.booking_rows import note_step

if TYPE_CHECKING:
    from kap.accounts.models import User

EARLY_CHECK_IN: Final = timedelta(hours=12)
"""Somebody who comes earlier than this has the wrong day."""
NO_SHOW_WORK: Final = "no-show"
CALL_WITHIN: Final = timedelta(minutes=30)
"""Clinical.md 10.2, R-26."""


def check_in(*, appointment_id: UUID, by: User, now: datetime) -> Encounter:
    """The patient is here."""
    check_may_schedule(by)
    with transaction.atomic():
        appointment = locked(appointment_id)
        if appointment.starts_at - now > EARLY_CHECK_IN:
            raise IllegalTransition(
                "This visit is not today. Move it here first, or check the name."
            )
        _go(appointment, AppointmentStatus.CHECKED_IN, by=by, now=now)
        encounter = Encounter.objects.create(
            appointment=appointment,
            patient=appointment.patient,
            kind=appointment.kind,
            arrived_at=now,
        )
        _note_encounter(encounter, "", by=by, now=now)
        reminders.stop_before(appointment, now=now)
        _record(appointment, by=by, reason="checked-in")
    return encounter


def mark_no_show(*, appointment_id: UUID, by: User, now: datetime) -> Appointment:
    """Nobody came: the places are free again, and the front desk calls."""
    check_may_schedule(by)
    with transaction.atomic():
        appointment = locked(appointment_id)
        if appointment.starts_at > now:
            raise IllegalTransition("The visit has not begun. Wait, or cancel it.")
        _go(appointment, AppointmentStatus.NOSHOW, by=by, now=now)
        free_slots(appointment)
        reminders.stop(appointment, now=now)
        worklist.open_item(
            kind=NO_SHOW_WORK,
            source_key=f"no-show:{appointment.pk}",
            role=Role.FRONT_DESK,
            due_at=now + CALL_WITHIN,
            now=now,
            patient=appointment.patient,
            object_id=appointment.pk,
            by=by,
        )
        _record(appointment, by=by, reason="no-show")
    return appointment


def start_visit(*, appointment_id: UUID, by: User, now: datetime) -> Encounter:
    """Begin a visit without a dose; a dosing session begins in its own room page."""
    check_may_run_visit(by)
    with transaction.atomic():
        appointment = locked(appointment_id)
        _refuse_dosing(appointment)
        encounter = encounter_of(appointment)
        encounter.started_at = now
        go_encounter(encounter, EncounterStatus.IN_PROGRESS, by=by, now=now)
        _record(appointment, by=by, reason="started")
    return encounter


def finish_visit(*, appointment_id: UUID, by: User, now: datetime) -> Encounter:
    """End a visit without a dose; it then counts as having taken place."""
    check_may_run_visit(by)
    with transaction.atomic():
        appointment = locked(appointment_id)
        _refuse_dosing(appointment)
        encounter = encounter_of(appointment)
        encounter.ended_at = now
        go_encounter(encounter, EncounterStatus.FINISHED, by=by, now=now)
        fulfil(appointment, by=by, now=now)
        _record(appointment, by=by, reason="finished")
        transaction.on_commit(
            partial(
                signals.visit_finished.send,
                Encounter,
                appointment_id=appointment.pk,
                encounter_id=encounter.pk,
                patient_id=appointment.patient_id,
                episode_id=appointment.episode_id,
                kind=appointment.kind,
            )
        )
    return encounter


def fulfil(appointment: Appointment, *, by: User, now: datetime) -> None:
    """The visit took place.  Also for the dosing session, at discharge; caller's transaction."""
    _go(appointment, AppointmentStatus.FULFILLED, by=by, now=now)


def _go(
    appointment: Appointment, new: AppointmentStatus, *, by: User, now: datetime
) -> None:
    check_may_go(appointment, new)
    note_step(appointment, new, by=by, now=now)
    appointment.status = new
    appointment.save(update_fields=["status"])


def go_encounter(
    encounter: Encounter, new: EncounterStatus, *, by: User, now: datetime
) -> None:
    old = EncounterStatus(encounter.status)
    if new not in ENCOUNTER_TRANSITIONS[old]:
        raise IllegalTransition(
            f"A visit cannot go from “{old.label}” to “{new.label}”."
        )
    encounter.status = new
    encounter.version += 1
    encounter.save()
    _note_encounter(encounter, old, by=by, now=now)


def _note_encounter(encounter: Encounter, old: str, *, by: User, now: datetime) -> None:
    EncounterStatusChange.objects.create(
        encounter=encounter,
        old_status=old,
        new_status=encounter.status,
        changed_at=now,
        changed_by=by,
    )


def encounter_of(appointment: Appointment) -> Encounter:
    """The visit under way, held until the transaction ends."""
    found = (
        Encounter.objects.select_for_update(of=("self",))
        .filter(appointment=appointment)
        .first()
    )
    if found is None:
        raise IllegalTransition("The patient has not been checked in.")
    return found


def _refuse_dosing(appointment: Appointment) -> None:
    if appointment.kind == VisitKind.DOSING:
        raise IllegalTransition(
            "A dosing session is begun and ended in its own room page."
        )


def _record(appointment: Appointment, *, by: User, reason: str) -> None:
    audit.record(
        by=by,
        action=Action.UPDATE,
        category=Category.SCHEDULE,
        patient_id=appointment.patient_id,
        object_type="Appointment",
        object_id=appointment.pk,
        reason_code=reason,
    )
