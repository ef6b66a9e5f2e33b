from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from screening.queries.facts import gather_facts
from sessions import services
from sessions.dosing_facts import doses_of
from sessions.tests.dosing_room import make_dosing_room
from sessions.tests.factories import NOW

pytestmark = pytest.mark.django_db


def count(room, days=0):
    on = (NOW + timedelta(days=days)).date()
    return gather_facts(room.episode, on=on).dosings_12m


def test_a_visit_with_a_dose_counts_once_for_twelve_months():
    room = make_dosing_room()
    assert count(room) == 0

    room.give(room.make_ready())

    assert count(room) == 1
    assert count(room, days=364) == 1
    assert count(room, days=366) == 0
    assert count(room, days=-2) == 0


def test_doses_of_a_course_cost_one_query(django_assert_num_queries):
    room = make_dosing_room()
    room.give(room.make_ready())

    with django_assert_num_queries(1):
        doses_of(room.episode)


def test_a_dose_that_was_put_right_counts_once():
    room = make_dosing_room()
    order = room.make_ready()
    wrong = room.give(order)

    services.void_dose(
        appointment_id=room.pk,
        dose_id=wrong.pk,
        reason="Typed 35, gave 30",
        corrected=room.given(order, dose_mg=Decimal(30)),
        by=room.nurse,
        now=NOW + timedelta(minutes=5),
    )

    assert count(room) == 1
