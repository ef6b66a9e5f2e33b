"""What excludes a course, and what giving it up brings: both against trying every set."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from itertools import chain, combinations
from random import Random

import pytest

from sessions.rules.plan_results import Planned
from sessions.rules.plan_types import Pin, Times
from sessions.rules.planner import plan_course
from sessions.rules.planner_grid import CellState, RuleCode, refusals, step_grid
from sessions.rules.planner_relax import cheapest_ways, smallest_conflict
from sessions.tests.planner_clinics import Clinic, standard_request

WISHES = ["days", "therapist", "language", "room"]


def every_set(wishes):
    return chain.from_iterable(combinations(wishes, n) for n in range(len(wishes) + 1))


@pytest.mark.parametrize("seed", range(60))
def test_the_conflict_is_a_smallest_one_and_none_of_it_can_be_spared(seed):
    rng = Random(seed)
    bad = [
        frozenset(rng.sample(WISHES, rng.randint(1, 4)))
        for _ in range(rng.randint(0, 2))
    ]

    def is_possible(kept):
        return not any(one <= kept for one in bad)

    found = smallest_conflict(WISHES, is_possible)

    sizes = [
        len(kept) for kept in every_set(WISHES) if not is_possible(frozenset(kept))
    ]
    if not sizes:
        assert found is None
        return
    assert found is not None
    assert not is_possible(frozenset(found))
    assert all(is_possible(frozenset(found) - {one}) for one in found)
    if min(sizes) <= 2:
        assert len(found) == min(sizes)


def test_no_course_even_without_any_wish_has_an_empty_conflict():
    assert smallest_conflict(WISHES, lambda kept: False) == ()


def with_wishes(request, kept):
    """The days and the hours of the day as wishes that can be given up."""
    days = frozenset({2}) if "days" in kept else None
    until = time(12) if "hours" in kept else None
    steps = tuple(
        replace(step, allowed=Times(days, None, until)) for step in request.steps
    )
    return replace(request, steps=steps, proposals=1)


def test_each_way_out_is_planned_and_the_best_comes_first():
    request = standard_request(3, Clinic(fill=0.2, therapists=2), dosings=2)

    def plan_without(given_up):
        kept = {"days", "hours"} - given_up
        return plan_course(with_wishes(request, kept))

    ways = cheapest_ways(["days", "hours"], plan_without)

    assert [way.given_up for way in ways] == [("days",)]
    answer = plan_without(frozenset({"days"}))
    assert isinstance(answer, Planned)
    assert ways[0].plan == answer.proposals[0]


@pytest.mark.parametrize("seed", range(4))
def test_a_start_that_fits_can_be_pinned_and_the_rest_is_planned_around_it(seed):
    request = standard_request(seed, Clinic(fill=0.3, therapists=1), dosings=3)
    answer = plan_course(replace(request, proposals=1))
    assert isinstance(answer, Planned)
    plan = answer.proposals[0]
    grid = step_grid(request, "dosing-2", plan.team)
    starts = {visit.step_key: visit.start for visit in plan.visits}

    fitting = grid.fitting()

    assert starts["dosing-2"] in fitting
    for at in fitting[:: max(len(fitting) // 8, 1)]:
        pinned = replace(request, proposals=1, pins=(Pin("dosing-2", at),))
        found = plan_course(pinned)
        assert isinstance(found, Planned)
        assert (
            next(v.start for v in found.proposals[0].visits if v.step_key == "dosing-2")
            == at
        )


def test_a_refused_start_names_who_is_taken_and_which_rule_is_broken():
    request = standard_request(1, Clinic(fill=0.3, therapists=1), dosings=3)
    answer = plan_course(replace(request, proposals=1))
    assert isinstance(answer, Planned)
    plan = answer.proposals[0]
    grid = step_grid(request, "dosing-2", plan.team)
    starts = {visit.step_key: visit.start for visit in plan.visits}

    soon = starts["dosing-1"] + timedelta(hours=24)
    _, rules = refusals(grid, soon, plan.team, starts)
    assert (RuleCode.TOO_SOON, "dosing-1") in {(r.code, r.to_step) for r in rules}

    night = starts["dosing-2"].replace(hour=7)
    assert grid.state(night) is CellState.TAKEN
    people, _ = refusals(grid, night, plan.team, starts)
    assert {one.role for one in people} >= {"therapist", "room"}
