"""The pinboard: a visit taken off the calendar, and put back at another place.

A parked visit's appointment is cancelled: its people and room are free at once, its
reminders are stopped, the patient is told nothing until it has a place again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import Role
from kap.audit import services as audit
from kap.audit.enums import Action, Category
from kap.core.errors import ChangedMeanwhile, DomainError, IllegalTransition
from kap.worklist import services as work
from sessions.enums import AppointmentStatus
from sessions.models import Appointment, PinnedVisit
from sessions.permissions import check_may_schedule
from sessions.services.booking import book_appointment, cancel_appointment, locked
from sessions.services.booking_lanes import all_or_nothing
from sessions.services.booking_moves import (
    check_place,
    held_parts,
    hold_message,
    parts_at,
)

if TYPE_CHECKING:
    from kap.accounts.models import User

PARKED_WORK: Final = "parked-visit"
PARKED_FOR: Final = timedelta(days=1)
"""By then somebody must have found it a place; ours."""
PARKED_REASON: Final = "Parked on the pinboard until it has another place"


def park_visit(
    *, appointment_id: UUID, expected_version: int, by: User, now: datetime
) -> PinnedVisit:
    """Take a booked visit off the calendar; it waits, and is work after a day."""
    check_may_schedule(by)
    with transaction.atomic():
        visit = locked(appointment_id)
        if visit.version != expected_version:
            raise ChangedMeanwhile(
                "Somebody else has moved this visit since you opened it. Look again."
            )
        if visit.status != AppointmentStatus.BOOKED:
            raise IllegalTransition("Only a booked visit is parked.")
        parts = held_parts(visit)
        cancel_appointment(
            appointment_id=visit.pk, reason=PARKED_REASON, by=by, now=now
        )
        pin = PinnedVisit.objects.create(
            appointment=visit,
            site=visit.site,
            parts=parts,
            parked_at=now,
            parked_by=by,
        )
        work.open_item(
            kind=PARKED_WORK,
            source_key=_key(pin),
            role=Role.FRONT_DESK,
            due_at=now + PARKED_FOR,
            now=now,
            patient=visit.patient,
            object_id=visit.pk,
            by=by,
        )
        _record(pin, Action.CREATE, by=by)
    return pin


def place_visit(
    *,
    pin_id: UUID,
    starts_at: datetime,
    changed: Mapping[str, int],
    is_told: bool,
    by: User,
    now: datetime,
    reason: str = "",
) -> Appointment:
    """Book a parked visit anew; ``changed``: role to another diary than before."""
    check_may_schedule(by)
    with all_or_nothing():
        pin = _waiting(pin_id)
        old = pin.appointment
        parts = [
            [role, changed.get(role, diary), *mins] for role, diary, *mins in pin.parts
        ]
        check_place(old, starts_at, parts, reason=reason, now=now)
        new = book_appointment(
            patient=old.patient,
            episode=old.episode,
            kind=old.kind,
            site=old.site,
            starts_at=starts_at,
            ends_at=starts_at + (old.ends_at - old.starts_at),
            participants=parts_at(parts, starts_at),
            planned_step=old.planned_step,
            number=old.number,
            of_total=old.of_total,
            by=by,
            now=now,
            spacing_reason=reason.strip(),
        )
        hold_message(new, is_told=is_told, now=now)
        pin.ended_at, pin.ended_by, pin.placed = now, by, new
        pin.reason = reason.strip()[:300]
        pin.save(update_fields=["ended_at", "ended_by", "placed", "reason"])
        work.close_for(source_key=_key(pin), by=by, now=now)
        _record(pin, Action.UPDATE, by=by)
    return new


def give_up_pin(*, pin_id: UUID, reason: str, by: User, now: datetime) -> PinnedVisit:
    """The visit is not wanted any more; its appointment stays cancelled."""
    check_may_schedule(by)
    if not reason.strip():
        raise DomainError("Say why the visit is given up.")
    with transaction.atomic():
        pin = _waiting(pin_id)
        pin.ended_at, pin.ended_by, pin.reason = now, by, reason.strip()[:300]
        pin.save(update_fields=["ended_at", "ended_by", "reason"])
        work.close_for(source_key=_key(pin), by=by, now=now)
        _record(pin, Action.VOID, by=by)
    return pin


def _waiting(pin_id: UUID) -> PinnedVisit:
    pin = (
        PinnedVisit.objects.select_for_update(of=("self",))
        .select_related(
            "appointment__patient",
            "appointment__episode",
            "appointment__site",
            "appointment__planned_step__care_plan__protocol",
        )
        .get(pk=pin_id)
    )
    if pin.ended_at is not None:
        raise ChangedMeanwhile("Somebody has placed this visit already. Look again.")
    return pin


def _key(pin: PinnedVisit) -> str:
    return f"pin:{pin.pk}"


def _record(pin: PinnedVisit, action: Action, *, by: User) -> None:
    audit.record(
        by=by,
        action=action,
        category=Category.SCHEDULE,
        patient_id=pin.appointment.patient_id,
        object_type="PinnedVisit",
        object_id=pin.pk,
        reason_code="parked" if action == Action.CREATE else "unparked",
    )


__all__ = ["PARKED_WORK", "give_up_pin", "park_visit", "place_visit"]
