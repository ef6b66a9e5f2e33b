"""What screening's background worker does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from celery import shared_task

from kap.core import clock
from kap.core.celery_task import IdTask
from screening.importing import runs
from screening.services.eligibility_again import judge_by_new_rules

BATCH = 100
BATCHES = 10
"""In one run; the next tick goes on where this one stopped."""


@shared_task(name="screening.run_import", base=IdTask)
def run_import(run_id: str, **_: Any) -> None:
    """Take patients from one file for a while; run twice, each patient is taken once."""
    runs.run_slice(UUID(run_id), clock=clock.now)


@shared_task(name="screening.judge_by_new_rules", base=IdTask)
def judge_open_episodes(**_: Any) -> None:
    """Open episodes that an edition in force has not judged yet; nothing to do on most ticks."""
    for _batch in range(BATCHES):
        if judge_by_new_rules(now=clock.now(), limit=BATCH) < BATCH:
            return
