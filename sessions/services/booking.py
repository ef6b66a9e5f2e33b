"""Booking, moving and cancelling one visit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal

from kap.audit import services as audit
from kap.audit.enums import Action, Category
from kap.clinic import services as clinic
from kap.clinic.enums import SlotStatus
from kap.clinic.models import Site, Slot
from kap.core.errors import ChangedMeanwhile, DomainError, IllegalTransition
from kap.core.prepared import together
from kap.patients.models import EpisodeOfCare, Patient
from sessions import reminders, signals
from sessions.enums import (
    APPOINTMENT_TRANSITIONS,
    AppointmentStatus,
    ParticipantRole,
    VisitKind,
)
from sessions.models import Appointment, AppointmentParticipant, PlannedStep
from sessions.permissions import (
    check_episode_is_open,
    check_may_book_dose,
    check_may_schedule,
)
from sessions.services.booking_checks import check_drafts
from sessions.services.booking_doses import check_dose
from sessions.services.booking_lanes import (
    all_or_nothing,
    choose_lanes,
    lock_diaries,
)
from sessions.services.booking_rows import note_step, write_parts, write_visits
from sessions.services.booking_types import CannotBook, Draft, Part
from sessions.services.spacing_checks import note_spacing

if TYPE_CHECKING:
    from kap.accounts.models import User

RawPart = Part | tuple[str, int, datetime, datetime]


def book_appointment(
    *,
    patient: Patient,
    episode: EpisodeOfCare | None,
    kind: str,
    site: Site,
    starts_at: datetime,
    ends_at: datetime,
    participants: Iterable[RawPart],
    by: User,
    now: datetime,
    planned_step: PlannedStep | None = None,
    number: int = 1,
    of_total: int = 1,
    savepoint: bool = True,
    spacing_reason: str = "",
) -> Appointment:
    """Book a visit and hold every diary it needs, or change nothing.

    The patient's own diary is held for the whole visit without being named.  Raises
    AlreadyBooked, CannotBook, NotCleared, SpacingRefused or EpisodeIsClosed.
    ``savepoint`` false: the caller's own transaction is undone when it does.
    ``spacing_reason``: why a prescriber puts a dose closer than the rules allow.
    """
    check_may_schedule(by)
    _check_patient(patient, episode, kind=kind, now=now)
    appointment = Appointment(
        patient=patient,
        episode=episode,
        planned_step=planned_step,
        site=site,
        kind=kind,
        number=number,
        of_total=of_total,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    draft = Draft(appointment, with_patient(patient, starts_at, ends_at, participants))
    check_drafts([draft], site=site, now=now)
    with all_or_nothing(savepoint=savepoint):
        lanes = choose_lanes([draft], zone=site.zone, lock=True)
        found = check_dose(draft, by=by, now=now, reason=spacing_reason)
        with together():
            write_visits([draft], lanes, by=by, now=now)
            reminders.plan([appointment], site=site, by=by, now=now)
            _record(appointment, Action.CREATE, by=by)
        note_spacing([appointment], found, by=by, now=now, reason=spacing_reason)
        _tell(signals.appointment_booked, appointment)
    return appointment


def cancel_appointment(
    *, appointment_id: UUID, reason: str, by: User, now: datetime
) -> Appointment:
    """Cancel a visit, free what it held and stop its messages."""
    check_may_schedule(by)
    if not reason.strip():
        raise CannotBook("Say why the visit is cancelled.")
    with transaction.atomic():
        appointment = locked(appointment_id)
        check_may_go(appointment, AppointmentStatus.CANCELLED)
        note_step(
            appointment, AppointmentStatus.CANCELLED, by=by, now=now, reason=reason
        )
        appointment.status = AppointmentStatus.CANCELLED
        appointment.cancelled_at = now
        appointment.cancelled_by = by
        appointment.cancellation_reason = reason
        appointment.save(
            update_fields=[
                "status",
                "cancelled_at",
                "cancelled_by",
                "cancellation_reason",
            ]
        )
        free_slots(appointment)
        held = appointment.participants.filter(is_current=True)
        clinic.fill_absences(held.values_list("schedule", flat=True), now=now)
        reminders.stop(appointment, now=now)
        _record(appointment, Action.UPDATE, by=by, reason="cancelled")
        _tell(signals.appointment_cancelled, appointment)
    return appointment


def move_appointment(
    *,
    appointment_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    participants: Iterable[RawPart],
    by: User,
    now: datetime,
    expected_version: int | None = None,
    reason: str = "",
    spacing_reason: str = "",
) -> Appointment:
    """Give a visit another time or other people; its old place never stands in its way.

    ``expected_version`` is what the page showed: when the visit was moved since,
    ChangedMeanwhile is raised and nothing changes.
    """
    check_may_schedule(by)
    with all_or_nothing():
        appointment = locked(appointment_id)
        _check_may_move(appointment, expected_version)
        old_starts_at = appointment.starts_at
        appointment.starts_at, appointment.ends_at = starts_at, ends_at
        draft = Draft(
            appointment,
            with_patient(appointment.patient, starts_at, ends_at, participants),
        )
        check_drafts([draft], site=appointment.site, now=now)
        lock_diaries([draft])
        found = check_dose(draft, by=by, now=now, reason=spacing_reason)
        free_slots(appointment)
        appointment.participants.filter(is_current=True).update(is_current=False)
        write_parts([draft], choose_lanes([draft], zone=appointment.site.zone))
        note_step(
            appointment,
            AppointmentStatus.BOOKED,
            by=by,
            now=now,
            reason=reason,
            old_starts_at=old_starts_at,
        )
        reminders.stop(appointment, now=now)
        appointment.version += 1
        appointment.save(update_fields=["starts_at", "ends_at", "version"])
        reminders.plan([appointment], site=appointment.site, by=by, now=now)
        _record(appointment, Action.UPDATE, by=by, reason="moved")
        note_spacing([appointment], found, by=by, now=now, reason=spacing_reason)
        _tell(signals.appointment_moved, appointment)
    return appointment


def with_patient(
    patient: Patient,
    starts_at: datetime,
    ends_at: datetime,
    participants: Iterable[RawPart],
) -> tuple[Part, ...]:
    """The parts of a visit, the patient's own first."""
    own = Part(ParticipantRole.PATIENT, patient.schedule_id, starts_at, ends_at)
    others = [Part(*part) for part in participants]
    return (own, *(part for part in others if part.role != ParticipantRole.PATIENT))


