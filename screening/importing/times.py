"""Dates and times out of files, by the wall clock of the site where no zone is said."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from screening.enums import DateOrder
from screening.importing.incoming import Refused

FIRST_BIRTH: Final = date(1900, 1, 1)
NOON: Final = time(12)
"""A measurement of which only the day is known counts for noon of that day."""

ISO: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
LOCAL: Final = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
MOMENT: Final = re.compile(
    r"(?P<day>\S+)[T ](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.][0-9]{1,9})?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
HOW: Final = {
    DateOrder.YMD: "Write it as year-month-day, such as 1985-03-04.",
    DateOrder.MDY: "Write it as month/day/year, such as 3/4/1985, or as 1985-03-04.",
    DateOrder.DMY: "Write it as day/month/year, such as 4/3/1985, or as 1985-03-04.",
}


def day(given: str, field: str, *, order: str = DateOrder.YMD) -> date:
    """A whole date; year-month-day is understood in every order."""
    parts = _parts(given, DateOrder(order)) if given.isascii() else None
    if parts is None:
        raise Refused(field, f"Is no whole date. {HOW[DateOrder(order)]}")
    try:
        return date(*parts)
    except ValueError:
        pass
    raise Refused(field, "There is no such day. Check year, month and day.")


def _parts(given: str, order: DateOrder) -> tuple[int, int, int] | None:
    if found := ISO.fullmatch(given):
        return int(found[1]), int(found[2]), int(found[3])
    found = LOCAL.fullmatch(given)
    if found is None or order == DateOrder.YMD:
        return None
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    return (year, first, second) if order == DateOrder.MDY else (year, second, first)


def birth_date(
    given: str, field: str, *, today: date, order: str = DateOrder.YMD
) -> date:
    if not given:
        raise Refused(field, "Is missing. Nobody is taken without a birth date.")
    born = day(given, field, order=order)
    if born > today:
        raise Refused(field, "Lies in the future.")
    if born < FIRST_BIRTH:
        raise Refused(field, "Lies before 1900.")
    return born


def moment(
    given: str, field: str, *, zone: ZoneInfo, order: str = DateOrder.YMD
) -> datetime:
    """A moment in UTC; without an offset by ``zone``, a bare date at noon there."""
    found = MOMENT.fullmatch(given) if given.isascii() else None
    if found is None:
        return at_noon(day(given, field, order=order), zone=zone)
    on = day(found["day"], field, order=order)
    try:
        clock = time(
            int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
        )
    except ValueError:
        clock = None
    if clock is None:
        raise Refused(field, "There is no such time of day. Write it like 14:05.")
    if found["zone"]:
        return _with_offset(on, clock, found["zone"], field)
    return wall_clock(on, clock, zone=zone, field=field)


def _with_offset(on: date, clock: time, offset: str, field: str) -> datetime:
    try:
        return to_utc(datetime.fromisoformat(f"{on:%Y-%m-%d}T{clock:%H:%M:%S}{offset}"))
    except (ValueError, OverflowError):
        pass
    raise Refused(field, "There is no such time. Check the offset from UTC.")


def at_noon(on: date, *, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, NOON, zone).astimezone(UTC)


def wall_clock(on: date, clock: time, *, zone: ZoneInfo, field: str) -> datetime:
    """A time read off a wall; an hour that came twice is the first of the two."""
    there = datetime.combine(on, clock, zone)
    try:
        back = there.astimezone(UTC).astimezone(zone)
    except OverflowError:
        back = None
    if back is None or back.replace(tzinfo=None) != there.replace(tzinfo=None):
        raise Refused(
            field,
            "That hour did not exist: the clocks went forward. Write the offset too.",
        )
    return there.astimezone(UTC)


def to_utc(given: datetime) -> datetime:
    """May raise OverflowError at the ends of the calendar."""
    return given.astimezone(UTC)


def check_measured(at: datetime, field: str, *, now: datetime, born: date) -> None:
    """A measurement lies between the birth and now."""
    if at > now:
        raise Refused(field, "Lies in the future.")
    if at.date() < born:
        raise Refused(field, "Lies before the birth.")
