"""What screening's background worker does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from celery import shared_task

from kap.core import clock
from kap.core.celery_task import IdTask
from screening.importing import runs


@shared_task(name="screening.run_import", base=IdTask)
def run_import(run_id: str, **_: Any) -> None:
    """Take patients from one file for a while; run twice, each patient is taken once."""
    runs.run_slice(UUID(run_id), clock=clock.now)
