"""Hands due outbox rows to the workers; may run anywhere, as often as wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from kap.core.outbox import OutboxRow, OutboxStatus

ADVISORY_LOCK = 7_236_001
BATCH = 500
QUEUED_AGAIN_AFTER = timedelta(minutes=2)
"""A row handed to Redis but not claimed by then is handed over once more."""
LEASE = timedelta(minutes=5)
"""A claim older than this belongs to a worker that died."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One outbox model, the call that queues a row, and what a dead claim becomes."""

    model: type[OutboxRow]
    send: Callable[[UUID], None]
    may_repeat: bool
    """True: a dead claim is queued again (a PDF).  False: it becomes *unknown*."""
    max_attempts: int = 4


_outlets: list[Outlet] = []


def register_outlet(outlet: Outlet) -> None:
    _outlets.append(outlet)


def outlets() -> tuple[Outlet, ...]:
    return tuple(_outlets)


def dispatch(*, now: datetime) -> int:
    """Queue what is due; returns how many ids were handed over.

    One dispatcher at a time, by advisory lock.  ``queued_at`` is committed before
    the broker is asked, so a row is handed over again only after a while.
    """
    handed = 0
    for outlet in _outlets:
        for row_id in _take(outlet, now=now):
            outlet.send(row_id)
            handed += 1
    return handed


def _take(outlet: Outlet, *, now: datetime) -> list[UUID]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ADVISORY_LOCK])
            if not cursor.fetchone()[0]:
                return []
        _free_dead_claims(outlet, now=now)
        rows = outlet.model._default_manager.filter(
            status=OutboxStatus.PREPARATION, due_at__lte=now
        )
        waiting = rows.filter(queued_at=None) | rows.filter(
            queued_at__lt=now - QUEUED_AGAIN_AFTER
        )
        ids = list(
            waiting.order_by("due_at", "pk")
            .select_for_update(skip_locked=True, of=("self",))
            .values_list("pk", flat=True)[:BATCH]
        )
        outlet.model._default_manager.filter(pk__in=ids).update(queued_at=now)
    return ids


def _free_dead_claims(outlet: Outlet, *, now: datetime) -> None:
    dead = outlet.model._default_manager.filter(
        status=OutboxStatus.IN_PROGRESS, claimed_at__lt=now - LEASE
    )
    if not outlet.may_repeat:
        dead.update(status=OutboxStatus.UNKNOWN, finished_at=now)
        return
    dead.filter(attempts__gte=outlet.max_attempts).update(
        status=OutboxStatus.NOT_DONE, finished_at=now, problem="worker-died"
    )
    dead.update(status=OutboxStatus.PREPARATION, queued_at=None)
