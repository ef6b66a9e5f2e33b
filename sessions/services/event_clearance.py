"""After a serious unwanted event: two people say that doses may go on (SP-11)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import PRESCRIBING, Role
from kap.audit import services as audit
from kap.audit.enums import Action, Category
from kap.core.errors import DomainError, IllegalTransition, NotAllowed
from kap.worklist import services as work
from sessions.models import AdverseEvent, EventClearance

if TYPE_CHECKING:
    from kap.accounts.models import User

CLEARANCE: Final = "event-clearance"
DUE_WITHIN: Final = timedelta(days=1)
"""Ours."""


def source_key(event_id: UUID) -> str:
    return f"adverse-event:{event_id}:clearance"


def ask_clearance(event: AdverseEvent, *, now: datetime) -> None:
    """Put it before the medical director; call in the transaction that writes the event."""
    work.open_item(
        kind=CLEARANCE,
        source_key=source_key(event.pk),
        role=Role.MEDICAL_DIRECTOR,
        due_at=now + DUE_WITHIN,
        now=now,
        patient=event.encounter.patient,
        object_id=event.pk,
        is_urgent=True,
    )


def withdraw(event: AdverseEvent, *, by: User, now: datetime) -> None:
    """The event was written down in error: nothing is to be cleared."""
    work.cancel_for(source_key=source_key(event.pk), by=by, now=now)


def clear_event(
    *, event_id: UUID, reason: str, by: User, now: datetime
) -> EventClearance:
    """One of the two words, by a prescriber or a medical director.

    Who holds both roles speaks as the one whose word is still missing, but only once.
    """
    if not by.has_role(*PRESCRIBING):
        raise NotAllowed("A prescriber and the medical director clear a serious event.")
    if not reason.strip():
        raise DomainError("Write why doses may go on.")
    with transaction.atomic():
        event = (
            AdverseEvent.objects.select_for_update(of=("self",))
            .select_related("encounter__patient")
            .get(pk=event_id)
        )
        role = _missing_role(event, by)
        row = EventClearance.objects.create(
            event=event,
            role=role,
            reason=reason.strip()[:500],
            cleared_at=now,
            cleared_by=by,
        )
        if event.clearances.count() == len(PRESCRIBING):
            work.close_for(source_key=source_key(event.pk), by=by, now=now)
        audit.record(
            by=by,
            action=Action.SIGN,
            category=Category.DOSING,
            patient_id=event.encounter.patient_id,
            object_type="EventClearance",
            object_id=row.pk,
            reason_code="serious-event",
        )
    return row


def _missing_role(event: AdverseEvent, by: User) -> Role:
    said = {row.role: row.cleared_by_id for row in event.clearances.all()}
    if by.pk in said.values():
        raise IllegalTransition("You have cleared this event. Another person must too.")
    order = (Role.MEDICAL_DIRECTOR, Role.PRESCRIBER)
    for role in order:
        if role not in said and by.has_role(role):
            return role
    missing = next((role for role in order if role not in said), None)
    if missing is None:
        raise IllegalTransition("This event is cleared already.")
    raise NotAllowed(f"Still to be cleared by a {missing.label.lower()}.")
