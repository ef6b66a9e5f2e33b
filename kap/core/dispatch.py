"""Hands due outbox rows to the workers; may run anywhere, as often as wanted."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from kap.core.outbox import OutboxRow, OutboxStatus

ADVISORY_LOCK = 7_236_001
BATCH = 500
"""How many rows of one outlet may stand in Redis at a time."""
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
    rows: Q = field(default_factory=Q)
    """Which rows of the model, when several outlets share it."""
    max_attempts: int = 4


_outlets: list[Outlet] = []


def queue(task: str, row_id: UUID) -> None:
    """Hand one id to a worker; only the dispatcher's process talks to the broker."""
    app = importlib.import_module("kap.celery").app
    app.send_task(
        task, args=[str(row_id)], argsrepr="(…)", kwargsrepr="{}", ignore_result=True
    )


def register_outlet(outlet: Outlet) -> None:
    _outlets.append(outlet)


def outlets() -> tuple[Outlet, ...]:
    return tuple(_outlets)


def dispatch(*, now: datetime) -> int:
    """Queue what is due; returns how many ids were handed over.

    One dispatcher at a time, by advisory lock.  ``queued_at`` is committed before
    the broker is asked, so a row is handed over again only after a while.
    """
    return sum(_hand_over(outlet, now=now) for outlet in _outlets)


def _hand_over(outlet: Outlet, *, now: datetime) -> int:
    ids = _take(outlet, now=now)
    for done, row_id in enumerate(ids):
        try:
            outlet.send(row_id)
        except Exception:
            # The broker went away: what it did not get is due at the next tick.
            _unqueue(outlet, ids[done:])
            raise
    return len(ids)


def _take(outlet: Outlet, *, now: datetime) -> list[UUID]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ADVISORY_LOCK])
            if not cursor.fetchone()[0]:
                return []
        _free_dead_claims(outlet, now=now)
        rows = outlet.model._default_manager.filter(
            outlet.rows, status=OutboxStatus.PREPARATION, due_at__lte=now
        )
        fresh = now - QUEUED_AGAIN_AFTER
        room = BATCH - rows.filter(queued_at__gte=fresh).count()
        if room <= 0:
            return []
        ids = list(
            rows.filter(Q(queued_at=None) | Q(queued_at__lt=fresh))
            .order_by("due_at", "pk")
            .select_for_update(skip_locked=True, of=("self",))
            .values_list("pk", flat=True)[:room]
        )
        outlet.model._default_manager.filter(pk__in=ids).update(queued_at=now)
    return ids


def _unqueue(outlet: Outlet, ids: list[UUID]) -> None:
    outlet.model._default_manager.filter(
        pk__in=ids, status=OutboxStatus.PREPARATION
    ).update(queued_at=None)


def _free_dead_claims(outlet: Outlet, *, now: datetime) -> None:
    dead = outlet.model._default_manager.filter(
        outlet.rows, status=OutboxStatus.IN_PROGRESS, claimed_at__lt=now - LEASE
    )
    if not outlet.may_repeat:
        dead.update(status=OutboxStatus.UNKNOWN, finished_at=now, problem="worker-died")
        return
    dead.filter(attempts__gte=outlet.max_attempts).update(
        status=OutboxStatus.NOT_DONE, finished_at=now, problem="worker-died"
    )
    dead.update(status=OutboxStatus.PREPARATION, queued_at=None, problem="worker-died")
