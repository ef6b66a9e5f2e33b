"""When does a message about an event go out?  Arithmetic of reminder times.

Messages go out between 08:00 and 20:00 of the reader's clock (clinical reference 10.1).
One that falls outside moves to the next allowed minute, unless that is not before the
event it warns of: then to the last allowed minute before the event.

A day before means the same clock time on the day before, as people read it, whatever
the clocks do in between; two hours before means two elapsed hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)


class Offset(StrEnum):
    """The moments at which somebody hears of an event (10.2, R-02 to R-10)."""

    WEEK_BEFORE = "T-7d"
    TWO_DAYS_BEFORE = "T-48h"
    DAY_BEFORE = "T-24h"
    TWO_HOURS_BEFORE = "T-2h"
    SAME_EVENING = "same-evening"
    NEXT_MORNING = "next-morning"


_DAYS_BEFORE: Final = {
    Offset.WEEK_BEFORE: 7,
    Offset.TWO_DAYS_BEFORE: 2,
    Offset.DAY_BEFORE: 1,
}
_TWO_HOURS: Final = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderPolicy:
    """Clock times of the reader."""

    quiet_until: time = time(8)
    quiet_from: time = time(20)
    """The first minute in which nothing goes out any more."""
    evening_at: time = time(19)
    morning_at: time = time(9)
    morning_useless_from: time = time(17)
    """Without an answer by then a nurse calls (R-10)."""
    source: str = "10.1 (TCPA outer bound 08:00 to 21:00), 10.2; evening 19:00 ID"


DEFAULT_REMINDER_POLICY: Final = ReminderPolicy()


@dataclass(frozen=True, slots=True)
class ReminderTime:
    """Both in UTC; from ``useless_after`` on the message is not sent any more."""

    offset: Offset
    send_at: datetime
    useless_after: datetime


def reminder_time(
    offset: Offset,
    *,
    starts_at: datetime,
    zone: ZoneInfo,
    policy: ReminderPolicy = DEFAULT_REMINDER_POLICY,
) -> ReminderTime:
    """When the message of one kind goes out for an event that starts at a time."""
    local = starts_at.astimezone(zone)
    if offset is Offset.SAME_EVENING:
        return _evening(local, policy)
    if offset is Offset.NEXT_MORNING:
        tomorrow = local + _DAY
        useless = _utc(_at(tomorrow, policy.morning_useless_from))
        return ReminderTime(offset, _utc(_at(tomorrow, policy.morning_at)), useless)
    start = _utc(local)
    if offset is Offset.TWO_HOURS_BEFORE:
        wished = (start - _TWO_HOURS).astimezone(zone)
    else:
        wished = local - _DAYS_BEFORE[offset] * _DAY
    return ReminderTime(offset, _allowed(wished, local, policy), start)


def reminder_times(
    *,
    starts_at: datetime,
    zone: ZoneInfo,
    offsets: tuple[Offset, ...] = tuple(Offset),
    policy: ReminderPolicy = DEFAULT_REMINDER_POLICY,
) -> tuple[ReminderTime, ...]:
    """All messages of one event, in order of sending."""
    times = (
        reminder_time(offset, starts_at=starts_at, zone=zone, policy=policy)
        for offset in offsets
    )
    return tuple(sorted(times, key=lambda one: one.send_at))


def move_into_window(
    wished_at: datetime,
    *,
    event_at: datetime,
    zone: ZoneInfo,
    policy: ReminderPolicy = DEFAULT_REMINDER_POLICY,
) -> datetime:
    """The allowed minute for any other message that warns of an event, in UTC."""
    wished, event = wished_at.astimezone(zone), event_at.astimezone(zone)
    return _allowed(wished, event, policy)


def _evening(local: datetime, policy: ReminderPolicy) -> ReminderTime:
    """That evening; for an event that begins later still, the next morning."""
    send = _at(local, policy.evening_at)
    if send <= local:
        send = _at(local + _DAY, policy.quiet_until)
    useless = _at(send, policy.quiet_from)
    return ReminderTime(Offset.SAME_EVENING, _utc(send), _utc(useless))


def _allowed(wished: datetime, event: datetime, policy: ReminderPolicy) -> datetime:
    """``wished`` if it is allowed, else the nearest allowed minute that still warns."""
    sent = _next_allowed(wished, policy)
    if _utc(sent) >= _utc(event):
        sent = _last_allowed_before(event, policy)
    return _utc(sent)


def _next_allowed(at: datetime, policy: ReminderPolicy) -> datetime:
    clock = at.time()
    if clock < policy.quiet_until:
        return _at(at, policy.quiet_until)
    if clock >= policy.quiet_from:
        return _at(at + _DAY, policy.quiet_until)
    return at


def _last_allowed_before(event: datetime, policy: ReminderPolicy) -> datetime:
    """The minute before the event, or the last one of the open time before it."""
    before = (_utc(event) - _MINUTE).astimezone(event.tzinfo)
    clock = before.time()
    if clock < policy.quiet_until:
        return _at(before - _DAY, policy.quiet_from) - _MINUTE
    if clock >= policy.quiet_from:
        return _at(before, policy.quiet_from) - _MINUTE
    return before


def _at(day: datetime, clock: time) -> datetime:
    """A clock time on the local day of ``day``."""
    return datetime.combine(day.date(), clock, tzinfo=day.tzinfo)


def _utc(local: datetime) -> datetime:
    return local.astimezone(UTC)
