"""Background work of the list: what was left too long goes to the cover."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from kap.core import clock
from kap.worklist import services


@shared_task(name="worklist.escalate")
def escalate(**_: Any) -> int:
    """Tick: escalate urgent work that is overdue; may run twice, escalates once."""
    return services.escalate_overdue(now=clock.now())
