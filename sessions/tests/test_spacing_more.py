"""Spacing rules SP-05 to SP-11, each on both sides of its edge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessions.rules.spacing import (
    PriorDose,
    SpacingFacts,
    SpacingLevel,
    assess_among,
    assess_spacing,
)
from sessions.rules.spacing_policy import DEFAULT_SPACING_POLICY as POLICY, EDUCATION

AT = datetime(2026, 11, 23, 15, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
HERE = SpacingFacts(zone=ZONE)


def before(*, esketamine: bool = False, **ago) -> PriorDose:
    return PriorDose(given_at=AT - timedelta(**ago), is_esketamine=esketamine)


def after(*, esketamine: bool = False, **ahead) -> PriorDose:
    return PriorDose(given_at=AT + timedelta(**ahead), is_esketamine=esketamine)


def codes(previous, *, esketamine=False, facts=HERE, at=AT) -> list[str]:
    found = assess_spacing(previous, at, POLICY, is_esketamine=esketamine, facts=facts)
    return [one.code for one in found]


def esk(*days: int) -> list[PriorDose]:
    """Esketamine on these days of a series whose day ``n`` is the dose in question."""
    return [before(esketamine=True, days=day) for day in days]


@pytest.mark.parametrize(
    ("previous", "expected"),
    [
        pytest.param(esk(3), [], id="second-in-week-1"),
        pytest.param(esk(6, 3), ["SP-03", "SP-05"], id="third-in-week-1"),
        pytest.param(esk(7, 4), [], id="third-dose-opens-week-2"),
        pytest.param(esk(27, 24, 20, 17, 13, 10, 3), [], id="second-in-week-4"),
        pytest.param(esk(28, 25, 21, 18, 14, 11, 7, 4), [], id="first-in-week-5"),
        pytest.param(
            esk(34, 31, 27, 24, 20, 17, 13, 10, 6),
            ["SP-05"],
            id="second-in-week-5",
        ),
        pytest.param(esk(35, 32, 28, 25, 21, 18, 14, 11, 7), [], id="week-6"),
        pytest.param(esk(100, 97, 3), [], id="a-series-begins-anew-after-90-days"),
    ],
)
def test_esketamine_weeks(previous, expected):
    assert codes(previous, esketamine=True) == expected


def test_esketamine_weeks_are_local_days_across_the_end_of_summer_time():
    first = PriorDose(
        given_at=datetime(2026, 10, 27, 9, tzinfo=ZONE), is_esketamine=True
    )
    second = replace(first, given_at=datetime(2026, 10, 30, 9, tzinfo=ZONE))
    week_later = datetime(2026, 11, 3, 8, 30, tzinfo=ZONE)

    assert codes([first, second], esketamine=True, at=week_later) == []


@pytest.mark.parametrize(
    ("others", "esketamine", "expected"),
    [
        pytest.param(
            [before(hours=23, minutes=59)], True, ["SP-06"], id="racemic-then"
        ),
        pytest.param([before(hours=24)], True, [], id="exactly-a-day"),
        pytest.param(
            [before(esketamine=True, hours=23)], False, ["SP-06"], id="esketamine-then"
        ),
        pytest.param([after(hours=23)], True, ["SP-06"], id="racemic-comes"),
        pytest.param([after(hours=24)], True, [], id="racemic-comes-a-day-later"),
        pytest.param(
            [after(esketamine=True, hours=5)], False, ["SP-06"], id="esk-comes"
        ),
        pytest.param([after(hours=5)], False, [], id="both-racemic"),
    ],
)
def test_no_other_product_within_a_day_of_esketamine(others, esketamine, expected):
    assert codes(others, esketamine=esketamine) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [pytest.param(23, [], id="24th"), pytest.param(24, ["SP-07"], id="25th")],
)
def test_beyond_24_doses_a_year_the_director_reviews(count, expected):
    previous = [before(days=10 + 14 * number) for number in range(count)]

    found = assess_spacing(previous, AT, POLICY, facts=HERE)

    assert [one.code for one in found] == expected
    assert [one.asks_review for one in found] == [True] * len(expected)
    assert not any(one.stops for one in found)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(HERE, ["SP-08"], id="nobody-saw"),
        pytest.param(
            replace(HERE, prescriber_saw_at=AT - timedelta(days=5)), [], id="seen-since"
        ),
        pytest.param(
            replace(HERE, prescriber_saw_at=AT - timedelta(days=92)),
            ["SP-08"],
            id="seen-before-that-dose",
        ),
        pytest.param(
            replace(HERE, screened_at=AT - timedelta(days=1)), [], id="screened-since"
        ),
    ],
)
def test_after_90_days_a_prescriber_sees_the_patient_first(facts, expected):
    assert codes([before(days=91)], facts=facts) == expected


@pytest.mark.parametrize(
    ("ago", "facts", "expected"),
    [
        pytest.param({"days": 365}, HERE, ["SP-08"], id="exactly-a-year"),
        pytest.param({"days": 365, "minutes": 1}, HERE, ["SP-09"], id="above-a-year"),
        pytest.param(
            {"days": 400},
            replace(HERE, screened_at=AT - timedelta(days=9)),
            [],
            id="screened-anew",
        ),
        pytest.param(
            {"days": 4},
            replace(HERE, exclusion_event_at=AT - timedelta(days=1)),
            ["SP-09"],
            id="something-that-excludes",
        ),
        pytest.param(
            {"days": 4},
            replace(
                HERE,
                exclusion_event_at=AT - timedelta(days=2),
                screened_at=AT - timedelta(days=1),
            ),
            [],
            id="screened-after-it",
        ),
    ],
)
def test_rescreening(ago, facts, expected):
    assert codes([before(**ago)], facts=facts) == expected


def test_a_missed_session_of_the_induction_is_said_and_stops_nothing():
    facts = replace(HERE, sessions_missed=2)

    (found,) = assess_spacing(esk(4), AT, POLICY, is_esketamine=True, facts=facts)

    assert (found.code, found.level) == ("SP-10", SpacingLevel.INFO)
    assert "the prescriber decides" in found.sentence
    assert codes(esk(4), esketamine=False, facts=facts) == []


@pytest.mark.parametrize("previous", [[], [before(days=4)]], ids=["first", "later"])
def test_a_serious_event_blocks_whatever_the_distance(previous):
    facts = replace(HERE, serious_event_open=True)

    found = assess_spacing(previous, AT, POLICY, facts=facts)

    assert [one.level for one in found] == [SpacingLevel.BLOCK]
    assert found[0].code == "SP-11"
    assert found[0].earliest_at is None


def test_a_retreat_may_give_a_dose_after_24_hours_and_no_sooner():
    facts = replace(HERE, min_hours=24, max_per_7_days=3)

    assert codes([before(hours=24)], facts=facts) == ["SP-02"]
    assert codes([before(hours=23)], facts=facts) == ["SP-01"]
    assert codes([before(hours=24), before(hours=48)], facts=facts) == ["SP-02"]


def test_a_dose_put_between_others_is_held_against_those_after_it():
    new = after(hours=0)
    later = [after(hours=30), after(days=4)]

    found = assess_among(new, later, POLICY, facts=HERE)

    assert [one.code for one in found] == ["SP-01", "SP-03"]


def test_a_later_dose_that_was_wrong_before_is_not_held_against_the_new_one():
    later = [after(days=10), after(days=10, hours=5)]

    assert assess_among(after(hours=0), later, POLICY, facts=HERE) == ()


def test_more_frequent_sessions_are_only_taught():
    assert "no reason to" in EDUCATION
