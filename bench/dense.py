"""A large site with a day of 400 visits, a day of 60, and free days to book into.

Every visit stands in its diaries as booking would have left it: the exclusion constraint
is on while they are written.  The days lie far ahead, where the demo has no visits.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from psycopg2.extras import DateTimeTZRange

from bench.dense_site import (
    DOSING_ROOMS,
    NURSE_LANES,
    OPENS,
    PRESCRIBERS,
    THERAPISTS,
    VIDEO_LANES,
    ZONE,
    Staff,
    make_site,
    staff_of,
)
from kap.accounts.models import User
from kap.clinic.models import Site, Slot
from kap.patients.models import EpisodeOfCare, Patient
from screening.models import EligibilityDetermination
from sessions.models import Appointment, AppointmentParticipant

DOSE_STARTS: Final = (time(8, 30), time(11, 30), time(14, 30))
FAR: Final = timedelta(days=200)
"""How far ahead the dense days are: the day of 400, then the day of 60."""
TALK, DOSE, REVIEW = (timedelta(minutes=length) for length in (60, 150, 30))
TURNOVER, PRESENT = timedelta(minutes=15), timedelta(minutes=60)

Part = tuple[str, int, int, datetime, datetime]
"""Role, schedule, lane, start, end."""


@dataclass(frozen=True, slots=True)
class Visit:
    kind: str
    starts_at: datetime
    ends_at: datetime
    parts: list[Part]


def dense_days(today: date) -> tuple[date, date]:
    """The day of 400 visits and the day of 60."""
    return today + FAR, today + FAR + timedelta(days=1)


def at(day: date, wall: time) -> datetime:
    return datetime.combine(day, wall, ZONE).astimezone(UTC)


def make(*, now: datetime) -> None:
    """Fill an already seeded database."""
    staff = make_site(now)
    many, few = dense_days(now.astimezone(ZONE).date())
    cleared, others = _episodes()
    _move_here(staff.site, cleared, others)
    for day, counts in ((many, (60, 140, 200)), (few, (15, 30, 15))):
        visits = _day(staff, day, *counts)
        _insert(staff, visits, cleared, others, now=now)


def _episodes() -> tuple[list[EpisodeOfCare], list[EpisodeOfCare]]:
    """Open courses: those with a prescriber's decision, and the others."""
    decided = set(EligibilityDetermination.objects.values_list("episode", flat=True))
    found = list(
        EpisodeOfCare.objects.open()
        .select_related("patient")
        .order_by("patient__number")
    )
    cleared = [episode for episode in found if episode.pk in decided]
    return cleared, [episode for episode in found if episode.pk not in decided]


def _move_here(site: Site, *pools: list[EpisodeOfCare]) -> None:
    """Every second open course is treated here: a visit is booked at its course's site."""
    for pool in pools:
        del pool[1::2]
        patients = [episode.patient_id for episode in pool]
        EpisodeOfCare.objects.filter(pk__in=[one.pk for one in pool]).update(site=site)
        Patient.objects.filter(pk__in=patients).update(site=site)


