"""The list of medicines on the day of a dose, the patient's sheet, and the chart's panel."""

from __future__ import annotations

from datetime import timedelta

import pytest

from screening.enums_medicines import MedicineRoute
from screening.queries import MedicineDay, medicine_day
from screening.rules.medicines.answers import Answer, Plan, Resolved
from screening.tests.test_medicines import (
    HELD,
    USUAL,
    episode,
    go_through,
    nurse,
    prescriber,
    takes,
)

pytestmark = pytest.mark.django_db
__all__ = ["episode", "nurse", "prescriber"]


def day(episode, now):
    return medicine_day(episode.pk, on=now.date())


def held(today, **changes):
    values = {
        "resolved": Resolved.MATCH,
        "plan": Plan.HOLD,
        "hold_before_h": 24,
        "restart": "at night",
        "reason": "Decided with the patient.",
        "today": today,
    }
    return Answer(**{**values, **changes})


def test_what_was_never_gone_through_is_gone_through_on_the_day(episode, nurse, now):
    assert day(episode, now) == MedicineDay.SETTLED
    rows = takes(episode, now, "Sertraline")
    assert day(episode, now) == MedicineDay.NEW

    go_through(episode, rows, nurse, now, USUAL)
    assert day(episode, now) == MedicineDay.SETTLED
    takes(episode, now, "Ativan")
    assert day(episode, now) == MedicineDay.NEW


def test_what_was_to_be_held_is_asked_on_each_day(episode, prescriber, now):
    rows = takes(episode, now, "Adderall")
    go_through(episode, rows, prescriber, now, HELD)
    assert day(episode, now) == MedicineDay.HOLDS

    go_through(episode, rows, prescriber, now, held("held"), visit_on=now.date())

    assert day(episode, now) == MedicineDay.PASS
    assert day(episode, now + timedelta(days=7)) == MedicineDay.HOLDS


@pytest.mark.parametrize(
    ("today", "state"),
    [
        ("ok", MedicineDay.PASS),
        ("taken", MedicineDay.PASS),
        ("not-recorded", MedicineDay.INCOMPLETE),
    ],
)
def test_a_prescriber_decides_what_was_taken_although_held(
    episode, prescriber, now, today, state
):
    rows = takes(episode, now, "Xanax")

    go_through(episode, rows, prescriber, now, held(today), visit_on=now.date())

    assert day(episode, now) == state


def test_a_nurse_alone_does_not_pass_a_hold(episode, nurse, prescriber, now):
    rows = takes(episode, now, "Adderall")
    go_through(episode, rows, prescriber, now, HELD)

    said = held("taken", plan=Plan.CONTINUE, hold_before_h=None, restart="", reason="")
    go_through(
        episode, rows, nurse, now, said, visit_on=now.date(), route=MedicineRoute.IM
    )

    assert day(episode, now) == MedicineDay.PRESCRIBER


def test_the_day_costs_one_query(episode, prescriber, now, django_assert_num_queries):
    rows = takes(episode, now, "Adderall", "Xanax", "Sertraline")
    go_through(episode, rows, prescriber, now, HELD, HELD, USUAL)

    with django_assert_num_queries(1):
        day(episode, now)
