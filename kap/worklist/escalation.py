"""Passing urgent work on until somebody has it: each step to the next person, written once."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction

from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.worklist import signals
from kap.worklist.models import WorkEscalation, WorkItem, WorkStep
from kap.worklist.registry import kind_of

AT_ONCE: Final = 200
LEFT_OPEN_EVERY: Final = timedelta(hours=1)
"""Taken on but not closed by its time: told again this often (ours)."""


def tell_first(item: WorkItem, *, now: datetime) -> None:
    """The opening of work that has a chain of people; its owner is told at once."""
    item.next_escalation_at = item.due_at
    item.save(update_fields=["next_escalation_at"])
    _tell(item, item.owner, because="opened", now=now)


def escalate_overdue(*, now: datetime) -> int:
    """Pass on urgent work that nobody took on in time; returns how many.

    Work with a chain of people goes to the next of them, each time its interval is
    over; other work is shown to its cover once.
    """
    with transaction.atomic():
        chained = list(
            WorkItem.objects.open()
            .filter(next_escalation_at__lte=now)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("owner", "acknowledged_by", "patient__site")
            .order_by("next_escalation_at")[:AT_ONCE]
        )
        for item in chained:
            _pass_on(item, now=now)
        late = list(
            WorkItem.objects.overdue(now=now)
            .filter(is_urgent=True, escalated_at=None, next_escalation_at=None)
            .filter(escalate_every_min=None)
            .select_for_update(skip_locked=True, of=("self",))[:AT_ONCE]
        )
        for item in late:
            _show_to_cover(item, now=now)
            item.save(update_fields=["escalated_at", "cover_role"])
    return len(chained) + len(late)


def _pass_on(item: WorkItem, *, now: datetime) -> None:
    kind = kind_of(item.kind)
    told = [
        pk
        for pk in item.escalations.order_by("step").values_list("to_user", flat=True)
        if pk
    ]
    person = kind.next_person(item, told, now) if kind.next_person else None
    is_taken = item.acknowledged_at is not None
    interval = timedelta(minutes=item.escalate_every_min or 60)
    item.cover = person or item.cover
    item.next_escalation_at = now + (
        max(interval, LEFT_OPEN_EVERY) if is_taken else interval
    )
    _show_to_cover(item, now=now)
    item.save(
        update_fields=["cover", "cover_role", "escalated_at", "next_escalation_at"]
    )
    _tell(
        item, person, because="left-open" if is_taken else "not-acknowledged", now=now
    )


def _show_to_cover(item: WorkItem, *, now: datetime) -> None:
    item.escalated_at = item.escalated_at or now
    item.cover_role = kind_of(item.kind).cover_role
    WorkStep.objects.create(
        item=item, old_status=item.status, new_status=item.status, at=now
    )
    record_work(item, Action.UPDATE, by=None, reason_code="escalated")
    transaction.on_commit(
        partial(
            signals.work_escalated.send,
            WorkItem,
            item_id=item.pk,
            kind=item.kind,
            cover_role=item.cover_role,
        )
    )


def _tell(item: WorkItem, person: User | None, *, because: str, now: datetime) -> None:
    """One row and one message; the constraint on the step lets no second one in."""
    step = item.escalations.count()
    WorkEscalation.objects.create(
        item=item, step=step, at=now, to_user=person, because=because
    )
    kind = kind_of(item.kind)
    if person is not None and kind.tell is not None:
        kind.tell(item, person, step, now)


def record_work(
    item: WorkItem, action: Action, *, by: User | None, reason_code: str = ""
) -> None:
    """One history row about a piece of work."""
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
