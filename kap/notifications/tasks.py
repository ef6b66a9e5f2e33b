"""What the mail and the text worker do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from celery import shared_task

from kap.core import clock
from kap.core.celery_task import IdTask
from kap.notifications import sweep as unspoken
from kap.notifications.sending import send


@shared_task(name="notifications.send_email", base=IdTask)
def send_email(communication_id: str, **_: Any) -> None:
    """Send one e-mail; run twice, it goes once."""
    send(UUID(communication_id), now=clock.now())


@shared_task(name="notifications.send_sms", base=IdTask)
def send_sms(communication_id: str, **_: Any) -> None:
    """Send one text message; run twice, it goes once."""
    send(UUID(communication_id), now=clock.now())


@shared_task(name="notifications.sweep", base=IdTask)
def sweep(**_: Any) -> int:
    """Tell the front desk of what went wrong."""
    return unspoken.announce(now=clock.now())
