"""Removes what has served its time: once-keys, rate counters, ended sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from kap.core.idempotency import KEPT
from kap.core.models import OnceKey, RateCounter

COUNTERS_KEPT = timedelta(days=1)

Sweeper = Callable[[datetime], int]

_sweepers: list[Sweeper] = []


def register(sweeper: Sweeper) -> Sweeper:
    """Let an app remove its own ended rows; it is given now and says how many went."""
    if sweeper not in _sweepers:
        _sweepers.append(sweeper)
    return sweeper


def sweep(*, now: datetime) -> int:
    """Returns how many rows went."""
    ended = [
        OnceKey.objects.filter(created_at__lt=now - KEPT),
        RateCounter.objects.filter(window_start__lt=now - COUNTERS_KEPT),
        Session.objects.filter(expire_date__lt=now),
    ]
    own = sum(rows.delete()[0] for rows in ended)
    return own + sum(sweeper(now) for sweeper in _sweepers)
