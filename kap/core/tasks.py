"""Ticks: each carries no payload, may run twice, and looks at the world itself."""

from __future__ import annotations

import os
from typing import Any

from celery import shared_task

from kap.core import clock, dispatch, sweep
from kap.core.models import Heartbeat


@shared_task(name="core.dispatch_outbox")
def dispatch_outbox(**_: Any) -> int:
    """Hand what is due to the workers."""
    return dispatch.dispatch(now=clock.now())


@shared_task(name="core.heartbeat")
def heartbeat(**_: Any) -> None:
    """Show that beat, Redis and this worker live; the worker gives its own name."""
    Heartbeat.objects.update_or_create(
        name=os.environ.get("KAP_WORKER", "mail"), defaults={"beat_at": clock.now()}
    )


@shared_task(name="core.sweep")
def sweep_old_rows(**_: Any) -> int:
    """Remove keys, counters and sessions that have served their time."""
    return sweep.sweep(now=clock.now())
