"""The integration window: INT-01 to INT-03, both sides of each edge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from integration.rules.window import (
    DEFAULT_WINDOW_POLICY as POLICY,
    WindowState as S,
    assess_window,
    integration_window,
)

DOSED = datetime(2026, 11, 23, 15, tzinfo=UTC)
WINDOW = integration_window(DOSED, POLICY)
MINUTE = timedelta(minutes=1)


def hours(count: int) -> datetime:
    return DOSED + timedelta(hours=count)


def test_times_of_the_window():
    assert WINDOW.opens_at == DOSED
    assert WINDOW.target_at == hours(24)
    assert WINDOW.closes_at == hours(72)
    assert WINDOW.lead_at == hours(96)
    assert WINDOW.unintegrated_at == hours(168)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        pytest.param(DOSED - MINUTE, S.NOT_OPEN, id="before"),
        pytest.param(DOSED, S.DUE, id="at-the-dose"),
        pytest.param(hours(72), S.DUE, id="72-h"),
        pytest.param(hours(72) + MINUTE, S.OVERDUE, id="after-72-h"),
        pytest.param(hours(96), S.OVERDUE, id="96-h"),
        pytest.param(hours(96) + MINUTE, S.ESCALATED, id="after-96-h"),
        pytest.param(hours(168), S.ESCALATED, id="7-days"),
        pytest.param(hours(168) + MINUTE, S.UNINTEGRATED, id="after-7-days"),
    ],
)
def test_without_a_visit(now, state):
    assert assess_window(WINDOW, now=now) is state


@pytest.mark.parametrize(
    ("done_at", "state"),
    [
        pytest.param(hours(72), S.DONE, id="within-72-h"),
        pytest.param(hours(72) + MINUTE, S.DONE_LATE, id="after-72-h"),
    ],
)
def test_with_a_visit(done_at, state):
    assert assess_window(WINDOW, now=hours(500), done_at=done_at) is state


def test_a_documented_decline_closes_it():
    assert assess_window(WINDOW, now=hours(100), is_declined=True) is S.DECLINED


def test_hours_are_elapsed_hours_across_a_change_of_clocks():
    zone = ZoneInfo("America/New_York")
    local = datetime(2026, 10, 31, 10, tzinfo=zone)

    window = integration_window(local, POLICY)

    assert window.target_at.astimezone(zone).hour == 9
