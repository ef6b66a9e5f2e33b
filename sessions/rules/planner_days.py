"""Local dates and times of day on the planner's grid, right across changes of clocks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from sessions.rules.plan_types import Grid, Times


@dataclass(frozen=True, slots=True)
class LocalDays:
    """The local dates a grid touches, and the first slot that begins on each."""

    grid: Grid
    dates: tuple[date, ...]
    firsts: tuple[int, ...]

    def index(self, slot: int) -> int:
        """Which of ``dates`` the slot begins on."""
        return bisect_right(self.firsts, slot) - 1

    def date(self, slot: int) -> date:
        return self.dates[self.index(slot)]

    def mask(self, index: int) -> int:
        """Every slot that begins on the date."""
        last = index + 1 == len(self.dates)
        end = self.grid.slots if last else self.firsts[index + 1]
        return self.grid.stretch(self.firsts[index], end)

    def instant(self, index: int, wall: time) -> datetime:
        """The clock time on the date, in UTC; one that is skipped moves forward."""
        return _at(self.dates[index], wall, self.grid.zone)

    def near(self, slot: int, wall: time) -> int:
        """The slot of the clock time on the local date of ``slot``."""
        return self.grid.floor(self.instant(self.index(slot), wall))


def local_days(grid: Grid) -> LocalDays:
    first = grid.origin.astimezone(grid.zone).date()
    dates, firsts = [first], [0]
    while True:
        day = dates[-1] + timedelta(days=1)
        slot = grid.ceil(_at(day, time(), grid.zone))
        if slot >= grid.slots:
            return LocalDays(grid, tuple(dates), tuple(firsts))
        dates.append(day)
        firsts.append(slot)


def starts_within(days: LocalDays, times: Times, duration_min: int) -> int:
    """Every start at which a visit of that length fits ``times``."""
    grid = days.grid
    if times == Times():
        return grid.full
    fits = 0
    for index in _on_weekdays(days, times):
        allowed = days.mask(index)
        if times.from_time is not None:
            first = grid.ceil(days.instant(index, times.from_time))
            allowed &= grid.stretch(first, grid.slots)
        if times.to_time is not None:
            end = days.instant(index, times.to_time)
            last = grid.floor(end - timedelta(minutes=duration_min))
            allowed &= grid.stretch(0, last + 1)
        fits |= allowed
    return fits


def fits(times: Times, zone: tzinfo, start: datetime, duration_min: int) -> bool:
    """Whether a visit at this instant fits ``times``; it need not lie on the grid."""
    day = start.astimezone(zone).date()
    if times.weekdays is not None and day.weekday() not in times.weekdays:
        return False
    end = start + timedelta(minutes=duration_min)
    if times.from_time is not None and start < _at(day, times.from_time, zone):
        return False
    return times.to_time is None or end <= _at(day, times.to_time, zone)


def _at(day: date, wall: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)


def _on_weekdays(days: LocalDays, times: Times) -> Iterator[int]:
    for index, day in enumerate(days.dates):
        if times.weekdays is None or day.weekday() in times.weekdays:
            yield index
