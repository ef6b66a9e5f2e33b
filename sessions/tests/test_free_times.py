"""Free times for one visit, and what closes the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from random import Random

import pytest

from sessions.rules.free_times import (
    Conflict,
    ConflictCode,
    FreeQuery,
    free_times,
    people_at,
    why_not,
)
from sessions.rules.plan_types import Anchor, RoleNeed, Times
from sessions.tests.planner_clinics import Clinic, standard_request
from sessions.tests.planner_oracle import people_fit
from sessions.tests.planner_small import (
    DOSING,
    PATIENT,
    at,
    diary,
    free_only,
    grid_of,
    step,
)


def morning_query(**more) -> FreeQuery:
    grid = grid_of(2)
    room = RoleNeed("room", ("birch", "cedar"), -15, 15)
    first_hour = RoleNeed("prescriber", ("pat",), to_min=60, to_anchor=Anchor.START)
    visit = step(
        "dose",
        DOSING,
        180,
        needs=(PATIENT, room, first_hour),
        allowed=Times(None, time(8), time(13)),
        ideal_time=time(9, 30),
    )
    people = (
        diary("patient"),
        diary("birch", grid.mask(at(5, 8), at(5, 9))),
        diary("cedar", grid.full),
        diary("pat", grid.mask(at(5, 11), at(5, 12))),
    )
    more.setdefault("step", visit)
    more.setdefault("diaries", people)
    return FreeQuery(grid=grid, first=at(5), last=at(6), **more)


def test_free_times_are_those_at_which_everybody_is_free_for_the_whole_stretch():
    found = [free.start for free in free_times(morning_query())]

    assert found == [at(5, 9, 15), at(5, 9, 30), at(5, 9, 45), at(5, 10)]


def test_the_best_rank_is_nearest_to_the_wished_time_then_earliest():
    ranks = {
        free.start: (free.rank, free.deviation) for free in free_times(morning_query())
    }

    assert ranks == {
        at(5, 9, 15): (2, 1),
        at(5, 9, 30): (1, 0),
        at(5, 9, 45): (3, 1),
        at(5, 10): (4, 2),
    }


def test_a_room_in_set_up_time_closes_a_start_and_every_room_is_named():
    conflicts = why_not(morning_query(), at(5, 9))

    assert conflicts == [
        Conflict(ConflictCode.BUSY, "room", "birch", at(5, 8, 45), at(5, 9)),
        Conflict(ConflictCode.BUSY, "room", "cedar", at(5, 8, 45), at(5, 12, 15)),
    ]


def test_a_start_off_the_grid_is_answered_too():
    (conflict, _) = why_not(morning_query(), at(5, 9, 7))

    assert (conflict.start, conflict.end) == (at(5, 8, 52), at(5, 9))
    assert why_not(morning_query(), at(5, 9, 37)) == []


def test_a_start_outside_the_allowed_times_is_told_with_no_role():
    (conflict,) = why_not(morning_query(), at(5, 13))

    assert (conflict.code, conflict.role) == (ConflictCode.NOT_ALLOWED, "")


def test_a_role_without_candidates_is_told():
    query = morning_query()
    empty = replace(query.step, needs=(PATIENT, RoleNeed("nurse", ())))

    (conflict,) = why_not(replace(query, step=empty), at(5, 9))

    assert (conflict.code, conflict.role) == (ConflictCode.NOBODY, "nurse")
    assert free_times(replace(query, step=empty)) == ()


def test_one_person_wanted_for_two_roles_is_told():
    query = morning_query()
    both = (RoleNeed("therapist", ("pat",)), RoleNeed("monitor", ("pat",)))
    shared = replace(query, step=replace(query.step, needs=both))

    (conflict,) = why_not(shared, at(5, 8))

    assert (conflict.code, conflict.role) == (ConflictCode.SHARED, "monitor")
    assert free_times(shared) == ()


def test_a_held_person_is_the_only_one_asked():
    query = morning_query(held={"room": "cedar"})

    assert free_times(query) == ()
    assert [c.resource_id for c in why_not(query, at(5, 9, 30))] == ["cedar"]


def test_the_people_of_a_free_time_are_free_and_of_a_refused_time_nobody():
    query = morning_query()

    people = {part.role: part.resource_id for part in people_at(query, at(5, 9, 30))}

    assert people == {"patient": "patient", "room": "birch", "prescriber": "pat"}
    assert people_at(query, at(5, 9)) == ()
    assert people_at(query, at(5, 9, 37)) == ()


def test_a_lane_free_only_for_a_part_is_told_by_the_fullest_lane():
    grid = grid_of(1)
    nurse = diary(
        "nurse",
        free_only(grid, (at(5, 8), at(5, 10))),
        free_only(grid, (at(5, 9, 30), at(5, 11))),
    )
    need = RoleNeed("nurse", ("nurse",))
    visit = step("dose", DOSING, 120, needs=(need,))
    query = FreeQuery(grid, visit, (nurse,), at(5), at(6))

    (conflict,) = why_not(query, at(5, 8, 45))

    assert (conflict.start, conflict.end) == (at(5, 10), at(5, 10, 45))


@pytest.mark.parametrize("seed", range(12))
def test_a_start_is_free_exactly_when_nothing_closes_it(seed):
    clinic = Clinic(days=4, fill=Random(seed).uniform(0.1, 0.6), set_up_min=15)
    request = standard_request(seed, clinic)
    dose = request.steps[1]
    loose = tuple(replace(need, same_throughout=False) for need in dose.needs)
    dose = replace(dose, needs=loose, gaps=())
    end = request.grid.at(request.grid.slots)
    query = FreeQuery(request.grid, dose, request.diaries, request.grid.origin, end)

    free = {found.start for found in free_times(query)}

    for slot in range(request.grid.slots):
        start = request.grid.at(slot)
        assert (start in free) is people_fit(request, dose, {}, slot)
        assert (why_not(query, start) == []) is (start in free)
        if slot % 7 == 0:
            assert bool(people_at(query, start)) is (start in free)


def test_a_visit_lasts_as_long_as_its_step():
    first, *_ = free_times(morning_query())

    assert first.end - first.start == timedelta(hours=3)
