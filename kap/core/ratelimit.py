"""Counting tries in PostgreSQL, exactly, with one atomic statement for each."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.http import HttpRequest

_HIT = """
INSERT INTO core_ratecounter AS counter (key, window_start, hits) VALUES (%s, %s, 1)
ON CONFLICT (key) DO UPDATE SET
  hits = CASE WHEN counter.window_start <= %s THEN 1 ELSE counter.hits + 1 END,
  window_start = CASE WHEN counter.window_start <= %s
                      THEN excluded.window_start ELSE counter.window_start END
RETURNING hits"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``tries`` in each ``window`` under one name."""

    name: str
    tries: int
    window: timedelta

    def key(self, subject: str) -> str:
        """The row's key; the subject (an address, an e-mail) is kept as a digest only."""
        digest = hashlib.sha256(subject.strip().lower().encode()).hexdigest()[:40]
        return f"{self.name}:{digest}"


def hit(limit: Limit, subject: str, *, now: datetime, outside: bool = False) -> bool:
    """Count one try; true while it is within the limit.

    ``outside`` counts on a connection of its own, so that the count stays when the
    caller's transaction is rolled back by the refusal it leads to.
    """
    if not outside:
        return _count(connection, limit, subject, now=now) <= limit.tries
    with closing(connections.create_connection("default")) as own:
        return _count(own, limit, subject, now=now) <= limit.tries


def _count(database: Any, limit: Limit, subject: str, *, now: datetime) -> int:
    oldest = now - limit.window
    with database.cursor() as cursor:
        cursor.execute(_HIT, [limit.key(subject), now, oldest, oldest])
        return int(cursor.fetchone()[0])


def client_ip(request: HttpRequest) -> str:
    """Where a request came from; a forwarding header counts only behind our own proxies."""
    proxies: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    given = request.META.get("REMOTE_ADDR", "")
    if proxies:
        chain = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        given = chain[-proxies] if len(chain) >= proxies else given
    try:
        return str(ip_address(given.strip()))
    except ValueError:
        return ""


def give_back(limit: Limit, subject: str, *, outside: bool = False) -> None:
    """Uncount one try that turned out to be rightful; ``outside`` as it was counted."""
    if not outside:
        _uncount(connection, limit, subject)
        return
    with closing(connections.create_connection("default")) as own:
        _uncount(own, limit, subject)


def _uncount(database: Any, limit: Limit, subject: str) -> None:
    with database.cursor() as cursor:
        cursor.execute(
            "UPDATE core_ratecounter SET hits = greatest(hits - 1, 0) WHERE key = %s",
            [limit.key(subject)],
        )
