"""What a filled database has to offer: days to look at, patients, free places to book."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import cycle
from random import Random
from typing import Final

from django.db.models import Count

from bench import dense
from kap.clinic.models import Site
from kap.demo.clinic import PASSWORD
from kap.patients.models import EpisodeOfCare, Patient
from screening.models import EligibilityDetermination
from sessions.models import Appointment

EMAIL: Final = "front.desk@demo.example"
TALK_DAYS, DOSE_DAYS, RACE_DAYS = range(240, 400), range(400, 560), range(560, 700)
"""Days from today that nothing but the benchmark books into (within two years)."""
MOST_PLACES: Final = 30_000


@dataclass(frozen=True, slots=True)
class Place:
    """One free place: what the booking form sends."""

    patient: str
    what: str
    minutes: int
    place: str


@dataclass(frozen=True, slots=True)
class Plan:
    email: str
    password: str
    day_400: str
    day_60: str
    site: str
    home_site: str
    chart: str
    words: list[str]
    talks: list[Place]
    doses: list[Place]
    patients: list[str]
    rooms: list[int]
    video_rooms: list[int]
    therapists: list[int]
    prescribers: list[int]
    race_starts: list[str]


def as_json(*, now: datetime) -> str:
    return json.dumps(asdict(make(now=now)))


def make(*, now: datetime) -> Plan:
    staff = dense.staff_of()
    today = now.astimezone(dense.ZONE).date()
    many, few = dense.dense_days(today)
    many, few = _real_days(staff) or (many, few)
    open_ids = [
        str(pk)
        for pk in EpisodeOfCare.objects.open()
        .filter(site=staff.site)
        .order_by("patient__number")
        .values_list("patient", flat=True)
    ]
    cleared = [
        str(pk)
        for pk in EligibilityDetermination.objects.filter(
            episode__in=EpisodeOfCare.objects.open().filter(site=staff.site),
            decision="eligible",
            expires_at__gt=now + timedelta(days=1),
        )
        .order_by("episode__patient__number")
        .values_list("episode__patient", flat=True)
        .distinct()
    ]
    newest = (
        Appointment.objects.filter(starts_at__lt=now + timedelta(days=100))
        .values("patient")
        .annotate(visits=Count("pk"))
        .order_by("-visits", "patient")
        .first()
    )
    assert newest is not None
    return Plan(
        email=EMAIL,
        password=PASSWORD,
        day_400=many.isoformat(),
        day_60=few.isoformat(),
        site=str(staff.site.pk),
        home_site=str(_home_site()),
        chart=str(newest["patient"]),
        words=_words(),
        talks=_mixed(_talks(staff, today, open_ids)),
        doses=_mixed(_doses(staff, today, cleared)),
        patients=open_ids[:400],
        rooms=staff.dosing_rooms,
        video_rooms=staff.video_rooms,
        therapists=staff.therapists,
        prescribers=staff.prescribers,
        race_starts=[
            f"{dense.at(today + timedelta(days=days), wall):%Y-%m-%dT%H:%M}"
            for days in RACE_DAYS
            for wall in dense.DOSE_STARTS
        ],
    )


def _real_days(staff: dense.Staff) -> tuple[date, date] | None:
    """The dense days as they were made; the database may be some days old."""
    starts = (
        Appointment.objects.filter(site=staff.site)
        .order_by("starts_at")
        .values_list("starts_at", flat=True)
    )
    days = sorted({start.astimezone(dense.ZONE).date() for start in starts})
    return (days[0], days[1]) if len(days) == 2 else None


def _home_site() -> object:
    return Site.objects.order_by("name").values_list("pk", flat=True).first()


def _words() -> list[str]:
    """Beginnings of names as people type them: family name, or given and family."""
    found = Patient.objects.order_by("-number").values_list("given_name", "family_name")
    words = []
    for given, family in found[:40]:
        words += [
            family[:4].lower(),
            f"{given[:3]} {family[:3]}".lower(),
            family.lower(),
        ]
    return words


def _talks(staff: dense.Staff, today: date, patients: list[str]) -> Iterator[Place]:
    """Twenty rooms of one and shared video rooms."""
    people = cycle(patients)
    for days in TALK_DAYS:
        for hour in range(10):
            for place in range(dense.THERAPISTS):
                day = today + timedelta(days=days)
                visit = dense.talk(staff, day, hour, place, kind="preparation")
                if place < dense.DOSING_ROOMS:
                    _, _, _, start, end = visit.parts[0]
                    visit.parts[0] = ("room", staff.dosing_rooms[place], 0, start, end)
                yield _place(next(people), visit, 60)


def _doses(staff: dense.Staff, today: date, patients: list[str]) -> Iterator[Place]:
    people = cycle(patients)
    together = min(dense.PRESCRIBERS, len(patients))
    for days in DOSE_DAYS if patients else ():
        for wall in dense.DOSE_STARTS:
            for place in range(together):
                visit = dense.dose(staff, today + timedelta(days=days), wall, place)
                yield _place(next(people), visit, 150)


def _mixed(places: Iterator[Place]) -> list[Place]:
    """In an order in which neighbours seldom want the same people, as in a clinic."""
    found = list(places)
    Random(5).shuffle(found)
    return found[:MOST_PLACES]


def _place(patient: str, visit: dense.Visit, minutes: int) -> Place:
    parts = "".join(f"~{role}:{schedule}" for role, schedule, *_ in visit.parts)
    return Place(
        patient=patient,
        what=f"kind:{visit.kind}",
        minutes=minutes,
        place=f"{visit.starts_at:%Y-%m-%dT%H:%M}{parts}",
    )
