"""Advisory locks taken in sorted order, so that racing transactions never deadlock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kap.core.prepared import Call, Statement, rows

_LOCK: Final = Statement(
    "kap_lock",
    ("bigint[]",),
    "SELECT pg_advisory_xact_lock(k)"
    " FROM unnest($1) WITH ORDINALITY AS wanted(k, place) ORDER BY place",
)


def locking(keys: Iterable[int]) -> Call:
    """The call that locks, to be sent with others: each key once, smallest first."""
    return _LOCK, [sorted(set(keys))]


def lock_in_order(keys: Iterable[int]) -> None:
    """Hold every key until the transaction ends; call inside ``atomic``.

    Keys are schedule ids.  One statement, smallest first: two bookings that want
    the same room and therapist queue up instead of dying on each other.
    """
    rows(locking(keys))
