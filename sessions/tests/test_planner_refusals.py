"""What the planner says when there is no course."""

from __future__ import annotations

from datetime import time

from sessions.rules.plan_results import Impossible, ReasonCode
from sessions.rules.plan_types import (
    Anchor,
    Gap,
    Pin,
    ResourceKind,
    RoleNeed,
    Times,
)
from sessions.tests.planner_small import (
    DAY,
    DOSING,
    HOUR,
    INTEGRATION,
    PATIENT,
    TWICE_IN_7_DAYS,
    at,
    diary,
    free_only,
    grid_of,
    plan,
    step,
)


def test_the_first_step_without_a_place_is_named_with_role_gap_and_window():
    grid = grid_of(14)
    patient = diary("patient", grid.mask(at(8), at(13)))
    steps = [step("dose-1", DOSING, 180, allowed=Times(frozenset({0}), time(9)))]
    steps.append(step("dose-2", DOSING, 180, Gap("dose-1", 72 * HOUR, None, 5 * DAY)))
    steps.append(step("dose-3", DOSING, 180, Gap("dose-2", 72 * HOUR, None, 5 * DAY)))
    pins = (Pin("dose-1", at(5, 9)),)

    answer = plan(grid, steps, patient, pins=pins)

    assert isinstance(answer, Impossible)
    assert answer.step_key == "dose-2"
    assert answer.reason.code is ReasonCode.WINDOW
    assert answer.reason.roles == ("patient",)
    assert answer.reason.to_steps == ("dose-1",)
    assert answer.reason.window_start == at(8, 9)
    assert answer.reason.window_end == at(10, 9, 15)


def test_a_role_that_is_never_free_is_named_alone():
    grid = grid_of(7)
    need = RoleNeed("prescriber", ("pat",), to_min=60, to_anchor=Anchor.START)
    away = diary("pat", grid.full, kind=ResourceKind.PRESCRIBER)
    steps = [step("dose", DOSING, 180, needs=(PATIENT, need))]

    answer = plan(grid, steps, diary("patient"), away)

    assert isinstance(answer, Impossible)
    assert answer.reason.code is ReasonCode.NEVER_FREE
    assert answer.reason.roles == ("prescriber",)


def test_a_horizon_too_short_is_told_from_a_full_diary():
    grid = grid_of(3)
    steps = [step("a", DOSING, 60), step("b", INTEGRATION, 60, Gap("a", 7 * DAY))]

    answer = plan(grid, steps)

    assert isinstance(answer, Impossible)
    assert answer.step_key == "b"
    assert answer.reason.code is ReasonCode.HORIZON
    assert answer.reason.past_horizon


def test_gaps_that_exclude_each_other_are_told_before_any_diary_is_read():
    grid = grid_of(30)
    steps = [step("a", DOSING, 60)]
    steps.append(step("b", DOSING, 60, Gap("a", 0, None, 2 * DAY)))
    steps.append(step("c", DOSING, 60, Gap("b", 0, None, 2 * DAY), Gap("a", 5 * DAY)))

    answer = plan(grid, steps)

    assert isinstance(answer, Impossible)
    assert answer.step_key == "c"
    assert answer.reason.code is ReasonCode.CONTRADICTION
    assert set(answer.reason.to_steps) == {"a", "b"}


def test_a_limit_that_a_greatest_gap_excludes_is_a_contradiction_too():
    steps = [step("a", DOSING, 60)]
    steps += [
        step(b, DOSING, 60, Gap(a, 24 * HOUR, None, 72 * HOUR)) for a, b in ("ab", "bc")
    ]

    answer = plan(grid_of(30), steps, limits=(TWICE_IN_7_DAYS,))

    assert isinstance(answer, Impossible)
    assert answer.reason.code is ReasonCode.CONTRADICTION


def test_a_limit_that_closes_the_window_names_the_dosing_two_before():
    grid = grid_of(12)
    free = [(at(5, 9), at(5, 12)), (at(8, 9), at(8, 12)), (at(11, 9), at(11, 12))]
    steps = [step("a", DOSING, 180)]
    steps += [
        step(b, DOSING, 180, Gap(a, 72 * HOUR, None, 5 * DAY)) for a, b in ("ab", "bc")
    ]

    answer = plan(
        grid, steps, diary("patient", free_only(grid, *free)), limits=(TWICE_IN_7_DAYS,)
    )

    assert isinstance(answer, Impossible)
    assert (answer.step_key, answer.reason.code) == ("c", ReasonCode.WINDOW)
    assert answer.reason.to_steps == ("b", "a")
    assert answer.reason.window_start == at(12, 9)


def test_steps_that_each_fit_but_not_together_are_told_as_spacing():
    grid = grid_of(8)
    patient = diary(
        "patient", free_only(grid, (at(5, 9), at(5, 10)), (at(6, 9), at(6, 10)))
    )
    next_day = Gap("dose", DAY - HOUR, None, DAY + HOUR)
    steps = [step("dose", DOSING, 60)]
    steps += [step(key, INTEGRATION, 60, next_day) for key in ("talk", "again")]

    answer = plan(grid, steps, patient)

    assert isinstance(answer, Impossible)
    assert (answer.step_key, answer.reason.code) == ("again", ReasonCode.SPACING)


def test_nobody_common_to_all_steps_is_told_at_the_step_that_closes_the_choice():
    grid = grid_of(7)
    steps = [
        step(
            key,
            DOSING,
            60,
            needs=(PATIENT, RoleNeed("therapist", (who,), same_throughout=True)),
        )
        for key, who in (("a", "ann"), ("b", "ben"))
    ]

    answer = plan(grid, steps, diary("patient"), diary("ann"), diary("ben"))

    assert isinstance(answer, Impossible)
    assert (answer.step_key, answer.reason.roles) == ("b", ("therapist",))


def test_a_search_stopped_at_its_limit_says_that_nothing_is_proven():
    grid = grid_of(14)
    steps = [step("a", DOSING, 60), step("b", DOSING, 60, Gap("a", DAY, DAY))]

    answer = plan(grid, steps, effort=1)

    assert isinstance(answer, Impossible)
    assert answer.reason.code is ReasonCode.UNDECIDED


def test_two_roles_kept_by_the_same_only_person_leave_no_team():
    grid = grid_of(2)
    both = [
        RoleNeed(role, ("ann",), same_throughout=True)
        for role in ("therapist", "nurse")
    ]
    steps = [step("dose", DOSING, 60, needs=(PATIENT, *both))]

    answer = plan(grid, steps, diary("patient"), diary("ann"))

    assert isinstance(answer, Impossible)
    assert answer.reason.code is ReasonCode.NEVER_FREE
    assert answer.reason.roles == ("therapist", "nurse")


def test_finding_the_reason_is_bounded_too():
    grid = grid_of(12)
    free = [(at(5, 9), at(5, 12)), (at(8, 9), at(8, 12)), (at(11, 9), at(11, 12))]
    patient = diary("patient", free_only(grid, *free))
    steps = [step("a", DOSING, 180)]
    steps += [
        step(b, DOSING, 180, Gap(a, 72 * HOUR, None, 5 * DAY)) for a, b in ("ab", "bc")
    ]

    answer = plan(grid, steps, patient, limits=(TWICE_IN_7_DAYS,), effort=1)

    assert isinstance(answer, Impossible)
    assert answer.reason.code is ReasonCode.UNDECIDED
