"""Outcomes: baseline, endpoint, follow-up points (clinical reference 11.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from integration.rules.outcomes import (
    ScoredResponse,
    assess_course,
    change_between,
    choose_baseline,
    choose_endpoint,
    choose_for_point,
)
from integration.rules.outcomes_policy import (
    DEFAULT_OUTCOME_POLICY as POLICY,
    FollowUpPoint,
)
from screening.instruments import change_rules

FIRST = date(2026, 10, 1)
LAST = date(2026, 10, 21)
RULES = change_rules("phq9")


def response(day: int, total: int | None, *, of: date = FIRST, **values):
    return ScoredResponse(answered_on=of + timedelta(days=day), total=total, **values)


def after(day: int, total: int | None, **values):
    return response(day, total, of=LAST, **values)


def total_of(chosen: ScoredResponse | None) -> int | None:
    return None if chosen is None else chosen.total


@pytest.mark.parametrize(
    ("responses", "total"),
    [
        pytest.param([], None, id="none"),
        pytest.param([response(-30, 18)], 18, id="30-days-before"),
        pytest.param([response(-31, 18)], None, id="31-days-before"),
        pytest.param([response(0, 18)], 18, id="on-the-day"),
        pytest.param([response(1, 18)], None, id="after-the-first-dose"),
        pytest.param([response(-2, 16), response(-20, 18)], 16, id="the-newest"),
        pytest.param([response(-20, 18), response(-2, None)], 18, id="not-the-invalid"),
        pytest.param(
            [response(-20, 18), response(-2, 16, is_prorated=True)],
            18,
            id="not-the-prorated",
        ),
        pytest.param([response(-2, 16), response(-2, 15)], 15, id="last-of-one-day"),
    ],
)
def test_baseline(responses, total):
    assert total_of(choose_baseline(responses, FIRST, POLICY)) == total


@pytest.mark.parametrize(
    ("day", "is_endpoint"),
    [
        pytest.param(0, False, id="day-of-the-dose"),
        pytest.param(1, True, id="day-1"),
        pytest.param(14, True, id="day-14"),
        pytest.param(15, False, id="day-15"),
    ],
)
def test_endpoint_window(day, is_endpoint):
    chosen = choose_endpoint([after(day, 6)], LAST, POLICY)

    assert (chosen is not None) is is_endpoint


def test_the_endpoint_is_the_last_valid_score():
    responses = [after(3, 9), after(13, 7), after(14, None), after(20, 2)]

    assert total_of(choose_endpoint(responses, LAST, POLICY)) == 7


@pytest.mark.parametrize("point", POLICY.points, ids=lambda point: f"day-{point.day}")
def test_every_point_has_both_its_edges(point):
    days = {
        point.first_day - 1: False,
        point.first_day: True,
        point.last_day: True,
        point.last_day + 1: False,
    }

    for day, inside in days.items():
        chosen = choose_for_point([after(day, 5)], LAST, point)
        assert (chosen is not None) is inside


def test_points_are_those_of_the_reference():
    assert [(point.day, point.tolerance_days) for point in POLICY.points] == [
        (7, 3),
        (14, 4),
        (28, 5),
        (56, 7),
        (90, 14),
        (180, 30),
        (365, 45),
    ]


@pytest.mark.parametrize(
    ("days", "chosen_day"),
    [
        pytest.param([24, 29], 29, id="nearest"),
        pytest.param([26, 30], 30, id="tie-later"),
        pytest.param([30, 26], 30, id="tie-later-in-any-order"),
    ],
)
def test_the_nearest_score_wins(days, chosen_day):
    chosen = choose_for_point(
        [after(day, day) for day in days], LAST, FollowUpPoint(28, 5)
    )

    assert total_of(chosen) == chosen_day


def test_a_course():
    responses = [response(-40, 21), response(-3, 18), response(10, 12), after(8, 4)]
    outcome = assess_course(
        responses, first_dose_on=FIRST, last_dose_on=LAST, rules=RULES, policy=POLICY
    )

    assert total_of(outcome.baseline) == 18
    assert total_of(outcome.endpoint) == total_of(outcome.latest) == 4
    assert outcome.endpoint_change == outcome.latest_change
    assert outcome.endpoint_change is not None
    assert outcome.endpoint_change.response is True
    assert outcome.endpoint_change.remission is True
    assert outcome.endpoint_change.reliable_improvement
    assert [total_of(point.response) for point in outcome.points] == [4, None] + [
        None
    ] * 5
    assert outcome.points[0].change == outcome.endpoint_change
    assert outcome.points[2].change is None


def test_prorated_scores_count_when_asked_for():
    responses = [response(-3, 18, is_prorated=True), after(8, 9, is_prorated=True)]
    assess = partial(
        assess_course,
        responses,
        first_dose_on=FIRST,
        last_dose_on=LAST,
        rules=RULES,
        policy=POLICY,
    )

    without = assess()
    with_them = assess(include_prorated=True)

    assert (without.baseline, without.endpoint, without.latest) == (None, None, None)
    assert with_them.endpoint_change is not None
    assert with_them.endpoint_change.response is True


def test_without_two_totals_there_is_no_change():
    one = after(1, 9)

    assert change_between(None, one, RULES) is None
    assert change_between(one, None, RULES) is None
    assert change_between(one, replace(one, total=None), RULES) is None
