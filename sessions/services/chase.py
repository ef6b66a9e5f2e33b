"""The day before: calls are written down, and at three the dry run is put on the list."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import Role
from kap.audit import services as audit
from kap.audit.enums import Action, Category
from kap.core.errors import DomainError
from kap.worklist.services import open_item
from sessions.enums import AppointmentStatus, CallOutcome
from sessions.models import Appointment, ChaseCall
from sessions.permissions import check_may_schedule
from sessions.queries import board
from sessions.queries.board import Place

if TYPE_CHECKING:
    from kap.accounts.models import User

DRY_RUN: Final = "dry-run"
FROM: Final = time(15)
"""Ours: late enough to know tomorrow, early enough to call."""
UNTIL: Final = time(17)
NOTE_AT_MOST: Final = 300


class CannotNote(DomainError):
    """What was typed about a call does not stand."""


def note_call(
    *, appointment_id: UUID, outcome: str, note: str, by: User, now: datetime
) -> ChaseCall:
    """What came of one call about a visit."""
    check_may_schedule(by)
    if outcome not in CallOutcome:
        raise CannotNote("Say what came of the call.")
    if len(note.strip()) > NOTE_AT_MOST:
        raise CannotNote(f"Write the note in at most {NOTE_AT_MOST} characters.")
    with transaction.atomic():
        visit = Appointment.objects.visible_to(by).filter(pk=appointment_id).first()
        if visit is None:
            raise CannotNote("This visit is not on record.")
        call = ChaseCall.objects.create(
            appointment=visit,
            outcome=outcome,
            note=note.strip(),
            called_at=now,
            called_by=by,
        )
        audit.record(
            by=by,
            action=Action.CREATE,
            category=Category.SCHEDULE,
            patient_id=visit.patient_id,
            object_type="ChaseCall",
            object_id=call.pk,
            reason_code=outcome,
        )
    return call


def next_day(place: Place, *, now: datetime) -> date:
    """The next open day of the site; the next day when it has no hours."""
    today = now.astimezone(place.zone).date()
    return place.next_open_day(today) or today + timedelta(days=1)


def put_dry_runs_on_the_list(*, now: datetime) -> int:
    """From three on, one item for each site that has visits on its next open day.

    May run as often as it likes: a day is put there once.
    """
    opened = 0
    for place in board.places():
        local = now.astimezone(place.zone)
        if not FROM <= local.time() < UNTIL:
            continue
        day = next_day(place, now=now)
        first, after = place.bounds(day)
        has_visits = Appointment.objects.filter(
            site=place.id,
            starts_at__gte=first,
            starts_at__lt=after,
            status=AppointmentStatus.BOOKED,
        ).exists()
        if not has_visits:
            continue
        open_item(
            kind=DRY_RUN,
            source_key=f"{DRY_RUN}:{place.id}:{day.isoformat()}",
            role=Role.FRONT_DESK,
            due_at=datetime.combine(local.date(), UNTIL, place.zone),
            now=now,
            object_id=place.id,
        )
        opened += 1
    return opened
