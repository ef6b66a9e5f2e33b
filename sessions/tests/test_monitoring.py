"""When readings are due, what becomes of them, and when the patient may leave."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessions.rules.dose_types import Route
from sessions.rules.monitoring import DoseTimes, schedule
from sessions.rules.monitoring_policy import DEFAULT_MONITORING_POLICY as POLICY
from sessions.rules.monitoring_watch import DueState, Escalation, follow, next_due

ZONE = ZoneInfo("America/New_York")
TEN = datetime(2026, 11, 23, 10, tzinfo=ZONE)


def clock(text: str) -> datetime:
    hour, minute = text.split(":")
    return TEN.replace(hour=int(hour), minute=int(minute))


def local(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%H:%M}"


def dose(route: Route, session: int = 5, **values) -> DoseTimes:
    return DoseTimes(route=route, started_at=TEN, session_number=session, **values)


def minutes_of(plan) -> list[int]:
    return [int((due.at - TEN) / timedelta(minutes=1)) for due in plan.readings]


def clocks(plan) -> list[str]:
    return [local(due.at) for due in plan.readings]


V1 = schedule(dose(Route.IV, infusion_min=40), POLICY)


def test_v1_infusion():
    assert local(V1.baseline_from) == "09:45"
    assert clocks(V1) == [
        "10:05",
        "10:10",
        "10:20",
        "10:30",
        "10:40",
        "10:55",
        "11:10",
        "11:25",
        "11:40",
    ]
    assert V1.earliest_discharge == clock("11:40")


def test_v2_first_infusions_are_watched_more_closely():
    plan = schedule(dose(Route.IV, session=1, infusion_min=40), POLICY)

    assert clocks(plan)[:6] == ["10:05", "10:10", "10:15", "10:20", "10:30", "10:40"]
    assert clocks(plan)[6:] == clocks(V1)[5:]


@pytest.mark.parametrize(
    ("session", "has_10_15"),
    [pytest.param(3, True, id="third"), pytest.param(4, False, id="fourth")],
)
def test_close_watch_ends_after_three_sessions(session, has_10_15):
    plan = schedule(dose(Route.IV, session=session, infusion_min=40), POLICY)

    assert ("10:15" in clocks(plan)) is has_10_15


def test_the_end_of_an_odd_infusion_is_a_reading():
    plan = schedule(dose(Route.IV, infusion_min=45), POLICY)

    assert minutes_of(plan) == [5, 10, 20, 30, 40, 45, 60, 75, 90, 105]


def test_a_short_infusion_has_no_reading_after_its_end_but_the_regular_ones():
    plan = schedule(dose(Route.IV, session=1, infusion_min=12), POLICY)

    assert minutes_of(plan) == [5, 10, 12, 27, 42, 57, 72]


@pytest.mark.parametrize(
    ("times", "minutes", "earliest"),
    [
        pytest.param(
            dose(Route.IM), [5, 10, 15, 30, 45, 60, 90], 90, id="intramuscular"
        ),
        pytest.param(
            dose(Route.IM, session=2),
            [5, 10, 15, 20, 30, 45, 60, 90],
            90,
            id="intramuscular-first-sessions",
        ),
        pytest.param(
            dose(Route.IM, is_extended=True),
            [5, 10, 15, 30, 45, 60, 90, 120],
            90,
            id="intramuscular-extended",
        ),
        pytest.param(
            dose(Route.IM, last_given_at=clock("10:12")),
            [5, 10, 17, 22, 27, 42, 57, 72, 102],
            102,
            id="second-injection",
        ),
        pytest.param(dose(Route.SL), [15, 30, 45, 60, 90], 90, id="sublingual"),
        pytest.param(
            dose(Route.SL, session=1), [15, 30, 45, 60, 90], 90, id="sublingual-first"
        ),
        pytest.param(
            dose(Route.IN_ESK), [15, 30, 40, 60, 90, 120], 120, id="esketamine"
        ),
        pytest.param(
            dose(Route.IN_ESK, last_given_at=clock("10:10"), is_extended=True),
            [15, 30, 40, 60, 90, 130],
            130,
            id="esketamine-counts-from-the-last-device",
        ),
    ],
)
def test_points_of_other_routes(times, minutes, earliest):
    plan = schedule(times, POLICY)

    assert minutes_of(plan) == minutes
    assert plan.earliest_discharge == TEN + timedelta(minutes=earliest)
    assert plan.baseline_from == TEN - timedelta(minutes=15)


def test_pressure_at_40_minutes_is_mandatory_for_esketamine_only():
    esketamine = schedule(dose(Route.IN_ESK), POLICY).readings

    assert [due.at for due in esketamine if due.is_mandatory] == [clock("10:40")]
    assert not any(due.is_mandatory for due in V1.readings)


def test_grace_is_longer_in_recovery():
    assert {due.grace for due in V1.readings if not due.is_recovery} == {
        timedelta(minutes=3)
    }
    assert {due.grace for due in V1.readings if due.is_recovery} == {
        timedelta(minutes=5)
    }


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(datetime(2026, 11, 1, 1, 30, tzinfo=ZONE), id="clocks-go-back"),
        pytest.param(datetime(2026, 3, 8, 1, 30, tzinfo=ZONE), id="clocks-go-forward"),
    ],
)
def test_a_change_of_clocks_moves_nothing(start):
    times = DoseTimes(route=Route.IM, started_at=start, session_number=5)
    plan = schedule(times, POLICY)

    assert plan.readings[-1].at - plan.readings[0].at == timedelta(minutes=85)
    assert plan.earliest_discharge.timestamp() - start.timestamp() == 90 * 60


def watch(taken: list[str], now: str):
    times = [clock(text) for text in taken]
    return follow(V1.readings, times, POLICY, now=clock(now))


def states(followed) -> list[DueState]:
    return [one.state for one in followed]


def test_before_the_first_window_all_is_to_come():
    followed = watch([], "10:01")

    assert set(states(followed)) == {DueState.UPCOMING}
    assert next_due(followed) is followed[0]


@pytest.mark.parametrize(
    ("now", "state", "late"),
    [
        pytest.param("10:02", DueState.DUE, 0, id="window-opens-3-min-before"),
        pytest.param("10:08", DueState.DUE, 0, id="at-the-end-of-the-grace"),
        pytest.param("10:09", DueState.MISSED, 1, id="the-next-is-due"),
    ],
)
def test_a_reading_that_is_due(now, state, late):
    first = watch([], now)[0]

    assert (first.state, first.minutes_late) == (state, late)


@pytest.mark.parametrize(
    ("now", "state", "escalation"),
    [
        pytest.param("11:43", DueState.DUE, Escalation.NONE, id="in-grace"),
        pytest.param("11:46", DueState.LATE, Escalation.NONE, id="1-min-late"),
        pytest.param("11:49", DueState.LATE, Escalation.NONE, id="4-min-late"),
        pytest.param("11:50", DueState.LATE, Escalation.ROOM, id="5-min-late"),
        pytest.param("11:54", DueState.LATE, Escalation.ROOM, id="9-min-late"),
        pytest.param("11:55", DueState.LATE, Escalation.NURSE_LEAD, id="10-min-late"),
        pytest.param("11:59", DueState.LATE, Escalation.NURSE_LEAD, id="14-min-late"),
        pytest.param("12:00", DueState.LATE, Escalation.PRESCRIBER, id="15-min-late"),
    ],
)
def test_a_late_reading_becomes_visible_to_others(now, state, escalation):
    last = watch([], now)[-1]

    assert (last.state, last.escalation) == (state, escalation)


def test_v18_the_time_it_was_taken_counts():
    followed = watch(["10:05", "10:10", "10:20", "10:31"], "10:52")

    assert states(followed)[:4] == [DueState.ON_TIME] * 4
    assert followed[3].taken_at == clock("10:31")
    assert followed[3].escalation is Escalation.NONE


def test_a_reading_after_the_grace_is_taken_late():
    followed = watch(["10:05", "10:10", "10:25"], "10:26")

    assert followed[2].state is DueState.TAKEN_LATE
    assert followed[2].minutes_late == 2


def test_a_reading_shortly_before_its_time_counts_for_it():
    followed = watch(["10:04", "10:10", "10:18"], "10:19")

    assert states(followed)[:3] == [DueState.ON_TIME] * 3


def test_when_all_is_taken_nothing_is_due():
    followed = watch(clocks(V1), "11:41")

    assert set(states(followed)) == {DueState.ON_TIME}
    assert next_due(followed) is None


def test_order_of_entry_does_not_matter():
    assert watch(["10:10", "10:05"], "10:12") == watch(["10:05", "10:10"], "10:12")


def test_without_readings_there_is_nothing_to_follow():
    assert follow((), [], POLICY, now=TEN) == ()
