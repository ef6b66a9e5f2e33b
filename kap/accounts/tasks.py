"""Ids in, one service call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from celery import shared_task

from kap.accounts import services
from kap.core import clock


@shared_task(name="accounts.send_mail", max_retries=3)
def send_mail(row_id: str, **_: Any) -> None:
    services.send_mail(mail_id=UUID(row_id), now=clock.now())
