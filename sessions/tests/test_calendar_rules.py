"""Where a visit cannot go: the pure rules of dragging."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings, strategies as st

from sessions.rules.calendar_moves import (
    Level,
    MovingPart,
    Question,
    Reason,
    Span,
    Target,
    refusals,
)

QUARTER = 15 * 60
HOUR = 4 * QUARTER
DAY = tuple(range(8 * HOUR, 18 * HOUR, QUARTER))
CEDAR, WILLOW, NORA, PATIENT = 1, 2, 3, 9
NAMES = {CEDAR: "Cedar", WILLOW: "Willow", NORA: "Nora"}


def ask(
    lanes: dict[int, list[list[Span]]] | None = None,
    *,
    length: int = HOUR,
    **facts: Any,
) -> Question:
    known: dict[str, Any] = {
        "now": 0,
        "parts": (
            MovingPart("room", CEDAR, -QUARTER, length + QUARTER),
            MovingPart("therapist", NORA, 0, length),
            MovingPart("patient", PATIENT, 0, length),
        ),
        "is_open": [(8 * HOUR, 18 * HOUR)],
        "closed_words": "Closed",
        **facts,
    }
    free: dict[int, list[list[Span]]] = {
        pk: [[]] for pk in (CEDAR, WILLOW, NORA, PATIENT)
    }
    return Question(
        steps=DAY, length=length, lanes={**free, **(lanes or {})}, names=NAMES, **known
    )


def said(question: Question, target: Target) -> dict[str, tuple[float, float, Level]]:
    """Words to the first and last refused start, in hours."""
    return {
        one.words: (DAY[one.first] / HOUR, DAY[one.last] / HOUR, one.level)
        for one in refusals(question, target)
    }


def test_a_taken_room_refuses_starts_with_their_set_up_and_clean_up() -> None:
    found = said(ask({CEDAR: [[(12 * HOUR, 13 * HOUR)]]}), Target(CEDAR, "Cedar"))

    assert found["Cedar is taken"] == (11, 13, Level.HARD)


def test_another_room_is_asked_instead_of_its_own() -> None:
    question = ask({CEDAR: [[(8 * HOUR, 18 * HOUR)]]})

    found = said(question, Target(WILLOW, "Willow", "room"))

    assert "Cedar is taken" not in found
    assert said(question, Target(CEDAR, "Cedar"))["Cedar is taken"][:2] == (8, 17)


def test_one_free_lane_is_enough() -> None:
    question = ask({NORA: [[(9 * HOUR, 12 * HOUR)], []]})

    assert "Nora is taken" not in said(question, Target(CEDAR, "Cedar"))


def test_the_patient_is_never_named() -> None:
    found = said(ask({PATIENT: [[(9 * HOUR, 10 * HOUR)]]}), Target(CEDAR, "Cedar"))

    assert found["The patient has another visit"] == (8.25, 9.75, Level.HARD)


def test_past_and_closed_come_first_and_hours_of_a_person_are_soft() -> None:
    question = ask(now=9 * HOUR, away={NORA: [(15 * HOUR, 18 * HOUR)]})

    found = said(question, Target(CEDAR, "Cedar"))

    assert found == {
        "This time is in the past": (8, 9, Level.HARD),
        "Closed": (17.25, 17.75, Level.HARD),
        "Outside the hours of Nora": (14.25, 17, Level.SOFT),
    }


def test_a_spacing_rule_is_told_in_its_own_words() -> None:
    spacing = [Reason(0b1111, Level.HARD, "SP-01: too soon")]

    found = said(ask(spacing=spacing), Target(CEDAR, "Cedar"))

    assert found["SP-01: too soon"] == (8, 8.75, Level.HARD)


def test_a_target_that_can_never_take_it_refuses_every_start() -> None:
    found = refusals(
        ask(), Target(WILLOW, "Willow", refused="Willow is not a dosing room")
    )

    assert [(r.first, r.last, r.words) for r in found] == [
        (0, len(DAY) - 1, "Willow is not a dosing room")
    ]


SPANS = st.lists(
    st.tuples(st.integers(7 * 4, 19 * 4), st.integers(1, 12)).map(
        lambda pair: (pair[0] * QUARTER, (pair[0] + pair[1]) * QUARTER)
    ),
    max_size=4,
)


@settings(max_examples=80, deadline=None)
@given(st.lists(SPANS, min_size=1, max_size=3), st.integers(1, 12))
def test_refused_starts_are_exactly_those_that_overlap_in_every_lane(
    lanes: Sequence[Sequence[Span]], quarters: int
) -> None:
    length = quarters * QUARTER
    question = ask({CEDAR: [list(lane) for lane in lanes]}, length=length)
    shown = {
        place
        for one in refusals(question, Target(CEDAR, "Cedar"))
        if one.words == "Cedar is taken"
        for place in range(one.first, one.last + 1)
    }
    closed = {p for p, s in enumerate(DAY) if s + length > 18 * HOUR}

    for place, start in enumerate(DAY):
        first, last = start - QUARTER, start + length + QUARTER
        is_taken = all(
            any(low < last and first < high for low, high in lane) for lane in lanes
        )
        assert (place in shown) == (is_taken and place not in closed)
