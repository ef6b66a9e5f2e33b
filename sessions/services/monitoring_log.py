"""The log of a session: unwanted effects, and lines of what is said or seen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from kap.audit.enums import Action
from sessions.models import AdverseEvent, RoomNote
from sessions.services import event_clearance
from sessions.services.dosing_common import (
    NotPossible,
    check_clinical,
    check_time,
    hold_going_on,
    hold_open,
    write_history,
)
from sessions.services.monitoring import note_void, standing

if TYPE_CHECKING:
    from kap.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An unwanted effect; ``grade`` 1 mild to 5 (clinical.md 6.7)."""

    term: str
    grade: int
    relation: str = "possible"
    action: str = ""
    outcome: str = ""
    is_serious: bool = False


def record_adverse_event(
    *,
    appointment_id: UUID,
    event: Event,
    by: User,
    now: datetime,
    onset_at: datetime | None = None,
) -> AdverseEvent:
    """Write an unwanted effect down, after the dose."""
    check_clinical(by)
    if not event.term.strip():
        raise NotPossible("Say what it was.")
    if event.grade not in range(1, 6):
        raise NotPossible("The grade is 1 (mild) to 5.")
    with transaction.atomic():
        appointment, encounter = hold_going_on(appointment_id)
        at = onset_at or now
        check_time(at, encounter, now=now)
        row = AdverseEvent.objects.create(
            encounter=encounter,
            onset_at=at,
            recorded_at=now,
            recorded_by=by,
            **{**asdict(event), "term": event.term.strip()[:60]},
        )
        if event.is_serious:
            event_clearance.ask_clearance(row, now=now)
        write_history(
            by=by,
            action=Action.CREATE,
            appointment=appointment,
            object_type="AdverseEvent",
            object_id=row.pk,
        )
    return row


def void_adverse_event(
    *, appointment_id: UUID, event_id: UUID, by: User, now: datetime
) -> AdverseEvent:
    """Undo: the wrong row stays, a new one says that it does not count."""
    check_clinical(by)
    with transaction.atomic():
        appointment, encounter = hold_open(appointment_id)
        wrong = standing(AdverseEvent, event_id, encounter)
        row = AdverseEvent.objects.create(
            encounter=encounter,
            term=wrong.term,
            grade=wrong.grade,
            onset_at=wrong.onset_at,
            recorded_at=now,
            recorded_by=by,
            voids=wrong,
        )
        if wrong.is_serious:
            event_clearance.withdraw(wrong, by=by, now=now)
        note_void(appointment, "AdverseEvent", row.pk, by=by)
    return row


def write_room_note(
    *,
    appointment_id: UUID,
    text: str,
    by: User,
    now: datetime,
    noted_at: datetime | None = None,
) -> RoomNote:
    """One line of what is said or seen."""
    check_clinical(by)
    if not text.strip():
        raise NotPossible("Write what was said or seen.")
    if len(text.strip()) > 300:
        raise NotPossible("A line holds 300 characters. Write two.")
    with transaction.atomic():
        appointment, encounter = hold_open(appointment_id)
        at = noted_at or now
        check_time(at, encounter, now=now)
        row = RoomNote.objects.create(
            encounter=encounter,
            text=text.strip(),
            noted_at=at,
            recorded_at=now,
            recorded_by=by,
        )
        write_history(
            by=by,
            action=Action.CREATE,
            appointment=appointment,
            object_type="RoomNote",
            object_id=row.pk,
        )
    return row


def void_room_note(
    *, appointment_id: UUID, note_id: UUID, by: User, now: datetime
) -> RoomNote:
    """Undo a line."""
    check_clinical(by)
    with transaction.atomic():
        appointment, encounter = hold_open(appointment_id)
        wrong = standing(RoomNote, note_id, encounter)
        row = RoomNote.objects.create(
            encounter=encounter,
            text=wrong.text,
            noted_at=wrong.noted_at,
            recorded_at=now,
            recorded_by=by,
            voids=wrong,
        )
        note_void(appointment, "RoomNote", row.pk, by=by)
    return row
