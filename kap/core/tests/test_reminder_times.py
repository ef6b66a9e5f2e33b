"""Reminder times: the quiet hours, the edges, and three kinds of clock change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from kap.core.reminder_times import (
    DEFAULT_REMINDER_POLICY,
    Offset,
    move_into_window,
    reminder_time,
    reminder_times,
)

NEW_YORK = ZoneInfo("America/New_York")
PHOENIX = ZoneInfo("America/Phoenix")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
O = Offset  # noqa: E741 -- a short name for a long table


def visit(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def sent(offset: Offset, text: str, zone: ZoneInfo = NEW_YORK) -> str:
    found = reminder_time(offset, starts_at=visit(text, zone), zone=zone)
    return f"{found.send_at.astimezone(zone):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        pytest.param(O.WEEK_BEFORE, "2026-11-11 13:00", id="T-7d"),
        pytest.param(O.TWO_DAYS_BEFORE, "2026-11-16 13:00", id="T-48h"),
        pytest.param(O.DAY_BEFORE, "2026-11-17 13:00", id="T-24h"),
        pytest.param(O.TWO_HOURS_BEFORE, "2026-11-18 11:00", id="T-2h"),
        pytest.param(O.SAME_EVENING, "2026-11-18 19:00", id="evening"),
        pytest.param(O.NEXT_MORNING, "2026-11-19 09:00", id="morning"),
    ],
)
def test_a_visit_in_the_middle_of_the_day(offset, expected):
    assert sent(offset, "2026-11-18 13:00") == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param("10:00", "2026-11-18 08:00", id="08:00-is-allowed"),
        pytest.param("09:59", "2026-11-18 08:00", id="07:59-moves-to-08:00"),
        pytest.param("08:01", "2026-11-18 08:00", id="08:00-still-warns"),
        pytest.param("08:00", "2026-11-17 19:59", id="08:00-is-too-late"),
        pytest.param("07:00", "2026-11-17 19:59", id="the-evening-before"),
        pytest.param("00:30", "2026-11-17 19:59", id="night-visit"),
        pytest.param("21:59", "2026-11-18 19:59", id="19:59-is-allowed"),
        pytest.param("22:00", "2026-11-18 19:59", id="20:00-moves-back"),
        pytest.param("23:30", "2026-11-18 19:59", id="next-morning-is-too-late"),
    ],
)
def test_two_hours_before_and_the_quiet_hours(start, expected):
    assert sent(O.TWO_HOURS_BEFORE, f"2026-11-18 {start}") == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param("07:30", "2026-11-17 08:00", id="early-visit"),
        pytest.param("20:30", "2026-11-18 08:00", id="late-visit-next-morning"),
    ],
)
def test_a_day_before_and_the_quiet_hours(start, expected):
    assert sent(O.DAY_BEFORE, f"2026-11-18 {start}") == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param("18:59", "2026-11-18 19:00", id="the-same-evening"),
        pytest.param("19:00", "2026-11-19 08:00", id="the-next-morning"),
    ],
)
def test_an_evening_message_never_precedes_the_event(start, expected):
    assert sent(O.SAME_EVENING, f"2026-11-18 {start}") == expected


@pytest.mark.parametrize(
    ("offset", "start", "zone", "expected"),
    [
        pytest.param(
            O.DAY_BEFORE,
            "2026-03-08 09:00",
            NEW_YORK,
            "2026-03-07 09:00",
            id="ny-spring",
        ),
        pytest.param(
            O.DAY_BEFORE, "2026-11-01 09:00", NEW_YORK, "2026-10-31 09:00", id="ny-fall"
        ),
        pytest.param(
            O.WEEK_BEFORE,
            "2026-03-10 15:30",
            NEW_YORK,
            "2026-03-03 15:30",
            id="ny-week",
        ),
        pytest.param(
            O.DAY_BEFORE, "2026-03-09 02:30", NEW_YORK, "2026-03-08 08:00", id="ny-gap"
        ),
        pytest.param(
            O.DAY_BEFORE,
            "2026-11-02 01:30",
            NEW_YORK,
            "2026-11-01 08:00",
            id="ny-twice",
        ),
        pytest.param(
            O.NEXT_MORNING,
            "2026-10-31 13:00",
            NEW_YORK,
            "2026-11-01 09:00",
            id="ny-next",
        ),
        pytest.param(
            O.NEXT_MORNING,
            "2026-03-07 13:00",
            NEW_YORK,
            "2026-03-08 09:00",
            id="ny-next2",
        ),
        pytest.param(
            O.DAY_BEFORE, "2026-03-08 09:00", PHOENIX, "2026-03-07 09:00", id="phoenix"
        ),
        pytest.param(
            O.TWO_DAYS_BEFORE,
            "2026-11-02 09:00",
            PHOENIX,
            "2026-10-31 09:00",
            id="phoenix-fall",
        ),
        pytest.param(
            O.DAY_BEFORE,
            "2026-10-04 09:00",
            LORD_HOWE,
            "2026-10-03 09:00",
            id="howe-on",
        ),
        pytest.param(
            O.DAY_BEFORE,
            "2026-04-05 09:00",
            LORD_HOWE,
            "2026-04-04 09:00",
            id="howe-off",
        ),
        pytest.param(
            O.NEXT_MORNING,
            "2026-10-03 13:00",
            LORD_HOWE,
            "2026-10-04 09:00",
            id="howe-n",
        ),
        pytest.param(
            O.SAME_EVENING,
            "2026-04-05 13:00",
            LORD_HOWE,
            "2026-04-05 19:00",
            id="howe-e",
        ),
    ],
)
def test_clocks_change_and_the_reader_does_not_notice(offset, start, zone, expected):
    assert sent(offset, start, zone) == expected


@pytest.mark.parametrize(
    ("start", "hours"),
    [
        pytest.param("2026-03-08 09:00", 23, id="spring"),
        pytest.param("2026-11-01 09:00", 25, id="fall"),
        pytest.param("2026-11-18 09:00", 24, id="any-other-day"),
    ],
)
def test_a_day_may_have_23_or_25_hours(start, hours):
    starts_at = visit(start)
    found = reminder_time(O.DAY_BEFORE, starts_at=starts_at, zone=NEW_YORK)

    assert starts_at - found.send_at == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "zone", "elapsed"),
    [
        pytest.param("2026-11-01 10:30", NEW_YORK, timedelta(hours=2), id="ny"),
        pytest.param("2026-10-04 10:30", LORD_HOWE, timedelta(hours=2), id="howe"),
    ],
)
def test_two_hours_are_two_elapsed_hours(start, zone, elapsed):
    starts_at = visit(start, zone)
    found = reminder_time(O.TWO_HOURS_BEFORE, starts_at=starts_at, zone=zone)

    assert starts_at - found.send_at == elapsed


def test_two_elapsed_hours_over_the_hour_that_comes_twice():
    policy = replace(DEFAULT_REMINDER_POLICY, quiet_until=time(0), quiet_from=time(23))
    starts_at = visit("2026-11-01 02:30")

    found = reminder_time(
        O.TWO_HOURS_BEFORE, starts_at=starts_at, zone=NEW_YORK, policy=policy
    )

    assert starts_at - found.send_at == timedelta(hours=2)
    assert found.send_at.astimezone(NEW_YORK).time() == time(1, 30)


@pytest.mark.parametrize("zone", [NEW_YORK, PHOENIX, LORD_HOWE], ids=str)
@pytest.mark.parametrize("month", [3, 4, 10, 11])
def test_nothing_goes_out_in_quiet_hours_or_after_the_event(zone, month):
    first = datetime(2026, month, 1, tzinfo=UTC)
    after = {O.SAME_EVENING, O.NEXT_MORNING}

    for step in range(10 * 24 * 2):
        starts_at = first + timedelta(minutes=30 * step)
        for found in reminder_times(starts_at=starts_at, zone=zone):
            clock = found.send_at.astimezone(zone).time()
            assert time(8) <= clock < time(20)
            assert found.send_at < found.useless_after
            assert (found.send_at > starts_at) is (found.offset in after)


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        pytest.param(O.DAY_BEFORE, "2026-11-18 13:00", id="the-event"),
        pytest.param(O.TWO_HOURS_BEFORE, "2026-11-18 13:00", id="the-event-too"),
        pytest.param(O.SAME_EVENING, "2026-11-18 20:00", id="that-evening"),
        pytest.param(O.NEXT_MORNING, "2026-11-19 17:00", id="that-afternoon"),
    ],
)
def test_useless_after(offset, expected):
    found = reminder_time(offset, starts_at=visit("2026-11-18 13:00"), zone=NEW_YORK)

    assert f"{found.useless_after.astimezone(NEW_YORK):%Y-%m-%d %H:%M}" == expected


def test_all_messages_come_in_order():
    found = reminder_times(starts_at=visit("2026-11-18 13:00"), zone=NEW_YORK)

    assert [one.offset for one in found] == list(O)
    assert all(one.send_at.tzinfo is UTC for one in found)


def test_any_other_message_moves_into_the_window():
    event = visit("2026-11-18 13:00")

    assert move_into_window(
        visit("2026-11-16 22:10"), event_at=event, zone=NEW_YORK
    ) == visit("2026-11-17 08:00")
    assert move_into_window(event, event_at=event, zone=NEW_YORK) == visit(
        "2026-11-18 12:59"
    )
