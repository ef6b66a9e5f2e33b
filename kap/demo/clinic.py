"""The demo's sites, rooms and people."""

from __future__ import annotations

from datetime import date, time
from typing import Final
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

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
from kap.demo.world import Actor, DemoSite, DemoWorld

PASSWORD: Final = "paper-moon-garden-7"  # noqa: S105 -- the demo's, printed on its first page
ZONE: Final = "America/New_York"
ZONES_BY_DAYLIGHT: Final = (
    ZONE,
    "America/Los_Angeles",
    "Pacific/Honolulu",
    "Australia/Sydney",
    "Asia/Kolkata",
    "Europe/London",
)
"""A first start shows a clinic in the middle of its day, whatever the hour here."""
FULL_DAY: Final = range(9, 16)
OPENS, CLOSES = time(8), time(18)
ROOMS: Final = (
    ("Cedar", LocationKind.DOSING, 1),
    ("Willow", LocationKind.DOSING, 1),
    ("Alder", LocationKind.DOSING, 1),
    ("Birch", LocationKind.THERAPY, 1),
    ("Video", LocationKind.VIDEO, 6),
)
THERAPISTS: Final = (
    "Nora Exemplar",
    "Theo Samplet",
    "Sol Pretendy",
    "Mira Figment",
    "Otis Nonesuch",
    "Lena Fauxley",
)
PRESCRIBERS: Final = ("Dr Iris Mockwell", "Dr Hugo Plausible", "Dr Ada Hypothet")
NURSES: Final = ("Kit Dummond", "Ines Fixturely", "Amir Testingham")
SIGN_INS: Final = (
    ("front.desk@demo.example", "Wren Paperfold", Role.FRONT_DESK),
    ("therapist@demo.example", "Nora Exemplar", Role.THERAPIST),
    ("prescriber@demo.example", "Dr Iris Mockwell", Role.PRESCRIBER),
    ("nurse@demo.example", "Kit Dummond", Role.NURSE),
    ("director@demo.example", "Dr Quinn Standin", Role.MEDICAL_DIRECTOR),
    ("compliance@demo.example", "Robin Vignette", Role.COMPLIANCE),
    ("admin@demo.example", "Alex Sandboxer", Role.ADMIN),
)
"""Addresses to sign in with; all share the demo's password."""
CAPACITY: Final = {Role.NURSE: 3}


def make_clinic(world: DemoWorld, *, site_count: int) -> None:
    """Sites with four rooms (and video), six therapists, three prescribers and nurses."""
    hashed = make_password(PASSWORD)
    world.zone_name = _zone(world)
    _make_office(world, hashed)
    for number in range(1, site_count + 1):
        world.sites.append(_make_site(world, number, hashed))


def _zone(world: DemoWorld) -> str:
    """New York, or for a first start at night the first zone where it is day."""
    if not world.is_small:
        return ZONE
    for name in ZONES_BY_DAYLIGHT:
        if world.now.astimezone(ZoneInfo(name)).hour in FULL_DAY:
            return name
    return ZONE


def _make_office(world: DemoWorld, hashed: str) -> None:
    """The sign-ins that have no diary of their own."""
    for email, name, role in SIGN_INS:
        if role in (Role.THERAPIST, Role.PRESCRIBER, Role.NURSE):
            continue
        user = User(
            id=world.uuid(), email=email, name=name, roles=[role], password=hashed
        )
        user.is_staff = role == Role.ADMIN
        user.is_superuser = role == Role.ADMIN
        user.save()
        world.users[role] = user


def _make_site(world: DemoWorld, number: int, hashed: str) -> DemoSite:
    name = "Larkfield Clinic" if number == 1 else f"Larkfield Clinic {number}"
    site = Site.objects.create(
        id=world.uuid(),
        name=name,
        discreet_name="Larkfield",
        time_zone=world.zone_name,
        address=f"{number} Cardboard Street, Sampleton",
        phone="(212) 555-0100",
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(site=site, weekday=day, opens=OPENS, closes=CLOSES)
        for day, _ in WEEKDAYS
    )
    rooms = [_make_room(world, site, place, *room) for place, room in enumerate(ROOMS)]
    people = {
        role: [_make_person(world, site, number, role, name, hashed) for name in names]
        for role, names in (
            (Role.THERAPIST, THERAPISTS),
            (Role.NURSE, NURSES),
            (Role.PRESCRIBER, PRESCRIBERS),
        )
    }
    return DemoSite(
        site=site,
        zone=ZoneInfo(world.zone_name),
        dosing_rooms=rooms[:3],
        talk_rooms=rooms[3:],
        therapists=people[Role.THERAPIST],
        nurses=people[Role.NURSE],
        prescribers=people[Role.PRESCRIBER],
    )


def _make_room(
    world: DemoWorld, site: Site, place: int, name: str, kind: str, capacity: int
) -> Actor:
    location = Location.objects.create(
        id=world.uuid(), site=site, name=name, kind=kind, position=place
    )
    schedule = Schedule.objects.create(
        kind=ActorKind.LOCATION, location=location, capacity=capacity
    )
    return Actor(schedule.pk, name)


def _make_person(
    world: DemoWorld, site: Site, number: int, role: str, name: str, hashed: str
) -> Actor:
    user = User.objects.create(
        id=world.uuid(),
        email=_email(number, role, name),
        name=name,
        roles=[role],
        password=hashed,
    )
    practitioner = Practitioner.objects.create(
        id=world.uuid(), user=user, qualification=_qualification(role)
    )
    _make_credentials(world, practitioner, role)
    schedule = Schedule.objects.create(
        kind=ActorKind.PRACTITIONER,
        practitioner=practitioner,
        capacity=CAPACITY.get(Role(role), 1),
    )
    WorkingHours.objects.bulk_create(
        WorkingHours(
            schedule=schedule, site=site, weekday=day, starts=OPENS, ends=CLOSES
        )
        for day, _ in WEEKDAYS
    )
    if number == 1:
        world.users.setdefault(role, user)
    return Actor(schedule.pk, name, user)


def _email(number: int, role: str, name: str) -> str:
    for email, known, wanted in SIGN_INS:
        if number == 1 and known == name and wanted == role:
            return email
    words = name.lower().replace("dr ", "").split()
    return f"{'.'.join(words)}.{number}@demo.example"


def _qualification(role: str) -> str:
    return {Role.THERAPIST: "LMFT", Role.NURSE: "RN", Role.PRESCRIBER: "MD"}[Role(role)]


def _make_credentials(world: DemoWorld, practitioner: Practitioner, role: str) -> None:
    kinds = [CredentialKind.LICENCE, CredentialKind.BLS]
    if role == Role.PRESCRIBER:
        kinds += [CredentialKind.DEA, CredentialKind.ACLS]
    if role == Role.THERAPIST:
        kinds.append(CredentialKind.KAP_TRAINING)
    year = world.now.year
    Credential.objects.bulk_create(
        Credential(
            id=world.uuid(),
            practitioner=practitioner,
            kind=kind,
            number=f"DEMO-{world.random.randrange(10**6):06d}",
            issued_by="State of Sampleton",
            valid_from=date(year - 1, 1, 1),
            expires_on=date(year + 1, 12, 31),
        )
        for kind in kinds
    )
