"""What the demo clinic's calendar keeps: somebody on leave, a room being repaired, two saved views."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kap.clinic.enums import AbsenceCode, ActorKind, LocationKind
from kap.clinic.models import Schedule
from kap.demo.registry import Step, register
from sessions.models import CalendarView
from sessions.services.calendar_absences import block_time

if TYPE_CHECKING:
    from kap.demo.world import DemoWorld


def fill(world: DemoWorld) -> None:
    """A handful of rows, whatever the size of the clinic."""
    desk = world.users["front-desk"]
    zone = ZoneInfo(world.zone_name)
    monday = world.now.astimezone(zone).date()
    monday += timedelta(days=7 - monday.weekday())

    def at(day: int, hour: int) -> datetime:
        return datetime.combine(monday + timedelta(days=day), time(hour), zone)

    person = _last(kind=ActorKind.PRACTITIONER)
    room = _last(kind=ActorKind.LOCATION, location__kind=LocationKind.THERAPY)
    for diary, start, end, code, words in (
        (person, at(2, 8), at(4, 18), AbsenceCode.LEAVE, "Leave"),
        (room, at(1, 12), at(1, 14), AbsenceCode.REPAIR, "New carpet"),
    ):
        if diary is not None:
            block_time(
                schedule=diary,
                start=start,
                end=end,
                code=code,
                reason=words,
                by=desk,
                now=world.now,
                go_on=True,
            )
    for key, name, query in (
        (1, "Rooms, week", "by=rooms&span=week"),
        (2, "People, day", "by=people&span=day"),
    ):
        CalendarView.objects.create(user=desk, key=key, name=name, query=query)


def _last(**which: str) -> Schedule | None:
    """The diary of this kind that comes last in the list: the least busy one of the demo."""
    return Schedule.objects.filter(**which).order_by("-pk").first()


register(Step(60, "calendar", fill))
