"""How far apart doses lie: SP-01, 02, 03, 04 and 08, both sides of each edge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessions.rules.spacing import PriorDose, SpacingLevel, assess_spacing
from sessions.rules.spacing_policy import DEFAULT_SPACING_POLICY as POLICY

AT = datetime(2026, 11, 23, 15, tzinfo=UTC)
NB = "\u00a0"


def before(**ago) -> PriorDose:
    return PriorDose(given_at=AT - timedelta(**ago))


def codes(previous, at=AT, **values) -> list[str]:
    return [found.code for found in assess_spacing(previous, at, POLICY, **values)]


@pytest.mark.parametrize(
    ("previous", "expected"),
    [
        pytest.param([], [], id="first-dose"),
        pytest.param([before(hours=47, minutes=59)], ["SP-01"], id="below-48-h"),
        pytest.param([before(hours=48)], ["SP-02"], id="at-48-h"),
        pytest.param([before(hours=71, minutes=59)], ["SP-02"], id="below-72-h"),
        pytest.param([before(hours=72)], [], id="at-72-h"),
        pytest.param([before(days=4), before(days=6)], ["SP-03"], id="third-in-7-days"),
        pytest.param([before(days=4), before(days=7)], [], id="exactly-7-days-ago"),
        pytest.param([before(days=90)], [], id="at-90-days"),
        pytest.param([before(days=90, minutes=1)], ["SP-08"], id="above-90-days"),
        pytest.param(
            [before(days=91), before(days=4)], [], id="only-the-last-gap-is-stale"
        ),
        pytest.param([before(hours=-3)], [], id="a-later-dose-is-left-aside"),
        pytest.param([before(hours=0)], [], id="the-dose-itself-is-left-aside"),
        pytest.param(
            [before(days=4), before(days=1), before(days=6)],
            ["SP-01", "SP-03"],
            id="in-any-order",
        ),
    ],
)
def test_spacing(previous, expected):
    assert codes(previous) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [pytest.param(7, [], id="eighth"), pytest.param(8, ["SP-04"], id="ninth")],
)
def test_doses_in_28_days(count, expected):
    previous = [before(days=27 - 3 * number) for number in range(count)]

    assert [code for code in codes(previous) if code == "SP-04"] == expected


def test_esketamine_has_its_own_gaps_but_counts():
    yesterday = PriorDose(given_at=AT - timedelta(hours=24), is_esketamine=True)
    earlier = [yesterday, replace(yesterday, given_at=AT - timedelta(hours=90))]

    assert codes(earlier[:1], is_esketamine=True) == []
    assert codes([before(hours=24)], is_esketamine=True) == []
    assert codes(earlier[:1]) == []
    assert codes(earlier) == ["SP-03"]


def test_a_finding_says_why_and_from_when():
    (found,) = assess_spacing([before(hours=30, minutes=40)], AT, POLICY)

    assert found.level is SpacingLevel.HARD
    assert found.sentence == (
        f"The last dose is 30{NB}h ago; at least 48{NB}h lie between two doses."
    )
    assert found.earliest_at == AT + timedelta(hours=17, minutes=20)
    assert found.source


@pytest.mark.parametrize(
    ("previous", "earliest"),
    [
        pytest.param([before(hours=50)], AT + timedelta(hours=22), id="SP-02"),
        pytest.param(
            [before(days=4), before(days=6)], AT + timedelta(days=1), id="SP-03"
        ),
        pytest.param([before(days=100)], None, id="SP-08"),
    ],
)
def test_earliest_time_that_keeps_the_rule(previous, earliest):
    (found,) = assess_spacing(previous, AT, POLICY)

    assert found.earliest_at == earliest
    if earliest is not None:
        assert found.code not in codes(previous, at=earliest)


def test_hours_are_elapsed_hours_across_a_change_of_clocks():
    zone = ZoneInfo("America/New_York")
    last = PriorDose(given_at=datetime(2026, 3, 7, 9, tzinfo=zone))
    same_clock_time = datetime(2026, 3, 9, 9, tzinfo=zone)

    found = assess_spacing([last], same_clock_time, POLICY)

    assert found[0].code == "SP-01"
    assert found[0].sentence.startswith(f"The last dose is 47{NB}h ago")


def test_a_protocol_may_allow_three_a_week():
    policy = replace(POLICY, max_per_7_days=3)
    previous = [before(hours=72), before(days=5)]

    assert assess_spacing(previous, AT, policy) == ()
