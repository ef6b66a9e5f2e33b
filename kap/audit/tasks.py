"""The hourly tick that anchors the chain."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from kap.audit import services
from kap.core import clock


@shared_task(name="audit.anchor")
def anchor(**_: Any) -> None:
    services.anchor(now=clock.now())
