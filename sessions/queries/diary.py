"""The clinic's diaries as rows of bits, for the planner and the search for free places.

Five queries for any number of people and any stretch of time.  Hours are wall-clock hours
of the site, turned into instants day by day, so that a day of 23 or 25 hours is right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, cast
from uuid import UUID

from django.db.models import Q

from kap.accounts.enums import PRESCRIBING, CredentialKind, Role
from kap.accounts.models import Credential
from kap.clinic.enums import LocationKind
from kap.clinic.models import OpeningHours, Schedule, Site, WorkingHours
from sessions.enums import ParticipantRole
from sessions.queries.diary_taken import read_taken, taken_slots
from sessions.rules.plan_types import Diary, Grid, ResourceKind

GRID_MIN: Final = 15
DAY_SLOTS: Final = 24 * 60 // GRID_MIN

ON_SITE: Final = "on-site"
"""The diary that is free whenever some prescriber is at the site, busy or not."""
Hours = tuple[int, time, time]
"""Weekday, from, until."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or some room that can be booked, as a page names them."""

    schedule_id: int
    name: str
    short_name: str
    capacity: int = 1
    roles: frozenset[str] = frozenset()
    room_kind: str = ""
    practitioner_id: UUID | None = None
    user_id: UUID | None = None
    features: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    sex: str = ""

    @property
    def key(self) -> str:
        return str(self.schedule_id)


@dataclass(frozen=True, slots=True)
class ClinicDiaries:
    """Everybody at a site, and when each is taken over the grid."""

    grid: Grid
    diaries: tuple[Diary, ...]
    actors: Mapping[int, Actor]
    patient_schedule_id: int
    open_bits: int

    def named(self, key: str) -> Actor:
        return self.actors[int(key)]

    def with_role(self, role: str) -> tuple[str, ...]:
        """Keys of the people who can take a role, in order of name."""
        return tuple(a.key for a in self.actors.values() if role in a.roles)

    def rooms(self, *kinds: str) -> tuple[str, ...]:
        """Keys of the rooms of these kinds, in the order of the rooms."""
        return tuple(a.key for a in self.actors.values() if a.room_kind in kinds)


