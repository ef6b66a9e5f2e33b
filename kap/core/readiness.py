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
    """One thing that was looked at, in words; a line of the readiness list."""

    text: str
    ok: bool
    proof: str
    url: str = ""
    action: str = ""

    @property
    def state(self) -> str:
        return "ok" if self.ok else "no"


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
    return Reading("Database", ok=True, proof=f"PostgreSQL {version} answers.")


def _migrations() -> Reading:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        proof = f"{waiting} changes of the database wait. Run manage.py migrate."
        return Reading("Migrations", ok=False, proof=proof)
    return Reading("Migrations", ok=True, proof="All applied.")


def _clock(*, now: datetime) -> Reading:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        skew = abs(cursor.fetchone()[0] - now)
    seconds = skew.total_seconds()
    proof = f"Web server and database differ by {seconds:.1f} s."
    if skew > LARGEST_SKEW:
        proof += " Set the clocks by NTP; sign-in codes and links depend on them."
    return Reading("Clock", ok=skew <= LARGEST_SKEW, proof=proof)


def _workers(*, now: datetime) -> list[Reading]:
    """A heartbeat goes through beat, Redis and the worker: it proves all three."""
    beats = dict(Heartbeat.objects.values_list("name", "beat_at"))
    return [_worker(name, beats.get(name), now=now) for name in WORKERS]


def _worker(name: str, beat_at: datetime | None, *, now: datetime) -> Reading:
    title = f"Worker: {name}"
    if beat_at is None:
        return Reading(title, ok=False, proof="Has not shown itself yet.")
    age = now - beat_at
    proof = f"Last seen {max(int(age.total_seconds()), 0)} s ago."
    if age > OLDEST_HEARTBEAT:
        proof += " It is stuck or stopped, or Redis is; look at its log."
    return Reading(title, ok=age <= OLDEST_HEARTBEAT, proof=proof)


def _queue(*, now: datetime) -> Reading:
    late = sum(
        outlet.model._default_manager.filter(
            status=OutboxStatus.PREPARATION, due_at__lt=now - LONGEST_WAIT
        ).count()
        for outlet in outlets()
    )
    if late:
        proof = f"{late} due messages or documents wait longer than 5 minutes."
        return Reading("Queue", ok=False, proof=proof)
    return Reading("Queue", ok=True, proof="Nothing due waits.")
