"""Fasting before a dose, by route: both sides of each edge, and clock times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessions.rules.dose_types import Route
from sessions.rules.readiness import GATES
from sessions.rules.readiness_fasting import fasting_times
from sessions.rules.readiness_policy import DEFAULT_READINESS_POLICY as POLICY
from sessions.rules.readiness_types import GateState, Owner, ReadinessFacts

S = GateState
ZONE = ZoneInfo("America/New_York")
DOSE_AT = datetime(2026, 11, 23, 13, tzinfo=ZONE)
PRESCRIBER = (Owner.PRESCRIBER,)


def clock(hour: int, minute: int = 0) -> datetime:
    return DOSE_AT.replace(hour=hour, minute=minute)


READY = ReadinessFacts(
    route=Route.IM,
    dose_at=DOSE_AT,
    today=DOSE_AT.date(),
    zone=ZONE,
    fasting_asked=True,
    last_solid_food_at=clock(7),
    last_clear_liquid_at=clock(10, 30),
)


def gate(code: str, **changes):
    return GATES[code](replace(READY, **changes), POLICY)


@pytest.mark.parametrize(
    ("changes", "state", "holds"),
    [
        pytest.param({"fasting_asked": False}, S.UNKNOWN, True, id="not-asked"),
        pytest.param({}, S.DONE, False, id="im-food-6-h"),
        pytest.param({"last_solid_food_at": clock(7, 1)}, S.OPEN, True, id="im-5-h-59"),
        pytest.param({"last_meal_was_fatty": True}, S.OPEN, True, id="im-fatty-6-h"),
        pytest.param(
            {"last_meal_was_fatty": True, "last_solid_food_at": clock(5)},
            S.DONE,
            False,
            id="im-fatty-8-h",
        ),
        pytest.param({"last_clear_liquid_at": clock(11)}, S.DONE, False, id="im-2-h"),
        pytest.param(
            {"last_clear_liquid_at": clock(11, 1)}, S.OPEN, True, id="im-drink-1-h-59"
        ),
        pytest.param(
            {"last_solid_food_at": None, "last_clear_liquid_at": None},
            S.DONE,
            False,
            id="nothing-taken",
        ),
        pytest.param(
            {"route": Route.SL, "last_solid_food_at": clock(9)},
            S.DONE,
            False,
            id="sl-4-h",
        ),
        pytest.param(
            {"route": Route.SL, "last_solid_food_at": clock(9, 1)},
            S.OPEN,
            False,
            id="sl-below-4-h-warns",
        ),
        pytest.param(
            {"route": Route.SL, "last_solid_food_at": clock(11)},
            S.OPEN,
            False,
            id="sl-2-h-warns",
        ),
        pytest.param(
            {"route": Route.SL, "last_solid_food_at": clock(11, 1)},
            S.OPEN,
            True,
            id="sl-below-2-h",
        ),
        pytest.param(
            {"route": Route.IN_ESK, "last_solid_food_at": clock(11)},
            S.DONE,
            False,
            id="esketamine-food-2-h",
        ),
        pytest.param(
            {"route": Route.IN_ESK, "last_solid_food_at": clock(11, 1)},
            S.OPEN,
            True,
            id="esketamine-food-1-h-59",
        ),
        pytest.param(
            {"route": Route.IN_ESK, "last_clear_liquid_at": clock(12, 30)},
            S.DONE,
            False,
            id="esketamine-drink-30-min",
        ),
        pytest.param(
            {"route": Route.IN_ESK, "last_clear_liquid_at": clock(12, 31)},
            S.OPEN,
            True,
            id="esketamine-drink-29-min",
        ),
    ],
)
def test_g10_fasting(changes, state, holds):
    result = gate("G-10", **changes)

    assert (result.state, result.holds_the_dose) == (state, holds)
    assert result.overridable_by == PRESCRIBER


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param(
            {}, "Food 07:00 (until 07:00), drink 10:30 (until 11:00).", id="kept"
        ),
        pytest.param(
            {"last_solid_food_at": clock(9, 10)},
            "Food 09:10 (until 07:00), drink 10:30 (until 11:00). "
            "Long enough for a dose from 15:10.",
            id="too-late",
        ),
        pytest.param(
            {"last_solid_food_at": DOSE_AT - timedelta(hours=18)},
            "Food 22 Nov 19:00 (until 07:00), drink 10:30 (until 11:00).",
            id="the-evening-before",
        ),
        pytest.param(
            {"last_solid_food_at": None, "last_meal_was_fatty": True},
            "Food none (until 05:00), drink 10:30 (until 11:00).",
            id="none",
        ),
    ],
)
def test_g10_says_clock_times_of_the_site(changes, sentence):
    utc = {
        key: value.astimezone(UTC) if isinstance(value, datetime) else value
        for key, value in changes.items()
    }

    assert gate("G-10", **utc).sentence == sentence


def test_g10_a_clinic_may_let_it_warn():
    policy = replace(POLICY, fasting_warns_only=frozenset({Route.IM}))
    facts = replace(READY, last_solid_food_at=clock(12))

    assert not GATES["G-10"](facts, policy).holds_the_dose


def test_fasting_times_are_elapsed_hours_on_the_night_clocks_change():
    dose_at = datetime(2026, 11, 1, 8, tzinfo=ZONE)
    times = fasting_times(POLICY.fasting[Route.IV], dose_at, ZONE)

    assert f"{times.food_until:%d %H:%M}" == "01 02:00"
    assert f"{times.fatty_meal_until:%d %H:%M}" == "01 01:00"
    assert f"{times.drink_until:%H:%M}" == "06:00"
