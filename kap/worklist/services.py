"""Opening, taking on, closing and escalating work; every step is written down."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import DomainError
from kap.patients.models import Patient
from kap.worklist import signals
from kap.worklist.models import WorkItem, WorkStatus, WorkStep
from kap.worklist.permissions import check_may_act
from kap.worklist.registry import kind_of

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
    by: User | None = None,
) -> WorkItem:
    """Put something on the list; the same ``source_key`` again answers the item there is."""
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
            },
        )
        if not is_new:
            return item
        WorkStep.objects.create(item=item, new_status=item.status, at=now, by=by)
        _record(item, Action.CREATE, by=by)
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


def escalate_overdue(*, now: datetime) -> int:
    """Show urgent work that nobody finished in time to its cover as well; returns how many."""
    with transaction.atomic():
        late = list(
            WorkItem.objects.overdue(now=now)
            .filter(is_urgent=True, escalated_at=None)
            .select_for_update(skip_locked=True, of=("self",))[:200]
        )
        for item in late:
            item.escalated_at = now
            item.cover_role = kind_of(item.kind).cover_role
            item.save(update_fields=["escalated_at", "cover_role"])
            WorkStep.objects.create(
                item=item, old_status=item.status, new_status=item.status, at=now
            )
            _record(item, Action.UPDATE, by=None, reason_code="escalated")
            transaction.on_commit(
                partial(
                    signals.work_escalated.send,
                    WorkItem,
                    item_id=item.pk,
                    kind=item.kind,
                    cover_role=item.cover_role,
                )
            )
    return len(late)


def _locked(item_id: UUID) -> WorkItem:
    return WorkItem.objects.select_for_update(of=("self",)).get(pk=item_id)


def _close(
    item: WorkItem, status: WorkStatus, *, by: User | None, now: datetime
) -> None:
    item.closed_at, item.closed_by = now, by
    _move(item, status, by=by, now=now)
    transaction.on_commit(
        partial(signals.work_closed.send, WorkItem, item_id=item.pk, kind=item.kind)
    )


def _move(item: WorkItem, new: WorkStatus, *, by: User | None, now: datetime) -> None:
    old, item.status = item.status, new
    item.save()
    WorkStep.objects.create(item=item, old_status=old, new_status=new, at=now, by=by)
    _record(item, Action.UPDATE, by=by, reason_code=new)


def _record(
    item: WorkItem, action: Action, *, by: User | None, reason_code: str = ""
) -> None:
    record(
        by=by,
        action=action,
        category=Category.WORK,
        patient_id=item.patient_id,
        object_type="WorkItem",
        object_id=item.pk,
        reason_code=reason_code or item.kind,
        job="" if by else "worklist",
    )
