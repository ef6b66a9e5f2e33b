"""Background work of visits."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from kap.core import clock
from sessions.services.chase import put_dry_runs_on_the_list


@shared_task(name="sessions.dry_runs")
def dry_runs(**_: Any) -> int:
    """Tick: at three the next day's list is due; may run twice, puts it there once."""
    return put_dry_runs_on_the_list(now=clock.now())
