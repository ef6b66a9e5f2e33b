"""The only place that reads the clock; views, tasks and commands call it, nothing else."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """This moment, aware, in UTC."""
    return timezone.now()  # noqa: TID251 -- the edge


def today(zone: ZoneInfo) -> date:
    """The date on the wall calendar in ``zone``."""
    return now().astimezone(zone).date()