def locked(appointment_id: UUID) -> Appointment:
    """The appointment, held until the transaction ends."""
    try:
        return (
            Appointment.objects.select_for_update(of=("self",))
            .select_related("patient", "episode", "site")
            .get(pk=appointment_id)
        )
    except Appointment.DoesNotExist as error:
        raise DomainError("This visit is not on record.") from error


def check_may_go(appointment: Appointment, new: AppointmentStatus) -> None:
    """Raise IllegalTransition unless the visit's status leads to ``new``."""
    old = AppointmentStatus(appointment.status)
    if new not in APPOINTMENT_TRANSITIONS[old]:
        raise IllegalTransition(
            f"A visit cannot go from “{old.label}” to “{new.label}”."
        )


def free_slots(appointment: Appointment) -> None:
    """Give back every diary the visit holds; the rows stay."""
    held = AppointmentParticipant.objects.filter(
        appointment=appointment, is_current=True
    )
    Slot.objects.filter(pk__in=held.values("slot")).update(status=SlotStatus.FREE)


def _check_patient(
    patient: Patient, episode: EpisodeOfCare | None, *, kind: str, now: datetime
) -> None:
    if kind not in VisitKind:
        raise CannotBook("Choose what the visit is for.")
    if patient.merged_into_id is not None:
        raise CannotBook("This record was merged. Book under the one that is kept.")
    if episode is None:
        if kind != VisitKind.SCREENING:
            raise CannotBook("Only a screening visit is booked before a course opens.")
        return
    if episode.patient_id != patient.pk:
        raise CannotBook("This course of treatment is another patient's.")
    check_episode_is_open(episode)
    if kind == VisitKind.DOSING:
        check_may_book_dose(episode, now=now)


def _check_may_move(appointment: Appointment, expected_version: int | None) -> None:
    if expected_version is not None and appointment.version != expected_version:
        raise ChangedMeanwhile(
            "Somebody else has moved this visit since you opened it. Look again."
        )
    status = AppointmentStatus(appointment.status)
    if status != AppointmentStatus.BOOKED:
        raise IllegalTransition(
            f"Only a booked visit is moved; this one reads “{status.label}”."
        )
    if appointment.episode is not None:
        check_episode_is_open(appointment.episode)


def _record(
    appointment: Appointment, action: Action, *, by: User, reason: str = ""
) -> None:
    audit.record(
        by=by,
        action=action,
        category=Category.SCHEDULE,
        patient_id=appointment.patient_id,
        object_type="Appointment",
        object_id=appointment.pk,
        reason_code=reason,
    )


def _tell(signal: Signal, appointment: Appointment) -> None:
    """Send ``signal`` once the transaction has been committed."""
    transaction.on_commit(
        partial(
            signal.send,
            Appointment,
            appointment_id=appointment.pk,
            patient_id=appointment.patient_id,
            episode_id=appointment.episode_id,
        )
    )
