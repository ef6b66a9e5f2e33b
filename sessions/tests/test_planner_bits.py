"""Rows of bits and local days, each against the plain definition."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sessions.rules.plan_types import Grid, Times
from sessions.rules.planner_bits import positions, runs, spread, window_least
from sessions.rules.planner_days import fits, local_days, starts_within

masks = st.integers(0, (1 << 130) - 1)


def bits(mask: int) -> set[int]:
    return {place for place in range(mask.bit_length()) if mask >> place & 1}


@given(masks, st.integers(1, 70))
def test_runs_begin_where_that_many_ones_follow(mask, length):
    ones = bits(mask)

    expected = {p for p in ones if all(p + i in ones for i in range(length))}

    assert bits(runs(mask, length)) == expected


@given(masks, st.integers(-90, 90), st.integers(0, 90))
def test_spread_moves_every_one_by_every_distance(mask, low, width):
    expected = {p + d for p in bits(mask) for d in range(low, low + width + 1)}

    assert bits(spread(mask, low, low + width)) == {p for p in expected if p >= 0}


@given(masks)
def test_positions_are_the_ones_in_rising_order(mask):
    assert positions(mask) == sorted(bits(mask))


@given(
    st.dictionaries(st.integers(0, 60), st.integers(-20, 20), max_size=25),
    st.sets(st.integers(0, 60), max_size=25),
    st.integers(-20, 20),
    st.integers(-3, 25),
)
def test_window_least_is_the_least_value_inside_each_window(values, starts, low, width):
    at, begins = sorted(values), sorted(starts)

    found = window_least(at, [values[p] for p in at], begins, (low, low + width), 99)

    assert found == [
        min((values[p] for p in at if s + low <= p <= s + low + width), default=99)
        for s in begins
    ]


@pytest.mark.parametrize(
    ("zone", "origin", "hours"),
    [
        ("America/New_York", datetime(2026, 3, 7, 5, tzinfo=UTC), [24, 23, 24]),
        ("America/New_York", datetime(2026, 10, 31, 4, tzinfo=UTC), [24, 25, 24]),
        ("America/Phoenix", datetime(2026, 3, 7, 7, tzinfo=UTC), [24, 24, 24]),
        ("Australia/Lord_Howe", datetime(2026, 4, 3, 13, tzinfo=UTC), [24, 24.5, 24]),
    ],
)
def test_local_days_have_their_real_length(zone, origin, hours):
    grid = Grid(origin, 4 * 96, ZoneInfo(zone))

    days = local_days(grid)

    lengths = [days.mask(index).bit_count() / 4 for index in range(3)]
    assert lengths == hours
    assert days.dates[0] == origin.astimezone(grid.zone).date()


def test_every_slot_has_the_date_its_clock_shows():
    grid = Grid(
        datetime(2026, 10, 30, 17, 15, tzinfo=UTC), 500, ZoneInfo("America/New_York")
    )
    days = local_days(grid)

    shown = [grid.at(slot).astimezone(grid.zone).date() for slot in range(grid.slots)]

    assert [days.date(slot) for slot in range(grid.slots)] == shown
    assert shown[0] == date(2026, 10, 30)


@pytest.mark.parametrize(("month", "day"), [(3, 6), (10, 30), (6, 1)])
@given(
    st.none() | st.frozensets(st.integers(0, 6)),
    st.none() | st.integers(0, 23),
    st.none() | st.integers(0, 23),
    st.sampled_from([50, 60, 180]),
)
def test_allowed_starts_are_those_that_fit_one_by_one(
    month, day, weekdays, first, last, duration
):
    zone = ZoneInfo("America/New_York")
    grid = Grid(datetime(2026, month, day, 3, tzinfo=UTC), 5 * 48, zone, 30)
    times = Times(
        weekdays,
        None if first is None else time(first, 15),
        None if last is None else time(last),
    )

    allowed = starts_within(local_days(grid), times, duration)

    assert positions(allowed) == [
        slot for slot in range(grid.slots) if fits(times, zone, grid.at(slot), duration)
    ]


def test_a_grid_that_begins_between_two_quarters_keeps_the_dates_of_its_slots():
    grid = Grid(
        datetime(2026, 10, 6, 3, 52, tzinfo=UTC), 200, ZoneInfo("America/New_York")
    )
    days = local_days(grid)

    assert days.dates[:2] == (date(2026, 10, 5), date(2026, 10, 6))
    assert [days.date(slot).day for slot in (0, 1)] == [5, 6]


def test_a_period_that_touches_a_slot_takes_all_of_it():
    grid = Grid(datetime(2026, 10, 5, tzinfo=UTC), 96, UTC)
    start = grid.origin + timedelta(minutes=10)

    assert bits(grid.mask(start, start + timedelta(minutes=6))) == {0, 1}
    assert grid.mask(start - timedelta(days=2), start + timedelta(days=2)) == grid.full
