"""Filters that write dates, times and numbers in the product's own way."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from kap.core import clock

register = template.Library()

NO_BREAK = "\u00a0"


def _local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _today() -> date:
    return timezone.localtime(clock.now()).date()


@register.filter
def day(value: date | datetime | None) -> str:
    """``Wed 14 Oct``, with the year when it is not this year; today, tomorrow and yesterday as words."""
    if value is None:
        return ""
    local = _local(value)
    on = local.date() if isinstance(local, datetime) else local
    distance = (on - _today()).days
    words = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return words[distance] if distance in words else weekday(value)


@register.filter
def weekday(value: date | datetime | None) -> str:
    """``Wed 14 Oct``, with the year when it is not this year; never a word such as today."""
    if value is None:
        return ""
    local = _local(value)
    year = "" if local.year == _today().year else " Y"
    return date_format(local, f"D j M{year}").replace(" ", NO_BREAK)


@register.filter
def long_day(value: date | datetime | None) -> str:
    """``Wednesday 14 October 2026``, for headings and for patients."""
    return date_format(_local(value), "l j F Y") if value is not None else ""


@register.filter
def birth(value: date | None) -> str:
    """``4 Mar 1985``."""
    return (
        date_format(value, "j M Y").replace(" ", NO_BREAK) if value is not None else ""
    )


@register.filter
def hm(value: datetime | None) -> str:
    """``13:05``: staff read 24 hours."""
    return date_format(_local(value), "H:i") if value is not None else ""


@register.filter
def hm12(value: datetime | None) -> str:
    """``1:05 pm``: patients read 12 hours."""
    if value is None:
        return ""
    words = date_format(_local(value), "g:i A").lower()
    return words.replace(" ", NO_BREAK)


@register.filter
def day_hm(value: datetime | None) -> str:
    """``today 13:05`` or ``Wed 14 Oct 13:05``."""
    return f"{day(value)} {hm(value)}" if value is not None else ""


@register.filter
def span(value: timedelta | None) -> str:
    """``50 min`` or ``1 h 05 min``."""
    if value is None:
        return ""
    hours, minutes = divmod(int(value.total_seconds()) // 60, 60)
    if not hours:
        return f"{minutes}{NO_BREAK}min"
    return f"{hours}{NO_BREAK}h{NO_BREAK}{minutes:02d}{NO_BREAK}min"


@register.filter
def amount(value: Decimal | int | float | None) -> str:
    """A number without trailing zeros, with a leading zero and a true minus sign: 5, 0.5."""
    if value is None:
        return ""
    text = f"{Decimal(str(value)).normalize():f}"
    return text.replace("-", "\u2212")


@register.filter
def unit(value: Decimal | int | float | None, name: str) -> str:
    """The number and its unit, never parted: ``{{ dose_mg|unit:"mg" }}``."""
    return f"{amount(value)}{NO_BREAK}{name}" if value is not None else ""
