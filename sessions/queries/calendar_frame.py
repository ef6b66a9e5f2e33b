"""The stretch of a day that the calendar draws, as lines of a grid, in real elapsed time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

DAY_STARTS, DAY_ENDS = 8, 18
"""Drawn where nothing is open and nothing is booked."""
SLOT_MIN: Final = 5
LONG_SLOT_MIN: Final = 10
MOST_HOURS: Final = 13
"""Longer days have lines of ten minutes: the style sheet has 168 lines."""

Hours = Sequence[tuple[time, time]]
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Frame:
    """One day; an hour that the clocks skip or repeat is simply shorter or longer here."""

    day: date
    start: datetime
    end: datetime
    slot_min: int

    @cached_property
    def low(self) -> float:
        """Seconds since 1970, as all reckoning within the frame."""
        return self.start.timestamp()

    @cached_property
    def high(self) -> float:
        return self.end.timestamp()

    @cached_property
    def slots(self) -> int:
        return int((self.high - self.low) // self._seconds)

    def holds(self, first: float, last: float) -> bool:
        """Whether something of a stretch is drawn; both in seconds."""
        return first < self.high and last > self.low

    @property
    def _seconds(self) -> int:
        return self.slot_min * 60

    def line(self, at: datetime) -> int:
        """The grid line of an instant, counted from 1, cut to the frame."""
        passed = at.timestamp() - self.low
        return min(max(round(passed / self._seconds) + 1, 1), self.slots + 1)

    def lines(self, span: Span) -> tuple[int, int] | None:
        """First and last line of a stretch; None where nothing of it is drawn."""
        first, last = self.line(span[0]), self.line(span[1])
        is_drawn = self.holds(span[0].timestamp(), span[1].timestamp())
        if not is_drawn or first >= self.slots + 1:
            return None
        return first, max(last, first + 1)

    def hours(self) -> list[tuple[int, str]]:
        """Line and label of each full hour on the wall, a repeated one twice."""
        zone = self.start.tzinfo
        found = []
        for line in range(self.slots):
            passed = self.low + line * self._seconds
            at = datetime.fromtimestamp(passed, tz=zone)
            if at.minute == 0:
                found.append((line + 1, f"{at:%H:%M}"))
        return found


def make_frames(
    days: Iterable[date],
    *,
    zone: ZoneInfo,
    hours: Iterable[Hours],
    spans: Iterable[Span],
) -> list[Frame]:
    """The same whole hours on every day: from the opening hours, widened to what is booked."""
    days = list(days)
    starts, ends = _whole_hours([*hours], spans, days, zone)
    slot_min = SLOT_MIN if ends - starts <= MOST_HOURS else LONG_SLOT_MIN
    return [
        Frame(day, _at(day, starts, zone), _at(day, ends, zone), slot_min)
        for day in days
    ]


def _whole_hours(
    hours: Sequence[Hours], spans: Iterable[Span], days: Sequence[date], zone: ZoneInfo
) -> tuple[int, int]:
    opens = [first.hour for day in hours for first, _ in day]
    closes = [last.hour + (last.minute > 0) for day in hours for _, last in day]
    for start, end in spans:
        local, until = start.astimezone(zone), end.astimezone(zone)
        if local.date() in days:
            opens.append(local.hour)
            is_later = until.date() > local.date()
            closes.append(24 if is_later else until.hour + (until.minute > 0))
    low, high = min(opens, default=DAY_STARTS), max(closes, default=DAY_ENDS)
    return low, max(high, low + 1)


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    if hour == 24:
        return datetime.combine(day + timedelta(days=1), time(0), zone)
    return datetime.combine(day, time(hour), zone)


def open_spans(day: date, hours: Hours, zone: ZoneInfo) -> list[Span]:
    """Wall-clock hours of one day as instants."""
    return [
        (datetime.combine(day, first, zone), datetime.combine(day, last, zone))
        for first, last in hours
    ]


def outside(spans: Iterable[Span], within: Sequence[Span]) -> Iterator[Span]:
    """The parts of ``within`` that no span covers."""
    covered = sorted(spans, key=lambda span: span[0].timestamp())
    for low, high in within:
        at = low
        for start, end in covered:
            if (
                end.timestamp() <= at.timestamp()
                or start.timestamp() >= high.timestamp()
            ):
                continue
            if start.timestamp() > at.timestamp():
                yield at, start
            at = max(at, end, key=lambda moment: moment.timestamp())
        if at.timestamp() < high.timestamp():
            yield at, high
