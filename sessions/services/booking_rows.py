"""Writing visits: the rows themselves, always inside a transaction that holds the locks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from psycopg2.extras import DateTimeTZRange

from kap.clinic.models import Slot
from sessions.enums import AppointmentStatus
from sessions.models import (
    Appointment,
    AppointmentParticipant,
    AppointmentStatusChange,
)
from sessions.services.booking_types import Draft

if TYPE_CHECKING:
    from kap.accounts.models import User


def write_visits(
    drafts: Sequence[Draft], lanes: Sequence[Sequence[int]], *, by: User, now: datetime
) -> None:
    """Insert the visits with their slots, participants and history: four statements."""
    for draft in drafts:
        draft.appointment.booked_at = now
        draft.appointment.booked_by = by
    Appointment.objects.bulk_create([draft.appointment for draft in drafts])
    write_parts(drafts, lanes)
    AppointmentStatusChange.objects.bulk_create(
        AppointmentStatusChange(
            appointment=draft.appointment,
            new_status=AppointmentStatus.BOOKED,
            changed_at=now,
            changed_by=by,
        )
        for draft in drafts
    )


def write_parts(drafts: Sequence[Draft], lanes: Sequence[Sequence[int]]) -> None:
    """Insert slots and participants for visits that stand already."""
    pairs = [
        (draft.appointment, part, lane)
        for draft, its_lanes in zip(drafts, lanes, strict=True)
        for part, lane in zip(draft.parts, its_lanes, strict=True)
    ]
    slots = Slot.objects.bulk_create(
        Slot(
            schedule_id=part.schedule_id,
            lane=lane,
            period=DateTimeTZRange(part.starts_at, part.ends_at),
        )
        for _, part, lane in pairs
    )
    AppointmentParticipant.objects.bulk_create(
        AppointmentParticipant(
            appointment=appointment,
            role=part.role,
            schedule_id=part.schedule_id,
            slot=slot,
        )
        for (appointment, part, _), slot in zip(pairs, slots, strict=True)
    )


def note_step(
    appointment: Appointment,
    new: AppointmentStatus,
    *,
    by: User,
    now: datetime,
    reason: str = "",
    old_starts_at: datetime | None = None,
) -> None:
    """Write one step of an appointment's life down, before its status is set."""
    AppointmentStatusChange.objects.create(
        appointment=appointment,
        old_status=appointment.status,
        new_status=new,
        old_starts_at=old_starts_at,
        changed_at=now,
        changed_by=by,
        reason=reason,
    )