def make_grid(site: Site, *, first: date, days: int) -> Grid:
    """A grid from local midnight of ``first``; its length is real time."""
    origin = datetime.combine(first, time(0), site.zone)
    end = datetime.combine(first + timedelta(days=days), time(0), site.zone)
    slots = int((end.timestamp() - origin.timestamp()) // (GRID_MIN * 60))
    return Grid(origin, slots, site.zone, GRID_MIN)


def read_diaries(
    site: Site,
    grid: Grid,
    *,
    patient_schedule_id: int,
    but_not: UUID | None = None,
) -> ClinicDiaries:
    """Rooms and people of a site and one patient; ``but_not``: a visit that will move."""
    actors = _actors(site)
    hours = _Hours(grid)
    open_bits = hours.bits(_opening(site))
    work = _working(site, actors)
    licences = _licences(grid, actors)
    taken = read_taken(grid, actors, patient_schedule_id, site.pk, but_not=but_not)
    own = tuple(taken.lanes[patient_schedule_id])
    found = [Diary(str(patient_schedule_id), ResourceKind.PATIENT, own)]
    on_site = 0
    for actor in actors.values():
        there = open_bits
        if not actor.room_kind:
            there &= hours.bits(work.get(actor.schedule_id, ()))
            there &= licences.get(actor.practitioner_id, 0)
        if ParticipantRole.PRESCRIBER in actor.roles:
            on_site |= there & ~taken.gone.get(actor.schedule_id, 0)
        kind = ResourceKind.ROOM if actor.room_kind else _kind(actor)
        found.append(taken.diary(actor.schedule_id, kind, grid.full & ~there))
    away = grid.full & ~on_site
    found.append(Diary(ON_SITE, ResourceKind.PRESCRIBER, (away,)))
    return ClinicDiaries(grid, tuple(found), actors, patient_schedule_id, open_bits)


def _actors(site: Site) -> dict[int, Actor]:
    """Rooms in their order, then people by name."""
    rows = (
        Schedule.objects.filter(
            Q(location__site=site, location__is_active=True)
            | Q(
                pk__in=WorkingHours.objects.filter(site=site).values("schedule"),
                practitioner__is_bookable=True,
                practitioner__user__is_active=True,
            )
        )
        .order_by(
            "location__position", "location__name", "practitioner__user__name", "pk"
        )
        .values_list(
            "pk",
            "capacity",
            "location__name",
            "location__kind",
            "practitioner",
            "practitioner__user",
            "practitioner__user__name",
            "practitioner__user__roles",
            "location__features",
            "practitioner__languages",
            "practitioner__sex",
        )
    )
    found: dict[int, Actor] = {}
    for pk, capacity, room, room_kind, practitioner, user, name, roles, *also in rows:
        features, languages, sex = cast("tuple[list[str], list[str], str]", also)
        found[pk] = Actor(
            schedule_id=pk,
            name=room or name,
            short_name=room or short(name),
            capacity=capacity,
            roles=frozenset(_visit_roles(roles or ())),
            room_kind=room_kind or "",
            practitioner_id=practitioner,
            user_id=user,
            features=frozenset(features or ()),
            languages=frozenset(languages or ()),
            sex=sex or "",
        )
    return found


def short(name: str) -> str:
    """``Theo Samplet`` as ``Theo S.``, ``Dr Iris Mockwell`` as ``Dr Mockwell``."""
    words = name.split()
    if len(words) < 2:
        return name
    if words[0].rstrip(".") == "Dr":
        return f"Dr {words[-1]}"
    return f"{words[0]} {words[-1][0]}."


def _visit_roles(roles: Iterable[str]) -> Iterator[str]:
    held = frozenset(roles)
    if Role.THERAPIST in held:
        yield ParticipantRole.THERAPIST
    if Role.NURSE in held:
        yield ParticipantRole.NURSE
    if held & PRESCRIBING:
        yield ParticipantRole.PRESCRIBER


def _kind(actor: Actor) -> ResourceKind:
    for role in (ParticipantRole.THERAPIST, ParticipantRole.NURSE):
        if role in actor.roles:
            return ResourceKind(role)
    return ResourceKind.PRESCRIBER


def _opening(site: Site) -> tuple[Hours, ...]:
    rows = OpeningHours.objects.filter(site=site).order_by("weekday", "opens")
    return tuple(rows.values_list("weekday", "opens", "closes"))


def _working(site: Site, actors: Mapping[int, Actor]) -> dict[int, tuple[Hours, ...]]:
    rows = WorkingHours.objects.filter(site=site).order_by("weekday", "starts")
    found: dict[int, tuple[Hours, ...]] = {}
    for schedule, weekday, starts, ends in rows.values_list(
        "schedule", "weekday", "starts", "ends"
    ):
        if schedule in actors:
            found[schedule] = (*found.get(schedule, ()), (weekday, starts, ends))
    return found


def _licences(grid: Grid, actors: Mapping[int, Actor]) -> dict[UUID | None, int]:
    """The slots on which each practitioner's licence is in force."""
    people = [a.practitioner_id for a in actors.values() if a.practitioner_id]
    rows = Credential.objects.filter(
        practitioner_id__in=people, kind=CredentialKind.LICENCE
    ).values_list("practitioner", "valid_from", "expires_on")
    found: dict[UUID | None, int] = {}
    for person, first, last in rows:
        start = grid.ceil(datetime.combine(first, time(0), grid.zone))
        end = grid.slots
        if last is not None:
            after = last + timedelta(days=1)
            end = grid.floor(datetime.combine(after, time(0), grid.zone))
        found[person] = found.get(person, 0) | grid.stretch(start, end)
    return found


def taken_stretches(
    schedule_ids: Collection[int],
    start: datetime,
    end: datetime,
    *,
    but_not: UUID | None = None,
) -> list[tuple[int, int, datetime, datetime]]:
    """Schedule, lane, from, until of every taken slot in a stretch; one query."""
    return [
        (one.schedule, one.lane, one.start, one.end)
        for one in taken_slots(schedule_ids, start, end, but_not=but_not)
    ]


@dataclass(slots=True)
class _Hours:
    """Weekly hours as slots of the grid; the same hours are worked out once."""

    grid: Grid
    known: dict[Sequence[Hours], int] = field(default_factory=dict)

    def bits(self, hours: Sequence[Hours]) -> int:
        if hours not in self.known:
            self.known[hours] = self._work_out(hours)
        return self.known[hours]

    def _work_out(self, hours: Sequence[Hours]) -> int:
        grid, found = self.grid, 0
        day = grid.origin.astimezone(grid.zone).date()
        last = grid.at(grid.slots).astimezone(grid.zone).date()
        while day <= last:
            for weekday, first, until in hours:
                if weekday == day.weekday():
                    start = grid.ceil(datetime.combine(day, first, grid.zone))
                    end = grid.floor(datetime.combine(day, until, grid.zone))
                    found |= grid.stretch(start, end)
            day += timedelta(days=1)
        return found


DOSING_ROOMS: Final = (LocationKind.DOSING,)
TALK_ROOMS: Final = (LocationKind.THERAPY,)
TALK_OR_VIDEO: Final = (LocationKind.THERAPY, LocationKind.VIDEO)
