"""What the PDF worker does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from celery import shared_task

from kap.core import clock
from kap.core.celery_task import IdTask
from kap.documents.rendering import render_job


@shared_task(name="documents.render", base=IdTask)
def render(job_id: str, **_: Any) -> None:
    """Make one document; run twice, it makes one."""
    render_job(UUID(job_id), now=clock.now())
