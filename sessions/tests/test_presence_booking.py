"""Presence where doses are booked: a prescriber on site, nurses within their ratio."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kap.clinic.models import Absence, Schedule, WorkingHours
from sessions import services
from sessions.enums import VisitKind
from sessions.models import Appointment
from sessions.queries.diary import ON_SITE, make_grid, read_diaries
from sessions.tests.factories import (
    NOW,
    TOMORROW_AT_10,
    Clinic,
    clear,
    make_clinic,
    make_episode,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def clinic() -> Clinic:
    clinic = make_clinic(rooms=4, therapists=4, nurses=1)
    Schedule.objects.filter(pk=clinic.nurses[0].pk).update(capacity=3)
    return clinic


def book_dose(clinic: Clinic, place: int, *, minutes: int = 0) -> Appointment:
    """A dose in room ``place`` with therapist ``place`` and the one nurse there is."""
    episode = make_episode(clinic.site)
    clear(episode, by=clinic.by)
    start = TOMORROW_AT_10 + timedelta(minutes=minutes)
    end = start + 2 * HOUR
    chosen = {"room": clinic.rooms[place], "therapist": clinic.therapists[place]}
    parts = [
        part for part in clinic.parts(start, end, **chosen) if part[0] != "prescriber"
    ]
    nurse = ("nurse", clinic.nurses[0].pk, start, end)
    doctor = ("prescriber", clinic.prescribers[0].pk, start, start + HOUR)
    return services.book_appointment(
        patient=episode.patient,
        episode=episode,
        kind=VisitKind.DOSING,
        site=clinic.site,
        starts_at=start,
        ends_at=end,
        participants=[*parts, nurse, doctor],
        by=clinic.by,
        now=NOW,
    )


def test_a_third_dose_at_the_peak_is_refused_though_the_nurse_has_a_lane(
    clinic: Clinic,
) -> None:
    book_dose(clinic, 0)
    book_dose(clinic, 1)

    with pytest.raises(
        services.CannotBook, match="too many patients at Tue 24 Nov 10:00"
    ):
        book_dose(clinic, 2)
    with pytest.raises(services.CannotBook, match="too many patients"):
        book_dose(clinic, 2, minutes=60)
    assert Appointment.objects.count() == 2


def test_the_search_for_places_knows_when_a_nurse_is_full_at_peaks(
    clinic: Clinic,
) -> None:
    book_dose(clinic, 0)
    book_dose(clinic, 1)
    day = TOMORROW_AT_10.astimezone(clinic.site.zone).date()
    grid = make_grid(clinic.site, first=day, days=1)
    patient = make_episode(clinic.site).patient.schedule_id

    found = read_diaries(clinic.site, grid, patient_schedule_id=patient)

    nurse = next(d for d in found.diaries if d.resource_id == str(clinic.nurses[0].pk))
    at, later = grid.floor(TOMORROW_AT_10), grid.floor(TOMORROW_AT_10 + 90 * HOUR / 60)
    assert nurse.peak_busy >> at & 1
    assert all(lane >> at & 1 for lane in nurse.lanes), (
        "two at the peak: no third at all"
    )
    assert nurse.peak_busy >> later & 1
    assert not all(lane >> later & 1 for lane in nurse.lanes), "a third may recover"


def test_no_prescriber_on_site_for_the_second_hour_is_refused(clinic: Clinic) -> None:
    for doctor in clinic.prescribers:
        WorkingHours.objects.filter(schedule=doctor).update(ends="11:30")

    with pytest.raises(
        services.CannotBook,
        match="No prescriber is on site from Tue 24 Nov 11:30 to 12:00",
    ):
        book_dose(clinic, 0)
    assert book_dose(clinic, 0, minutes=-60).pk


def test_another_prescriber_covers_and_an_absence_uncovers(clinic: Clinic) -> None:
    first, second = clinic.prescribers
    WorkingHours.objects.filter(schedule=first).update(ends="11:30")
    assert book_dose(clinic, 0).pk

    Absence.objects.create(
        schedule=second,
        period=(TOMORROW_AT_10 + HOUR, TOMORROW_AT_10 + 5 * HOUR),
        reason="Dentist",
        created_at=NOW,
        created_by=clinic.by,
    )
    with pytest.raises(services.CannotBook, match="No prescriber is on site"):
        book_dose(clinic, 1)


def test_the_planner_sees_a_prescriber_on_site_also_when_every_one_is_busy(
    clinic: Clinic,
) -> None:
    for doctor in clinic.prescribers:
        Schedule.objects.filter(pk=doctor.pk).update(capacity=1)
    book_dose(clinic, 0)
    day = TOMORROW_AT_10.astimezone(clinic.site.zone).date()
    grid = make_grid(clinic.site, first=day, days=1)
    patient = make_episode(clinic.site).patient.schedule_id

    found = read_diaries(clinic.site, grid, patient_schedule_id=patient)

    there = next(d for d in found.diaries if d.resource_id == ON_SITE)
    assert not there.lanes[0] >> grid.floor(TOMORROW_AT_10) & 1
