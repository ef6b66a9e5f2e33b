"""Deadlines, the chain of people and the steps of an alert, as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from screening.instruments import cssrs
from screening.queries.cssrs import level_of
from screening.rules.safety import (
    STEPS,
    Door,
    Level,
    Trigger,
    counted_level,
    deadlines,
    missing_steps,
    needs_clinician,
)
from screening.rules.safety_chain import People, chain, next_in

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
H, M = timedelta(hours=1), timedelta(minutes=1)
EVENING = AT + 7 * H


@pytest.mark.parametrize(
    ("trigger", "within", "interval", "contact", "same_day"),
    [
        pytest.param(Trigger(Door.ITEM9, 1), 4 * H, 4 * H, None, False, id="item9-1"),
        pytest.param(Trigger(Door.ITEM9, 2), 2 * H, 2 * H, None, False, id="item9-2"),
        pytest.param(Trigger(Door.ITEM9, 3), 30 * M, 15 * M, None, False, id="item9-3"),
        pytest.param(Trigger(Door.ITEM9), 2 * H, 2 * H, None, False, id="item9-open"),
        pytest.param(
            Trigger(Door.CSSRS, level=Level.LOW), 4 * H, 4 * H, None, False, id="low"
        ),
        pytest.param(
            Trigger(Door.CSSRS, level=Level.MODERATE), H, 15 * M, None, True, id="mod"
        ),
        pytest.param(
            Trigger(Door.CSSRS, level=Level.HIGH), 30 * M, 15 * M, H, True, id="high"
        ),
        pytest.param(Trigger(Door.HELP), 30 * M, 15 * M, None, False, id="help"),
    ],
)
def test_deadlines(trigger, within, interval, contact, same_day):
    found = deadlines(trigger, at=AT, closes_at=EVENING)

    assert found.acknowledge_by == AT + within
    assert found.interval == interval
    assert found.contact_by == (AT + contact if contact else None)
    assert found.close_by == (EVENING if same_day else None)


@pytest.mark.parametrize(
    "closes_at",
    [pytest.param(None, id="closed-now"), pytest.param(AT - M, id="closed-before")],
)
def test_a_high_alert_of_the_night_has_hours_not_a_night(closes_at):
    found = deadlines(Trigger(Door.CSSRS, level=Level.HIGH), at=AT, closes_at=closes_at)

    assert found.close_by == AT + 4 * H


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        (Trigger(Door.ITEM9, 0), False),
        (Trigger(Door.ITEM9, 1), True),
        (Trigger(Door.ITEM9, None), True),
        (Trigger(Door.CSSRS, level=Level.NONE), False),
        (Trigger(Door.CSSRS, level=Level.LOW), True),
        (Trigger(Door.HELP), True),
    ],
)
def test_what_calls_a_clinician(trigger, expected):
    assert needs_clinician(trigger) is expected


P, C, S, N, D = (UUID(int=n) for n in range(1, 6))


@pytest.mark.parametrize(
    ("away", "is_open", "expected"),
    [
        pytest.param((), True, [P, C, S, N, D], id="all-here"),
        pytest.param((P,), True, [C, S, N, D], id="primary-away"),
        pytest.param((P, C), True, [S, N, D], id="both-away"),
        pytest.param((P, C, S, N), True, [D], id="only-the-director"),
        pytest.param((P, C, S, N, D), True, [], id="nobody"),
        pytest.param((), False, [N, D, P, C, S], id="closed"),
        pytest.param((N,), False, [D, P, C, S], id="closed-on-call-away"),
    ],
)
def test_the_chain(away, is_open, expected):
    people = People(
        primary=P, cover=C, safety=[S], on_call=[N], directors=[D], unavailable=away
    )

    assert chain(people, is_open=is_open) == expected


def test_one_person_in_two_places_is_told_once_and_nobody_is_invented():
    assert chain(People(primary=P, cover=P, directors=[P]), is_open=True) == [P]
    assert chain(People(primary=None, cover=None), is_open=True) == []


@pytest.mark.parametrize(
    ("told", "expected"),
    [([], P), ([P], C), ([P, C], D), ([P, C, D], P), ([P, C, D, P], C), ([S], P)],
)
def test_the_next_person_and_around_again(told, expected):
    assert next_in([P, C, D], told) == expected


def test_with_nobody_in_the_chain_there_is_no_next():
    assert next_in([], [P]) is None


@pytest.mark.parametrize(
    ("levels", "done", "expected"),
    [
        ([], [], Level.UNKNOWN),
        ([], ["not-screened"], Level.MODERATE),
        ([Level.LOW], ["not-screened"], Level.LOW),
        ([Level.HIGH, Level.LOW], [], Level.HIGH),
        ([Level.NONE], [], Level.NONE),
    ],
)
def test_the_level_that_counts(levels, done, expected):
    assert counted_level(levels, done) is expected


@pytest.mark.parametrize("level", list(Level))
def test_each_step_of_a_level_alone_holds_the_close(level):
    codes = [step.code for step in STEPS[level]]

    assert missing_steps(level, codes) == []
    for code in codes:
        left = [one for one in codes if one != code]
        assert [step.code for step in missing_steps(level, left)] == [code]


def test_a_screener_that_could_not_be_asked_stands_for_it():
    codes = [step.code for step in STEPS[Level.MODERATE] if step.code != "screened"]

    assert missing_steps(Level.MODERATE, [*codes, "not-screened"]) == []


@pytest.mark.parametrize(
    ("answers", "is_final", "expected"),
    [
        ({}, False, Level.NONE),
        ({}, True, Level.MODERATE),
        ({cssrs.WISH_DEAD: 1}, False, Level.LOW),
        ({cssrs.THOUGHTS: 1, cssrs.METHOD: 1}, False, Level.MODERATE),
        ({cssrs.THOUGHTS: 1, cssrs.INTENT: 1}, False, Level.HIGH),
        ({cssrs.BEHAVIOR: 1}, False, Level.MODERATE),
        ({cssrs.BEHAVIOR: 1}, True, Level.HIGH),
        ({cssrs.WISH_DEAD: 0, cssrs.THOUGHTS: 0, cssrs.BEHAVIOR: 0}, True, Level.NONE),
    ],
)
def test_the_screener_while_it_is_filled_in_and_when_it_is_sent(
    answers, is_final, expected
):
    assert level_of(answers, is_final=is_final) is expected
