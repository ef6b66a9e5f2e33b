"""Opening, taking on, closing and escalating work; every step is written down."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.audit.enums import Action
from kap.core.errors import DomainError
from kap.patients.models import Patient
from kap.worklist import signals
from kap.worklist.escalation import escalate_overdue, record_work, tell_first
from kap.worklist.models import WorkItem, WorkStatus, WorkStep
from kap.worklist.permissions import check_may_act
from kap.worklist.registry import kind_of

__all__ = [
    "acknowledge",
    "cancel_for",
    "close",
    "close_for",
    "escalate_overdue",
    "open_item",
]

CLOSED = frozenset({WorkStatus.COMPLETED, WorkStatus.CANCELLED})


def open_item(
    *,
    kind: str,
    source_key: str,
    role: str,
    due_at: datetime,
    now: datetime,
    patient: Patient | None = None,
    object_id: UUID | None = None,
    owner: User | None = None,
    cover: User | None = None,
    is_urgent: bool = False,
    escalate_every: timedelta | None = None,
    by: User | None = None,
) -> WorkItem:
    """Put something on the list; the same ``source_key`` again answers the item there is.

    ``escalate_every``: who is told next each time this is over, from ``due_at`` on,
    until somebody has taken it on (the kind's ``next_person``).
    """
    with transaction.atomic():
        item, is_new = WorkItem.objects.get_or_create(
            source_key=source_key,
            defaults={
                "kind": kind,
                "role": role,
                "due_at": due_at,
                "created_at": now,
                "patient": patient,
                "object_id": object_id,
                "owner": owner,
                "cover": cover,
                "is_urgent": is_urgent,
                "escalate_every_min": int(escalate_every.total_seconds() // 60)
                if escalate_every
                else None,
            },
        )
        if not is_new:
            return item
        WorkStep.objects.create(item=item, new_status=item.status, at=now, by=by)
        record_work(item, Action.CREATE, by=by)
        if escalate_every is not None:
            tell_first(item, now=now)
        transaction.on_commit(
            partial(
                signals.work_opened.send,
                WorkItem,
                item_id=item.pk,
                kind=kind,
                is_urgent=is_urgent,
            )
        )
    return item


def acknowledge(*, item_id: UUID, by: User, now: datetime) -> WorkItem:
    """Take it on: others see who has it."""
    with transaction.atomic():
        item = _locked(item_id)
        check_may_act(by, item)
        if item.status in CLOSED:
            raise DomainError("This is done already.")
        if item.acknowledged_by_id == by.pk:
            return item
        if item.acknowledged_by_id is not None:
            raise DomainError("Somebody else has taken this on already.")
        item.acknowledged_at, item.acknowledged_by = now, by
        if item.owner_id is None:
            item.owner = by
        after = kind_of(item.kind).after_taken
        item.next_escalation_at = after(item, now) if after else None
        _move(item, WorkStatus.ACCEPTED, by=by, now=now)
    return item


def close(*, item_id: UUID, by: User, now: datetime, note: str = "") -> WorkItem:
    """Say that it is done, with a note where there is something to say."""
    with transaction.atomic():
        item = _locked(item_id)
        check_may_act(by, item)
        if item.status in CLOSED:
            return item
        if item.is_urgent and not note.strip():
            raise DomainError("Write what was done about it.")
        if (check := kind_of(item.kind).check_close) is not None:
            check(item, by, now)
        item.closing_note = note
        _close(item, WorkStatus.COMPLETED, by=by, now=now)
    return item


def close_for(*, source_key: str, by: User | None, now: datetime) -> WorkItem | None:
    """The cause is gone (the note is signed, the review decided); None when nothing was open."""
    with transaction.atomic():
        item = (
            WorkItem.objects.select_for_update(of=("self",))
            .filter(source_key=source_key)
            .open()
            .first()
        )
        if item is not None:
            _close(item, WorkStatus.COMPLETED, by=by, now=now)
    return item


def cancel_for(*, source_key: str, by: User | None, now: datetime) -> WorkItem | None:
    """It is no longer needed (the visit was cancelled)."""
    with transaction.atomic():
        item = (
            WorkItem.objects.select_for_update(of=("self",))
            .filter(source_key=source_key)
            .open()
            .first()
        )
        if item is not None:
            _close(item, WorkStatus.CANCELLED, by=by, now=now)
    return item


def _locked(item_id: UUID) -> WorkItem:
    return WorkItem.objects.select_for_update(of=("self",)).get(pk=item_id)


def _close(
    item: WorkItem, status: WorkStatus, *, by: User | None, now: datetime
) -> None:
    item.closed_at, item.closed_by = now, by
    item.next_escalation_at = None
    _move(item, status, by=by, now=now)
    transaction.on_commit(
        partial(signals.work_closed.send, WorkItem, item_id=item.pk, kind=item.kind)
    )


def _move(item: WorkItem, new: WorkStatus, *, by: User | None, now: datetime) -> None:
    old, item.status = item.status, new
    item.save()
    WorkStep.objects.create(item=item, old_status=old, new_status=new, at=now, by=by)
    record_work(item, Action.UPDATE, by=by, reason_code=new)
