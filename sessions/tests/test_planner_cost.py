"""What the planner makes least, and in which order."""

from __future__ import annotations

from datetime import date, time, timedelta

from sessions.rules.plan_results import Planned
from sessions.rules.plan_types import (
    Gap,
    RoleNeed,
    Times,
)
from sessions.tests.planner_small import (
    DAY,
    DOSING,
    FOLLOW_UP,
    HOUR,
    INTEGRATION,
    PATIENT,
    PREPARATION,
    at,
    diary,
    first_of,
    free_only,
    grid_of,
    plan,
    step,
)


def test_an_earlier_finish_is_worth_any_deviation_and_deviation_any_tie():
    grid = grid_of(10)
    patient = diary(
        "patient",
        free_only(
            grid,
            (at(5, 9), at(5, 12)),
            (at(8, 9), at(8, 12)),
            (at(8, 15), at(8, 18)),
            (at(9, 0), at(9, 18)),
        ),
    )
    gap = Gap("dose-1", 48 * HOUR, 96 * HOUR, 120 * HOUR)
    steps = [step("dose-1", DOSING, 180), step("dose-2", DOSING, 180, gap)]

    best = first_of(plan(grid, steps, patient))

    assert best.visits[1].start == at(8, 15)
    assert best.cost.finish == date(2026, 10, 8)
    assert best.cost.deviation == (96 - 78) * 4
    (trade,) = best.trades
    assert (trade.actual_min, trade.ideal_min, trade.units) == (78 * 60, 96 * 60, 72)


def test_within_the_slack_of_an_ideal_gap_nothing_is_counted():
    grid = grid_of(10)
    gap = Gap("dose-1", 48 * HOUR, 84 * HOUR, 120 * HOUR, slack_min=12 * HOUR)
    morning = Times(frozenset({0, 3}), time(9), time(12))
    steps = [
        step("dose-1", DOSING, 180, allowed=morning),
        step("dose-2", DOSING, 180, gap, allowed=morning),
    ]

    best = first_of(plan(grid, steps))

    assert best.cost.deviation == 0
    assert [visit.start for visit in best.visits] == [at(5, 9), at(8, 9)]


def test_wished_and_ideal_times_are_followed_and_allowed_times_never_broken():
    grid = grid_of(7)
    only = Times(frozenset({1, 2}), time(9), time(17))
    wish = Times(frozenset({1}), time(13))
    one = step("talk", PREPARATION, 60, allowed=only, wished=wish, ideal_time=time(14))

    (visit,) = first_of(plan(grid, [one])).visits

    assert visit.start == at(6, 14)


def test_short_remnants_in_the_therapists_diary_are_avoided_when_nothing_else_differs():
    grid = grid_of(1)
    ann = diary(
        "ann", free_only(grid, (at(5, 9), at(5, 10, 15)), (at(5, 11), at(5, 12)))
    )
    need = RoleNeed("therapist", ("ann",), same_throughout=True)

    best = first_of(
        plan(
            grid,
            [step("talk", PREPARATION, 60, needs=(PATIENT, need))],
            diary("patient"),
            ann,
        )
    )

    assert best.visits[0].start == at(5, 11)
    assert best.cost.fragments == 0


def test_a_step_with_two_ideal_gaps_is_weighed_between_them():
    grid = grid_of(12)
    morning = Times(None, time(9), time(10))
    near_first = Gap("one", DAY, 3 * DAY, None, weight=2)
    near_last = Gap("two", -5 * DAY, DAY, 5 * DAY)
    steps = [
        step("one", PREPARATION, 60, allowed=morning),
        step("two", DOSING, 60, Gap("one", 6 * DAY, None, 7 * DAY), allowed=morning),
        step("check", INTEGRATION, 60, near_first, near_last, allowed=morning),
    ]

    best = first_of(plan(grid, steps))

    assert best.visits[2].start == at(8, 9)
    assert {trade.to_step: trade.units for trade in best.trades} == {"two": 4 * 96}


def test_the_finish_may_be_another_step_than_the_last_dosing():
    grid = grid_of(12)
    steps = [
        step("dose", DOSING, 60),
        step("review", FOLLOW_UP, 60, Gap("dose", DAY, 5 * DAY, 7 * DAY)),
    ]

    usual = first_of(plan(grid, steps, earliest=at(5, 9)))
    early = first_of(plan(grid, steps, earliest=at(5, 9), finish_step="review"))

    assert (usual.cost.finish, usual.cost.deviation) == (date(2026, 10, 5), 0)
    assert early.cost.finish == date(2026, 10, 6)


def test_once_the_effort_is_spent_a_course_is_still_proposed_but_not_called_the_best():
    grid = grid_of(14)
    gap = Gap("a", DAY, 84 * HOUR, 5 * DAY)
    steps = [step("a", DOSING, 60, ideal_time=time(10)), step("b", DOSING, 60, gap)]

    best = first_of(plan(grid, steps, effort=300))

    assert not best.proven_optimal
    assert best.visits[1].start - best.visits[0].start >= timedelta(days=1)


def test_one_person_is_not_kept_for_two_roles_of_one_visit():
    grid = grid_of(2)
    both = [
        RoleNeed(role, ("ann", "ben"), same_throughout=True)
        for role in ("therapist", "nurse")
    ]
    steps = [step("dose", DOSING, 60, needs=(PATIENT, *both))]

    answer = plan(grid, steps, diary("patient"), diary("ann"), diary("ben"))

    assert isinstance(answer, Planned)
    teams = [tuple(proposal.team.values()) for proposal in answer.proposals[:2]]
    assert teams == [("ann", "ben"), ("ben", "ann")]
