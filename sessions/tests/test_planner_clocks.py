"""Real hours and wall clocks across the nights on which clocks change."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from sessions.rules.plan_types import (
    Gap,
    Times,
)
from sessions.tests.planner_small import (
    DAY,
    DOSING,
    HOUR,
    PREPARATION,
    ZONE,
    grid_of,
    plan,
    starts,
    step,
)


@pytest.mark.parametrize(
    ("origin", "second_local_hour"),
    [
        pytest.param(datetime(2026, 3, 7, tzinfo=ZONE), 10, id="spring forward"),
        pytest.param(datetime(2026, 10, 31, tzinfo=ZONE), 8, id="fall back"),
    ],
)
def test_48_hours_are_48_real_hours_across_a_change_of_clocks(
    origin, second_local_hour
):
    grid = grid_of(4, origin)
    gap = Gap("dose-1", 48 * HOUR, 48 * HOUR, 48 * HOUR)
    nine = Times(None, time(9))
    steps = [
        step("dose-1", DOSING, 180, allowed=nine),
        step("dose-2", DOSING, 180, gap),
    ]

    times = starts(plan(grid, steps))

    assert times["dose-1"].astimezone(ZONE).hour == 9
    assert times["dose-2"].timestamp() - times["dose-1"].timestamp() == 48 * 3600
    assert times["dose-2"].astimezone(ZONE).hour == second_local_hour


@pytest.mark.parametrize("month_day", [(3, 7), (10, 31)])
def test_nine_in_the_morning_is_nine_on_both_sides_of_a_change_of_clocks(month_day):
    month, day = month_day
    grid = grid_of(4, datetime(2026, month, day, tzinfo=ZONE))
    nine = Times(None, time(9), time(10))
    steps = [step("one", PREPARATION, 60, allowed=nine)]
    steps.append(step("two", DOSING, 60, Gap("one", DAY), allowed=nine))
    steps.append(step("three", DOSING, 60, Gap("two", DAY - HOUR), allowed=nine))

    hours = [when.astimezone(ZONE).hour for when in starts(plan(grid, steps)).values()]

    assert hours == [9, 9, 9]
