"""The large site of the dense days: its rooms and people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from kap.accounts.enums import CredentialKind, Role
from kap.accounts.models import Credential, Practitioner, User
from kap.clinic.enums import ActorKind, LocationKind
from kap.clinic.models import (
    WEEKDAYS,
    Location,
    OpeningHours,
    Schedule,
    Site,
    WorkingHours,
)

NAME: Final = "Larkfield Dense Days"
ZONE: Final = ZoneInfo("America/New_York")
OPENS, CLOSES = time(8), time(18)
DOSING_ROOMS, VIDEO_ROOMS, VIDEO_LANES = 20, 2, 30
THERAPISTS, NURSES, NURSE_LANES, PRESCRIBERS = 50, 7, 3, 16
GIVEN: Final = ("Avery", "Bowen", "Casey", "Devon", "Ellis")


@dataclass(frozen=True, slots=True)
class Staff:
    """Schedule ids of the large site."""

    site: Site
    dosing_rooms: list[int]
    video_rooms: list[int]
    therapists: list[int]
    nurses: list[int]
    prescribers: list[int]


def staff_of() -> Staff:
    """The large site of a database that has been filled."""
    site = Site.objects.get(name=NAME)
    rooms = Schedule.objects.filter(location__site=site).order_by("pk")
    people = Schedule.objects.filter(working_hours__site=site).distinct().order_by("pk")

    def by_role(role: str) -> list[int]:
        found = people.filter(practitioner__user__roles=[role])
        return list(found.values_list("pk", flat=True))

    def by_kind(kind: str) -> list[int]:
        return list(rooms.filter(location__kind=kind).values_list("pk", flat=True))

    return Staff(
        site,
        by_kind(LocationKind.DOSING),
        by_kind(LocationKind.VIDEO),
        by_role(Role.THERAPIST),
        by_role(Role.NURSE),
        by_role(Role.PRESCRIBER),
    )


def make_site(now: datetime) -> Staff:
    site = Site.objects.create(
        name=NAME,
        discreet_name="Larkfield",
        time_zone=str(ZONE),
        phone="(212) 555-0100",
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(site=site, weekday=day, opens=OPENS, closes=CLOSES)
        for day, _ in WEEKDAYS
    )
    return Staff(
        site,
        [_room(site, n, LocationKind.DOSING, 1) for n in range(DOSING_ROOMS)],
        [_room(site, n, LocationKind.VIDEO, VIDEO_LANES) for n in range(VIDEO_ROOMS)],
        [_person(site, n, Role.THERAPIST, 1, now) for n in range(THERAPISTS)],
        [_person(site, n, Role.NURSE, NURSE_LANES, now) for n in range(NURSES)],
        [_person(site, n, Role.PRESCRIBER, 1, now) for n in range(PRESCRIBERS)],
    )


def _room(site: Site, number: int, kind: str, capacity: int) -> int:
    name = f"{'Dosing' if kind == LocationKind.DOSING else 'Video'} {number + 1}"
    room = Location.objects.create(site=site, name=name, kind=kind, position=number)
    schedule = Schedule.objects.create(
        kind=ActorKind.LOCATION, location=room, capacity=capacity
    )
    return schedule.pk


def _person(site: Site, number: int, role: str, capacity: int, now: datetime) -> int:
    user = User.objects.create(
        email=f"{role}.{number}@dense.example",
        name=f"{GIVEN[number % len(GIVEN)]} Benchley {number + 1}",
        roles=[role],
        password="!",
    )
    title = {Role.THERAPIST: "LMFT", Role.NURSE: "RN", Role.PRESCRIBER: "MD"}[
        Role(role)
    ]
    practitioner = Practitioner.objects.create(user=user, qualification=title)
    kinds = [CredentialKind.LICENCE, CredentialKind.BLS]
    kinds += [CredentialKind.DEA] if role == Role.PRESCRIBER else []
    Credential.objects.bulk_create(
        Credential(
            practitioner=practitioner,
            kind=kind,
            number=f"DENSE-{number}",
            valid_from=now.date() - timedelta(days=400),
            expires_on=now.date() + timedelta(days=1200),
        )
        for kind in kinds
    )
    schedule = Schedule.objects.create(
        kind=ActorKind.PRACTITIONER, practitioner=practitioner, capacity=capacity
    )
    WorkingHours.objects.bulk_create(
        WorkingHours(
            schedule=schedule, site=site, weekday=day, starts=OPENS, ends=CLOSES
        )
        for day, _ in WEEKDAYS
    )
    return schedule.pk
