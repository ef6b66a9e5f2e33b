"""A day's diaries of one demo site, filled greedily and never twice.

The day has twenty half hours from 08:00 to 18:00 by the site's wall clock; a diary
is a whole number with one bit for each, set when taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

from kap.demo.world import Actor, DemoPart, DemoSite, DemoVisit

HALF_HOURS: Final = 20
DOSE_STARTS: Final = (1, 7, 13)
"""08:30, 11:30 and 14:30: the room is set up before and cleaned after."""
DOSE_MIN: Final = 150
TURNOVER: Final = timedelta(minutes=15)
PRESCRIBER_MIN: Final = 60
VIDEO_LANES: Final = 6
NURSE_LANES: Final = 3
LENGTHS: Final = {"preparation": 60, "integration": 50, "follow-up": 30}
SEARCH_DAYS: Final = 21
DOSE_SPACING: Final = timedelta(days=4)
"""Never more than two doses within seven days (clinical.md SP-03)."""

Key = tuple[int, int]
"""A schedule and a lane."""


@dataclass(slots=True)
class SiteCalendar:
    site: DemoSite
    random: Random
    taken: dict[tuple[date, int, int], int] = field(default_factory=dict)

    def free(self, day: date, key: Key, mask: int) -> bool:
        return not self.taken.get((day, *key), 0) & mask

    def take(self, day: date, key: Key, mask: int) -> None:
        place = (day, *key)
        self.taken[place] = self.taken.get(place, 0) | mask

    def at(self, day: date, half_hour: int) -> datetime:
        wall = time(8 + half_hour // 2, 30 * (half_hour % 2))
        return datetime.combine(day, wall, self.site.zone).astimezone(UTC)

    def book(
        self, kind: str, *, earliest: date, latest: date, therapist: Actor
    ) -> DemoVisit | None:
        """Take the first place for a visit between two days, or None."""
        day = earliest
        while day <= latest:
            visit = (
                self._dose(day, therapist)
                if kind == "dosing"
                else self._talk(day, kind, therapist)
            )
            if visit is not None:
                return visit
            day += timedelta(days=1)
        return None

    def _dose(self, day: date, wanted: Actor) -> DemoVisit | None:
        for start in self.random.sample(DOSE_STARTS, len(DOSE_STARTS)):
            whole = _mask(start, DOSE_MIN // 30)
            first_hour = _mask(start, PRESCRIBER_MIN // 30)
            room = self._first(day, _lanes(self.site.dosing_rooms, 1), whole)
            therapist = self._first(
                day, _lanes(_wanted(self.site.therapists, wanted), 1), whole
            )
            nurse = self._first(day, _lanes(self.site.nurses, NURSE_LANES), whole)
            prescriber = self._first(day, _lanes(self.site.prescribers, 1), first_hour)
            if room and therapist and nurse and prescriber:
                begin = self.at(day, start)
                end = begin + timedelta(minutes=DOSE_MIN)
                parts = [
                    self._part(
                        day, "room", room, whole, begin - TURNOVER, end + TURNOVER
                    ),
                    self._part(day, "therapist", therapist, whole, begin, end),
                    self._part(day, "nurse", nurse, whole, begin - TURNOVER, end),
                    self._part(
                        day,
                        "prescriber",
                        prescriber,
                        first_hour,
                        begin,
                        begin + timedelta(minutes=PRESCRIBER_MIN),
                    ),
                ]
                return DemoVisit("dosing", 0, 0, begin, end, parts)
        return None

    def _talk(self, day: date, kind: str, wanted: Actor) -> DemoVisit | None:
        minutes = LENGTHS[kind]
        review = kind == "follow-up"
        people = (
            self.site.prescribers if review else _wanted(self.site.therapists, wanted)
        )
        role = "prescriber" if review else "therapist"
        length = -(-minutes // 30)
        starts = range(0, HALF_HOURS - length + 1, 1 if review else 2)
        for start in self.random.sample(starts, len(starts)):
            mask = _mask(start, length)
            person = self._first(day, _lanes(people, 1), mask)
            room = self._first(day, self._talk_lanes(), mask)
            if person and room:
                begin = self.at(day, start)
                end = begin + timedelta(minutes=minutes)
                parts = [
                    self._part(day, "room", room, mask, begin, end),
                    self._part(day, role, person, mask, begin, end),
                ]
                return DemoVisit(kind, 0, 0, begin, end, parts)
        return None

    def _talk_lanes(self) -> Iterator[tuple[Actor, int]]:
        therapy, video = self.site.talk_rooms
        yield therapy, 0
        yield from _lanes([video], VIDEO_LANES)

    def _first(
        self, day: date, lanes: Iterator[tuple[Actor, int]], mask: int
    ) -> tuple[Actor, int] | None:
        for actor, lane in lanes:
            if self.free(day, (actor.schedule_id, lane), mask):
                return actor, lane
        return None

    def _part(
        self,
        day: date,
        role: str,
        place: tuple[Actor, int],
        mask: int,
        begin: datetime,
        end: datetime,
    ) -> DemoPart:
        actor, lane = place
        self.take(day, (actor.schedule_id, lane), mask)
        return DemoPart(role, actor, lane, begin, end)


def _mask(start: int, length: int) -> int:
    return ((1 << length) - 1) << start


def _lanes(actors: list[Actor], count: int) -> Iterator[tuple[Actor, int]]:
    for actor in actors:
        for lane in range(count):
            yield actor, lane


def _wanted(actors: list[Actor], first: Actor) -> list[Actor]:
    """All of them, the wished one first."""
    return [first, *(actor for actor in actors if actor is not first)]


def course(
    calendar: SiteCalendar, *, first_day: date, therapist: Actor, doses: int = 6
) -> list[DemoVisit]:
    """A course of preparation, doses with integrations, and a review; as far as it fits."""
    visits: list[DemoVisit] = []

    def add(
        kind: str, number: int, of_total: int, earliest: date, within_days: int
    ) -> bool:
        visit = calendar.book(
            kind,
            earliest=earliest,
            latest=earliest + timedelta(days=within_days),
            therapist=therapist,
        )
        if visit is None:
            return False
        visit.number, visit.of_total = number, of_total
        visits.append(visit)
        return True

    if not add("preparation", 1, 1, first_day, SEARCH_DAYS):
        return visits
    day = _day(visits[-1], calendar) + timedelta(days=2)
    for number in range(1, doses + 1):
        if not add("dosing", number, doses, day, 2 if number > 1 else SEARCH_DAYS):
            return visits
        dose_day = _day(visits[-1], calendar)
        add("integration", number, doses, dose_day + timedelta(days=2), 0)
        day = dose_day + DOSE_SPACING
    add("follow-up", 1, 1, day + timedelta(days=10), 4)
    return visits


def _day(visit: DemoVisit, calendar: SiteCalendar) -> date:
    return visit.starts_at.astimezone(calendar.site.zone).date()
