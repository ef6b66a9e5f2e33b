"""Visits that stay where they are while the rest is planned."""

from __future__ import annotations

import pytest

from sessions.rules.plan_results import Impossible
from sessions.rules.plan_types import (
    Gap,
    Pin,
)
from sessions.tests.planner_small import (
    DAY,
    DOSING,
    PREPARATION,
    at,
    diary,
    first_of,
    grid_of,
    plan,
    starts,
    step,
    two_visits,
)


def test_a_pinned_visit_stays_and_the_rest_is_planned_round_it():
    grid = grid_of(14)
    gap = Gap("prepare", DAY, 2 * DAY, 5 * DAY)
    steps = [step("prepare", PREPARATION, 60), step("dose", DOSING, 180, gap)]
    pins = (Pin("dose", at(14, 10)),)

    times = starts(plan(grid, steps, pins=pins))

    assert times == {"prepare": at(12, 10), "dose": at(14, 10)}


def test_a_visit_already_booked_is_not_in_its_own_way_and_keeps_its_therapist():
    grid = grid_of(7)
    ann = diary("ann", grid.mask(at(5, 9), at(5, 10)))
    patient = diary("patient", grid.mask(at(5, 9), at(5, 10)))
    pins = (Pin("one", at(5, 9), {"patient": "patient", "therapist": "ann"}),)

    answer = plan(
        grid,
        two_visits(same=True),
        patient,
        ann,
        diary("ben"),
        pins=pins,
        earliest=at(6),
        proposals=1,
    )

    one, two = first_of(answer).visits
    assert (one.pinned, one.start, one.resources[1].lane) == (True, at(5, 9), -1)
    assert (two.start, two.resources[1].resource_id) == (at(6, 9), "ann")


def test_a_pin_where_somebody_is_busy_is_refused_and_named():
    grid = grid_of(7)
    patient = diary("patient", grid.mask(at(6, 9), at(6, 10)))
    pins = (Pin("dose", at(6, 9, 30)),)

    answer = plan(grid, [step("dose", DOSING, 60)], patient, pins=pins)

    assert isinstance(answer, Impossible)
    assert (answer.step_key, answer.reason.roles) == ("dose", ("patient",))


def test_a_pin_off_the_grid_is_the_callers_mistake():
    with pytest.raises(ValueError, match="on the grid"):
        plan(grid_of(2), [step("x", DOSING, 60)], pins=(Pin("x", at(5, 9, 7)),))
