"""The planner's promises, one by one, on diaries small enough to see through."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from sessions.rules.plan_results import Impossible, Planned, TradeCode
from sessions.rules.plan_types import (
    Anchor,
    Gap,
    Grid,
    PlanRequest,
    ResourceKind,
    RoleNeed,
    RollingLimit,
    Times,
)
from sessions.rules.planner import plan_course
from sessions.tests.planner_small import (
    DAY,
    DOSING,
    HOUR,
    INTEGRATION,
    PATIENT,
    PREPARATION,
    TWICE_IN_7_DAYS,
    ZONE,
    at,
    diary,
    first_of,
    free_only,
    grid_of,
    plan,
    starts,
    step,
    two_visits,
)

# Windows: both edges, both sides


@pytest.mark.parametrize(
    ("start", "possible"),
    [
        pytest.param(at(6, 10, 45), False, id="one slot before the window opens"),
        pytest.param(at(6, 11), True, id="24 h after the end, to the minute"),
        pytest.param(at(8, 11), True, id="72 h after the end, to the minute"),
        pytest.param(at(8, 11, 15), False, id="one slot after the window closes"),
    ],
)
def test_an_integration_fits_from_24_to_72_hours_after_the_end_of_its_dosing(
    start, possible
):
    grid = grid_of(7)
    patient = diary(
        "patient",
        free_only(grid, (at(5, 8), at(5, 11)), (start, start + timedelta(minutes=60))),
    )
    window = Gap("dose", 24 * HOUR, 24 * HOUR, 72 * HOUR, Anchor.END)
    steps = [step("dose", DOSING, 180), step("talk", INTEGRATION, 60, window)]

    answer = plan(grid, steps, patient)

    assert isinstance(answer, Planned) is possible


@pytest.mark.parametrize(
    ("second", "possible"),
    [
        pytest.param(at(7, 7, 45), False, id="47 h 45 min"),
        pytest.param(at(7, 8), True, id="48 h"),
        pytest.param(at(10, 8), True, id="120 h"),
        pytest.param(at(10, 8, 15), False, id="120 h 15 min"),
    ],
)
def test_two_dosings_keep_the_least_and_the_greatest_gap(second, possible):
    grid = grid_of(7)
    patient = diary(
        "patient",
        free_only(
            grid, (at(5, 8), at(5, 11)), (second, second + timedelta(minutes=180))
        ),
    )
    gap = Gap("dose-1", 48 * HOUR, 84 * HOUR, 120 * HOUR)
    steps = [step("dose-1", DOSING, 180), step("dose-2", DOSING, 180, gap)]

    answer = plan(grid, steps, patient)

    assert isinstance(answer, Planned) is possible


def test_minutes_off_the_grid_never_shorten_the_least_or_stretch_the_greatest_gap():
    grid = grid_of(3)
    tight = Gap("one", 50, 50, 70)
    steps = [step("one", PREPARATION, 50), step("two", INTEGRATION, 50, tight)]

    times = starts(plan(grid, steps))

    assert times["two"] - times["one"] == timedelta(minutes=60)


def test_a_gap_may_be_written_on_the_earlier_step_with_negative_minutes():
    grid = grid_of(20)
    before = Gap("dose", -14 * DAY, -2 * DAY, -1 * DAY)
    steps = [
        step("prepare", PREPARATION, 60, before),
        step("dose", DOSING, 180, allowed=Times(frozenset({4}), time(9))),
    ]

    times = starts(plan(grid, steps))

    assert times == {"prepare": at(7, 9), "dose": at(9, 9)}


# The rolling limit


@pytest.mark.parametrize(
    ("third", "possible"),
    [
        pytest.param(at(12, 7, 45), False, id="15 minutes short of 7 days"),
        pytest.param(at(12, 8), True, id="7 days to the minute"),
    ],
)
def test_a_third_dosing_comes_no_sooner_than_7_days_after_the_first(third, possible):
    grid = grid_of(9)
    patient = diary(
        "patient",
        free_only(
            grid,
            (at(5, 8), at(5, 11)),
            (at(8, 8), at(8, 11)),
            (third, third + timedelta(minutes=180)),
        ),
    )
    steps = [
        step("dose-1", DOSING, 180),
        step("dose-2", DOSING, 180, Gap("dose-1", 72 * HOUR, 84 * HOUR, 5 * DAY)),
        step("dose-3", DOSING, 180, Gap("dose-2", 72 * HOUR, 84 * HOUR, 5 * DAY)),
    ]

    answer = plan(grid, steps, patient, limits=(TWICE_IN_7_DAYS,))

    assert isinstance(answer, Planned) is possible


def test_gaps_alone_would_allow_three_dosings_in_a_week_and_the_limit_does_not():
    grid = grid_of(30)
    steps = [step("dose-1", DOSING, 180)]
    steps += [
        step(f"dose-{n}", DOSING, 180, Gap(f"dose-{n - 1}", 72 * HOUR, None, 5 * DAY))
        for n in range(2, 7)
    ]

    without = first_of(plan(grid, steps)).cost.finish
    limited = plan(grid, steps, limits=(TWICE_IN_7_DAYS,))

    assert without == date(2026, 10, 20)
    assert first_of(limited).cost.finish == date(2026, 10, 22)
    times = sorted(starts(limited).values())
    assert all(
        third - first >= timedelta(days=7)
        for first, third in zip(times, times[2:], strict=False)
    )


def test_three_in_seven_days_are_possible_where_the_protocol_allows_three():
    grid = grid_of(8)
    steps = [step("dose-1", DOSING, 180)]
    steps += [
        step(f"dose-{n}", DOSING, 180, Gap(f"dose-{n - 1}", 48 * HOUR)) for n in (2, 3)
    ]

    answer = plan(grid, steps, limits=(RollingLimit(DOSING, 3, 7 * DAY),))

    assert first_of(answer).cost.finish == date(2026, 10, 9)


# Visits of one course never overlap


def test_an_integration_at_the_end_of_its_window_gives_way_to_the_next_dosing():
    grid = grid_of(8)
    patient = diary(
        "patient",
        free_only(grid, (at(5, 8), at(5, 11)), (at(7, 8), at(7, 12))),
    )
    window = Gap("dose-1", 24 * HOUR, 24 * HOUR, 72 * HOUR, Anchor.END)
    steps = [
        step("dose-1", DOSING, 180),
        step("talk-1", INTEGRATION, 60, window),
        step("dose-2", DOSING, 180, Gap("dose-1", 48 * HOUR, 48 * HOUR, 5 * DAY)),
    ]

    times = starts(plan(grid, steps, patient))

    assert times["dose-2"] == at(7, 9)
    assert times["talk-1"] == at(7, 8)


def test_two_integrations_that_meet_do_not_overlap():
    grid = grid_of(8)
    only = [(at(5, 8), at(5, 11)), (at(7, 8), at(7, 11)), (at(8, 10), at(8, 12))]
    patient = diary("patient", free_only(grid, *only))
    steps = [step("dose-1", DOSING, 180)]
    steps.append(
        step(
            "talk-1",
            INTEGRATION,
            60,
            Gap("dose-1", 24 * HOUR, None, 72 * HOUR, Anchor.END),
        )
    )
    steps.append(step("dose-2", DOSING, 180, Gap("dose-1", 48 * HOUR, None, 5 * DAY)))
    steps.append(
        step(
            "talk-2",
            INTEGRATION,
            60,
            Gap("dose-2", 24 * HOUR, None, 72 * HOUR, Anchor.END),
        )
    )

    times = starts(plan(grid, steps, patient))

    assert {times["talk-1"], times["talk-2"]} == {at(8, 10), at(8, 11)}


def test_set_up_and_clean_up_keep_visits_of_one_course_apart():
    grid = grid_of(2)
    room = RoleNeed("room", ("room",), -15, 15)
    needs = (PATIENT, room)
    steps = [
        step("one", PREPARATION, 60, needs=needs),
        step("two", INTEGRATION, 60, Gap("one", 0, 60, 600), needs=needs),
    ]
    people = (diary("patient"), diary("room", kind=ResourceKind.ROOM))

    times = starts(plan(grid, steps, *people, earliest=at(5, 9)))

    assert times["two"] - times["one"] == timedelta(minutes=90)


# Capacity and people


def test_a_nurse_with_two_lanes_takes_a_visit_only_in_a_lane_free_throughout():
    grid = grid_of(1)
    morning = (at(5, 8), at(5, 10))
    late = (at(5, 9), at(5, 11))
    nurse = diary("nurse", free_only(grid, morning), free_only(grid, late))
    need = RoleNeed("nurse", ("nurse",))
    two, three = (
        [step("dose", DOSING, minutes, needs=(PATIENT, need))] for minutes in (120, 180)
    )

    short = plan(grid, two, diary("patient"), nurse, earliest=at(5, 8, 30))
    long = plan(grid, three, diary("patient"), nurse)

    (visit,) = first_of(short).visits
    assert (visit.start, visit.resources[1].lane) == (at(5, 9), 1)
    assert isinstance(long, Impossible)


def test_two_roles_in_one_visit_are_two_people():
    grid = grid_of(1)
    both = (RoleNeed("therapist", ("ann", "ben")), RoleNeed("monitor", ("ann",)))
    steps = [step("dose", DOSING, 60, needs=(PATIENT, *both))]
    nobody_else = [diary("patient"), diary("ann"), diary("ben", grid.full)]

    together = plan(grid, steps, diary("patient"), diary("ann"), diary("ben"))
    alone = plan(grid, steps, *nobody_else)

    people = {r.role: r.resource_id for r in first_of(together).visits[0].resources}
    assert people == {"patient": "patient", "therapist": "ben", "monitor": "ann"}
    assert isinstance(alone, Impossible)
    assert alone.reason.roles == ("therapist", "monitor")


def test_the_same_therapist_is_kept_for_the_whole_course_or_the_course_is_refused():
    grid = grid_of(3)
    ann = diary("ann", free_only(grid, (at(5, 9), at(5, 10))))
    ben = diary("ben", free_only(grid, (at(6, 9), at(6, 10))))

    kept = plan(grid, two_visits(same=True), diary("patient"), ann, ben)
    free = plan(grid, two_visits(same=False), diary("patient"), ann, ben)

    assert isinstance(kept, Impossible)
    who = [visit.resources[1].resource_id for visit in first_of(free).visits]
    assert who == ["ann", "ben"]


def test_proposals_are_the_best_of_each_team_best_first_and_name_the_wish_not_kept():
    grid = grid_of(6)
    ann = diary("ann", free_only(grid, (at(7, 9), at(8, 17))))
    people = (diary("patient"), ann, diary("ben"))

    answer = plan(
        grid,
        two_visits(same=True),
        *people,
        preferred=frozenset({"ann"}),
        proposals=2,
        earliest=at(5, 8),
    )

    assert isinstance(answer, Planned)
    first, second = answer.proposals
    assert (first.team, second.team) == ({"therapist": "ben"}, {"therapist": "ann"})
    assert first.cost < second.cost
    assert [trade.code for trade in first.trades] == [TradeCode.PERSON]
    assert second.trades == ()


def test_rooms_and_nurses_stay_the_same_from_visit_to_visit_where_they_can():
    grid = grid_of(4)
    need = RoleNeed("room", ("birch", "cedar"))
    gap = Gap("one", DAY, DAY, DAY)
    steps = [
        step("one", PREPARATION, 60, needs=(PATIENT, need)),
        step("two", INTEGRATION, 60, gap, needs=(PATIENT, need)),
    ]
    birch = diary("birch", grid.mask(at(5), at(6)), kind=ResourceKind.ROOM)
    cedar = diary("cedar", kind=ResourceKind.ROOM)

    visits = first_of(plan(grid, steps, diary("patient"), birch, cedar)).visits

    assert [visit.resources[1].resource_id for visit in visits] == ["cedar", "cedar"]


# Shape


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([], id="no steps"),
        pytest.param(
            [step("a", DOSING, 60), step("a", DOSING, 60)], id="one key twice"
        ),
        pytest.param([step("a", DOSING, 60, Gap("b", 0))], id="unknown step"),
        pytest.param(
            [step("a", DOSING, 60, needs=(RoleNeed("room", ("none",)),))],
            id="unknown resource",
        ),
    ],
)
def test_a_request_that_names_what_is_not_there_is_the_callers_mistake(steps):
    with pytest.raises(ValueError, match=r"needs steps|not there"):
        plan(grid_of(2), steps)


def test_a_gap_to_itself_a_limit_of_none_and_a_need_of_no_time_are_mistakes_too():
    one = step("a", DOSING, 60)
    nobody = step("a", DOSING, 60, needs=(RoleNeed("patient", ("patient",), 60, 0),))

    with pytest.raises(ValueError, match="from itself"):
        plan(grid_of(2), [step("a", DOSING, 60, Gap("a", 0))])
    with pytest.raises(ValueError, match="at least one visit"):
        plan(grid_of(2), [one], limits=(RollingLimit(DOSING, 0, DAY),))
    with pytest.raises(ValueError, match="no time at all"):
        plan(grid_of(2), [nobody])


def test_a_naive_origin_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        Grid(datetime(2026, 10, 5), 96, ZONE)


def test_the_same_request_has_the_same_answer_every_time():
    grid = grid_of(14)
    people = (diary("patient"), diary("ann"), diary("ben"))
    request = PlanRequest(grid, tuple(two_visits(same=True)), people, at(5, 9))

    assert plan_course(request) == plan_course(replace(request))


def test_visits_come_back_in_utc_with_the_length_of_their_step():
    grid = grid_of(2)

    (visit,) = first_of(plan(grid, [step("a", DOSING, 50)], earliest=at(5, 9))).visits

    assert visit.start.tzinfo is UTC
    assert visit.end - visit.start == timedelta(minutes=50)
    (patient,) = visit.resources
    assert patient.end - patient.start == timedelta(minutes=60)
