"""Advisory locks taken in sorted order, so that racing transactions never deadlock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import connection

LOCK: Final = """
SELECT pg_advisory_xact_lock(k)
FROM unnest(%s::bigint[]) WITH ORDINALITY AS wanted(k, place) ORDER BY place
"""


def in_order(keys: Iterable[int]) -> list[int]:
    """The value of ``LOCK``: each key once, smallest first."""
    return sorted(set(keys))


def lock_in_order(keys: Iterable[int]) -> None:
    """Hold every key until the transaction ends; call inside ``atomic``.

    Keys are schedule ids.  One statement, smallest first: two bookings that want
    the same room and therapist queue up instead of dying on each other.
    """
    ordered = in_order(keys)
    if not ordered:
        return
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [ordered])
