"""Whether everything that the clinic needs is there: database, queue, workers, clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kap.core.dispatch import outlets
from kap.core.models import Heartbeat
from kap.core.outbox import OutboxStatus

OLDEST_HEARTBEAT = timedelta(minutes=3)
LONGEST_WAIT = timedelta(minutes=5)
LARGEST_SKEW = timedelta(seconds=2)
WORKERS = ("mail", "text", "pdf")


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that was looked at, in words."""

    name: str
    ok: bool
    sentence: str


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def readings(*, now: datetime) -> list[Reading]:
    return [
        _database(),
        _migrations(),
        _clock(now=now),
        *_workers(now=now),
        _queue(now=now),
    ]


def _database() -> Reading:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    return Reading("Database", True, f"PostgreSQL {version} answers.")  # noqa: FBT003 -- it did


def _migrations() -> Reading:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        sentence = f"{waiting} changes of the database wait. Run manage.py migrate."
        return Reading("Migrations", ok=False, sentence=sentence)
    return Reading("Migrations", ok=True, sentence="All applied.")


def _clock(*, now: datetime) -> Reading:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        skew = abs(cursor.fetchone()[0] - now)
    seconds = skew.total_seconds()
    sentence = f"Web server and database differ by {seconds:.1f} s."
    if skew > LARGEST_SKEW:
        sentence += " Set the clocks by NTP; sign-in codes and links depend on them."
    return Reading("Clock", ok=skew <= LARGEST_SKEW, sentence=sentence)


def _workers(*, now: datetime) -> list[Reading]:
    """A heartbeat goes through beat, Redis and the worker: it proves all three."""
    beats = dict(Heartbeat.objects.values_list("name", "beat_at"))
    return [_worker(name, beats.get(name), now=now) for name in WORKERS]


def _worker(name: str, beat_at: datetime | None, *, now: datetime) -> Reading:
    title = f"Worker: {name}"
    if beat_at is None:
        return Reading(title, ok=False, sentence="Has not shown itself yet.")
    age = now - beat_at
    sentence = f"Last seen {max(int(age.total_seconds()), 0)} s ago."
    if age > OLDEST_HEARTBEAT:
        sentence += " It is stuck or stopped, or Redis is; look at its log."
    return Reading(title, ok=age <= OLDEST_HEARTBEAT, sentence=sentence)


def _queue(*, now: datetime) -> Reading:
    late = sum(
        outlet.model._default_manager.filter(
            status=OutboxStatus.PREPARATION, due_at__lt=now - LONGEST_WAIT
        ).count()
        for outlet in outlets()
    )
    if late:
        sentence = f"{late} due messages or documents wait longer than 5 minutes."
        return Reading("Queue", ok=False, sentence=sentence)
    return Reading("Queue", ok=True, sentence="Nothing due waits.")
