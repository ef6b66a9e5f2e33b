"""Patients without a course, so that a search can be measured among many."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from kap.clinic.enums import ActorKind
from kap.clinic.models import Schedule, Site
from kap.demo import names
from kap.demo.copy import copy_rows
from kap.patients.models import Patient
from kap.patients.search import search_text
from kap.patients.services.registration import next_numbers

AT_A_TIME: Final = 10_000


def make(count: int, *, now: datetime) -> None:
    random = Random(7)
    site = Site.objects.order_by("name").first()
    for done in range(0, count, AT_A_TIME):
        size = min(AT_A_TIME, count - done)
        schedules = [Schedule(kind=ActorKind.PATIENT) for _ in range(size)]
        copy_rows(Schedule, schedules)
        patients = [
            _patient(random, number, schedule, site, now)
            for number, schedule in zip(next_numbers(size), schedules, strict=True)
        ]
        copy_rows(Patient, patients)


def _patient(
    random: Random, number: int, schedule: Schedule, site: Site | None, now: datetime
) -> Patient:
    given, family = names.full_name(random)
    birth_date = date(1945, 1, 1) + timedelta(days=random.randrange(59 * 365))
    phone, email = names.phone(random), f"{given}.{number}@example.org".lower()
    return Patient(
        id=uuid.uuid4(),
        number=number,
        given_name=given,
        family_name=family,
        birth_date=birth_date,
        email=email,
        phone=phone,
        site=site,
        schedule=schedule,
        registered_at=now,
        search_text=search_text(
            given_name=given,
            family_name=family,
            number=number,
            birth_date=birth_date,
            phone=phone,
            email=email,
        ),
    )
