"""What a visit tells the eligibility rules."""

from __future__ import annotations

from datetime import datetime

import pytest

from screening.codes import DIASTOLIC, SYSTOLIC
from screening.models import HistoryAnswer, Observation
from sessions import services
from sessions.models import VitalSigns
from sessions.tests.dosing_room import MINUTE, NOW, DosingRoom, make_dosing_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> DosingRoom:
    room = make_dosing_room()
    room.arrive()
    room.weigh()
    room.ask()
    room.come_in()
    return room


def press(room: DosingRoom, systolic: int, at: datetime) -> VitalSigns:
    return services.record_vitals(
        appointment_id=room.pk,
        vitals=services.Vitals(systolic_mmhg=systolic, diastolic_mmhg=80),
        taken_at=at,
        by=room.nurse,
        now=NOW,
    )


def kept() -> list[tuple[str, int]]:
    rows = Observation.objects.final().filter(external_key__startswith="vitals:")
    return sorted((row.code, int(row.value)) for row in rows)


def test_two_resting_pressures_are_seated_readings_of_the_record(
    room: DosingRoom,
) -> None:
    press(room, 132, NOW - 9 * MINUTE)
    assert kept() == []

    press(room, 128, NOW - 4 * MINUTE)

    assert kept() == [
        (DIASTOLIC, 80),
        (DIASTOLIC, 80),
        (SYSTOLIC, 128),
        (SYSTOLIC, 132),
    ]


def test_a_pressure_entered_in_error_is_an_error_there_too(room: DosingRoom) -> None:
    press(room, 132, NOW - 9 * MINUTE)
    wrong = press(room, 182, NOW - 4 * MINUTE)

    services.void_vitals(
        appointment_id=room.pk, vitals_id=wrong.pk, reason="Cuff slipped", by=room.nurse, now=NOW,
    )  # fmt: skip

    assert kept() == [(DIASTOLIC, 80), (SYSTOLIC, 132)]


def test_after_the_dose_a_pressure_says_nothing_of_eligibility(
    room: DosingRoom,
) -> None:
    room.measure(NOW - 10 * MINUTE)
    order = room.order()
    room.time_out(order)
    room.give(order)
    press(room, 170, NOW)
    press(room, 171, NOW)

    assert (SYSTOLIC, 170) not in kept()


def test_who_may_be_pregnant_is_not_known_to_be(room: DosingRoom) -> None:
    services.record_check(
        appointment_id=room.pk,
        facts=services.CheckFacts(may_be_pregnant=True),
        by=room.nurse,
        now=NOW,
    )

    said = HistoryAnswer.objects.filter(field="pregnant").latest("answered_at")
    assert said.value == "unknown"