def dose(staff: Staff, day: date, wall: time, place: int) -> Visit:
    """The ``place``-th of the doses that start at this time."""
    start = at(day, wall)
    end = start + DOSE
    nurse, lane = staff.nurses[place // NURSE_LANES], place % NURSE_LANES
    prescriber = staff.prescribers[place % PRESCRIBERS]
    later = start + PRESENT * (place // PRESCRIBERS)
    parts: list[Part] = [
        ("room", staff.dosing_rooms[place], 0, start - TURNOVER, end + TURNOVER),
        ("therapist", staff.therapists[place], 0, start, end),
        ("nurse", nurse, lane, start - TURNOVER, end),
        ("prescriber", prescriber, 0, later, later + PRESENT),
    ]
    return Visit("dosing", start, end, parts)


def talk(staff: Staff, day: date, hour: int, place: int, *, kind: str) -> Visit:
    """A therapist's hour; ``place`` counts those that start together."""
    start = at(day, time(OPENS.hour + hour))
    room, lane = staff.video_rooms[place // VIDEO_LANES], place % VIDEO_LANES
    parts: list[Part] = [
        ("room", room, lane, start, start + TALK),
        ("therapist", staff.therapists[place], 0, start, start + TALK),
    ]
    return Visit(kind, start, start + TALK, parts)


def _reviews(staff: Staff, day: date) -> Iterator[Visit]:
    """Half hours of prescribers who have no dose to attend, after the talks' lanes."""
    lane = 0
    for half_hour in range(20):
        start = at(day, time(8 + half_hour // 2, 30 * (half_hour % 2)))
        for place in range(6, PRESCRIBERS):
            parts: list[Part] = [
                ("room", staff.video_rooms[1], 20 + lane % 10, start, start + REVIEW),
                ("prescriber", staff.prescribers[place], 0, start, start + REVIEW),
            ]
            lane += 1
            yield Visit("follow-up", start, start + REVIEW, parts)


def _day(staff: Staff, day: date, doses: int, talks: int, reviews: int) -> list[Visit]:
    """Doses take the first therapists and six prescribers in turn; talks the rest."""
    visits = [
        dose_for_six(staff, day, DOSE_STARTS[n % 3], n // 3) for n in range(doses)
    ]
    visits += [
        talk(
            staff, day, n % 10, 20 + n // 10, kind=("preparation", "integration")[n % 2]
        )
        for n in range(talks)
    ]
    visits += [
        visit for visit, _ in zip(_reviews(staff, day), range(reviews), strict=False)
    ]
    return visits


def dose_for_six(staff: Staff, day: date, wall: time, place: int) -> Visit:
    """A dose whose prescriber is one of six, in the order of the rooms, an hour each."""
    visit = dose(staff, day, wall, place)
    first = DOSE_STARTS.index(wall)
    hours = [at(day, time(8)) + PRESENT * n for n in range(10)]
    turn = first * DOSING_ROOMS + place
    begin = hours[turn // 6]
    own: Part = ("prescriber", staff.prescribers[turn % 6], 0, begin, begin + PRESENT)
    parts = [part for part in visit.parts if part[0] != "prescriber"]
    return Visit(visit.kind, visit.starts_at, visit.ends_at, [*parts, own])


def _insert(
    staff: Staff,
    visits: Sequence[Visit],
    cleared: Sequence[EpisodeOfCare],
    others: Sequence[EpisodeOfCare],
    *,
    now: datetime,
) -> None:
    pools = {True: iter(cleared), False: iter([*others, *reversed(cleared)])}
    booked_by = User.objects.get(email="front.desk@demo.example")
    appointments, slots, owners = [], [], []
    for visit in visits:
        episode = next(pools[visit.kind == "dosing"])
        appointment = Appointment(
            id=uuid.uuid4(),
            patient=episode.patient,
            episode=episode,
            site=staff.site,
            kind=visit.kind,
            starts_at=visit.starts_at,
            ends_at=visit.ends_at,
            booked_at=now,
            booked_by=booked_by,
        )
        appointments.append(appointment)
        own = (
            "patient",
            episode.patient.schedule_id,
            0,
            visit.starts_at,
            visit.ends_at,
        )
        for role, schedule, lane, start, end in [own, *visit.parts]:
            period = DateTimeTZRange(start, end)
            slots.append(Slot(schedule_id=schedule, lane=lane, period=period))
            owners.append((appointment, role))
    Appointment.objects.bulk_create(appointments)
    Slot.objects.bulk_create(slots)
    AppointmentParticipant.objects.bulk_create(
        AppointmentParticipant(
            appointment=appointment, role=role, schedule_id=slot.schedule_id, slot=slot
        )
        for slot, (appointment, role) in zip(slots, owners, strict=True)
    )


__all__ = [
    "DOSE_STARTS",
    "DOSING_ROOMS",
    "PRESCRIBERS",
    "THERAPISTS",
    "ZONE",
    "Staff",
    "Visit",
    "at",
    "dense_days",
    "dose",
    "make",
    "staff_of",
    "talk",
]
