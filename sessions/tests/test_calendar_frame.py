"""The calendar's lines: real elapsed time, also where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from sessions.queries.calendar_frame import Frame, make_frames, outside

WHOLE_DAY = ((time(0), time(23, 59)),)


def frame_of(zone: str, day: date, hours: object = WHOLE_DAY) -> Frame:
    return make_frames([day], zone=ZoneInfo(zone), hours=[hours], spans=[])[0]  # type: ignore[list-item]  # hours


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("America/New_York", date(2026, 11, 2), 24),
        ("America/Phoenix", date(2026, 3, 8), 24),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
    ],
)
def test_a_day_has_the_hours_it_really_has(zone: str, day: date, hours: float) -> None:
    frame = frame_of(zone, day)

    assert frame.slots * frame.slot_min == hours * 60


def test_the_repeated_hour_is_labelled_twice_and_the_skipped_one_not_at_all() -> None:
    autumn = [t for _, t in frame_of("America/New_York", date(2026, 11, 1)).hours()]
    spring = [t for _, t in frame_of("America/New_York", date(2026, 3, 8)).hours()]

    assert autumn.count("01:00") == 2
    assert "02:00" not in spring
    assert len(spring) == 23


def test_an_instant_after_the_change_stands_on_its_real_line() -> None:
    zone = ZoneInfo("America/New_York")
    frame = frame_of("America/New_York", date(2026, 11, 1))

    at = datetime(2026, 11, 1, 10, tzinfo=zone)

    assert (frame.line(at) - 1) * frame.slot_min == 11 * 60
    assert frame.line(at.astimezone(UTC)) == frame.line(at)


def test_a_usual_day_is_drawn_from_opening_to_closing_in_steps_of_five_minutes() -> (
    None
):
    frame = frame_of(
        "America/New_York", date(2026, 11, 24), ((time(8, 30), time(17, 15)),)
    )

    assert (frame.slot_min, frame.slots) == (5, 10 * 12)
    assert frame.hours()[0] == (1, "08:00")


def test_what_is_booked_outside_the_hours_widens_every_day_alike() -> None:
    zone = ZoneInfo("America/New_York")
    late = (
        datetime(2026, 11, 24, 18, tzinfo=zone),
        datetime(2026, 11, 24, 19, 20, tzinfo=zone),
    )
    frames = make_frames(
        [date(2026, 11, 24), date(2026, 11, 25)],
        zone=zone,
        hours=[((time(9), time(17)),), ()],
        spans=[late],
    )

    assert [f.slots for f in frames] == [11 * 12, 11 * 12]


def test_outside_leaves_the_gaps_between_the_spans() -> None:
    def at(hour: int) -> datetime:
        return datetime(2026, 11, 24, hour, tzinfo=UTC)

    found = list(outside([(at(9), at(12)), (at(13), at(20))], [(at(8), at(18))]))

    assert found == [(at(8), at(9)), (at(12), at(13))]
