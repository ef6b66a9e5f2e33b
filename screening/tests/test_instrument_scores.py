"""Scores, bands, gaps and change: the vectors of clinical reference 5.14."""

from __future__ import annotations

from decimal import Decimal

import pytest

from screening.instruments import (
    AnswerRefused,
    ScoreStatus,
    Severity,
    Syndrome,
    assess_change,
    change_rules,
    score,
    scoring,
)

S = ScoreStatus
B = Severity
Y = Syndrome


def answers(key: str, values) -> dict[str, int | None]:
    return {f"{key}-{number}": value for number, value in enumerate(values, 1)}


def spread(total: int, items: int) -> list[int]:
    """Answers that add up to a total."""
    return [min(3, max(0, total - 3 * index)) for index in range(items)]


@pytest.mark.parametrize(
    ("values", "total", "severity", "item9", "syndrome"),
    [
        pytest.param([0] * 9, 0, B.MINIMAL, False, Y.NONE, id="P1"),
        pytest.param([1, 1, 1, 1, 0, 0, 0, 0, 0], 4, B.MINIMAL, False, Y.NONE, id="P2"),
        pytest.param([1, 1, 1, 1, 1, 0, 0, 0, 0], 5, B.MILD, False, Y.NONE, id="P3"),
        pytest.param([1] * 9, 9, B.MILD, True, Y.NONE, id="P4"),
        pytest.param(
            [2, 2, 1, 1, 1, 1, 1, 0, 0],
            9,
            B.MILD,
            False,
            Y.OTHER_DEPRESSIVE,
            id="P5",
        ),
        pytest.param(
            [2, 2, 2, 2, 2, 2, 2, 1, 0],
            15,
            B.MODERATELY_SEVERE,
            False,
            Y.MAJOR_DEPRESSIVE,
            id="P7",
        ),
        pytest.param(
            [3, 3, 3, 2, 2, 2, 2, 2, 1],
            20,
            B.SEVERE,
            True,
            Y.MAJOR_DEPRESSIVE,
            id="P9",
        ),
        pytest.param([3] * 9, 27, B.SEVERE, True, Y.MAJOR_DEPRESSIVE, id="P10"),
        pytest.param([0, 0, 0, 0, 0, 0, 0, 0, 1], 1, B.MINIMAL, True, Y.NONE, id="P11"),
        pytest.param([0, 0, 0, 0, 0, 0, 0, 0, 3], 3, B.MINIMAL, True, Y.NONE, id="P12"),
    ],
)
def test_phq9_score(values, total, severity, item9, syndrome):
    result = score("phq9", answers("phq9", values))

    assert result.status is S.COMPLETE
    assert (result.total, result.severity) == (total, severity)
    assert result.self_harm_reported is item9
    assert result.self_harm_value == values[8]
    assert result.syndrome is syndrome
    assert not result.prorated


def test_p15_item_9_is_never_made_up():
    result = score("phq9", answers("phq9", [1] * 8 + [None]))

    assert result.status is S.ITEM9_MISSING
    assert (result.total, result.severity, result.prorated) == (9, B.MILD, True)
    assert result.self_harm_reported is None
    assert result.missing == ("phq9-9",)
    assert result.syndrome is Y.NONE


@pytest.mark.parametrize(
    ("values", "status", "total"),
    [
        pytest.param([1] * 8 + [0], S.COMPLETE, 8, id="none-missing"),
        pytest.param([None] + [1] * 7 + [0], S.PRORATED, 8, id="one-missing-7.875"),
        pytest.param(
            [None, 1, 1, 1, 0, 0, 0, 0, 1], S.PRORATED, 5, id="one-missing-4.5-goes-up"
        ),
        pytest.param([None, None] + [1] * 7, S.PRORATED, 9, id="two-missing"),
        pytest.param([None] * 3 + [1] * 6, S.INVALID, None, id="three-missing"),
        pytest.param([None] * 9, S.INVALID, None, id="all-missing"),
    ],
)
def test_phq9_with_unanswered_items(values, status, total):
    result = score("phq9", answers("phq9", values))

    assert (result.status, result.total) == (status, total)
    assert (result.severity is None) is (total is None)


def test_an_invalid_phq9_still_tells_of_self_harm():
    result = score("phq9", {"phq9-9": 2})

    assert result.status is S.INVALID
    assert result.self_harm_reported is True
    assert not result.prorated


def test_an_absent_key_is_an_unanswered_item():
    assert score("phq9", {}).missing == scoring("phq9").link_ids


@pytest.mark.parametrize(
    ("values", "syndrome"),
    [
        pytest.param([2, 0, 2, 2, 2, 1, 1, 1, 0], Y.OTHER_DEPRESSIVE, id="four"),
        pytest.param([2, 0, 2, 2, 2, 1, 1, 1, 1], Y.MAJOR_DEPRESSIVE, id="five-with-9"),
        pytest.param([2, 0, 1, 1, 1, 1, 1, 1, 0], Y.NONE, id="one-cardinal-alone"),
        pytest.param([1, 1, 3, 3, 3, 3, 3, 3, 3], Y.NONE, id="no-cardinal"),
        pytest.param([2, 2, 2, 2, None, 0, 0, 0, 0], None, id="gap-could-make-five"),
        pytest.param(
            [2, 2, 2, 2, 2, None, 0, 0, 0], Y.MAJOR_DEPRESSIVE, id="gap-changes-nothing"
        ),
    ],
)
def test_phq9_algorithm(values, syndrome):
    assert score("phq9", answers("phq9", values)).syndrome is syndrome


@pytest.mark.parametrize(
    ("key", "total", "severity"),
    [
        pytest.param("phq9", 4, B.MINIMAL, id="phq9-4"),
        pytest.param("phq9", 5, B.MILD, id="phq9-5"),
        pytest.param("phq9", 9, B.MILD, id="phq9-9"),
        pytest.param("phq9", 10, B.MODERATE, id="phq9-10"),
        pytest.param("phq9", 14, B.MODERATE, id="phq9-14"),
        pytest.param("phq9", 15, B.MODERATELY_SEVERE, id="phq9-15"),
        pytest.param("phq9", 19, B.MODERATELY_SEVERE, id="phq9-19"),
        pytest.param("phq9", 20, B.SEVERE, id="phq9-20"),
        pytest.param("gad7", 4, B.MINIMAL, id="gad7-4"),
        pytest.param("gad7", 5, B.MILD, id="gad7-5"),
        pytest.param("gad7", 9, B.MILD, id="gad7-9"),
        pytest.param("gad7", 10, B.MODERATE, id="gad7-10"),
        pytest.param("gad7", 14, B.MODERATE, id="gad7-14"),
        pytest.param("gad7", 15, B.SEVERE, id="gad7-15"),
    ],
)
def test_both_sides_of_every_band(key, total, severity):
    values = spread(total, len(scoring(key).link_ids))

    assert score(key, answers(key, values)).severity is severity


@pytest.mark.parametrize(
    ("values", "status", "total", "severity"),
    [
        pytest.param([0] * 7, S.COMPLETE, 0, B.MINIMAL, id="none"),
        pytest.param([1, 1, 1, 1, 0, 0, 0], S.COMPLETE, 4, B.MINIMAL, id="4"),
        pytest.param([1, 1, 1, 1, 1, 0, 0], S.COMPLETE, 5, B.MILD, id="5"),
        pytest.param([2] * 7, S.COMPLETE, 14, B.MODERATE, id="14"),
        pytest.param([3] * 7, S.COMPLETE, 21, B.SEVERE, id="21"),
        pytest.param(
            [2, 2, 2, None, 2, 2, 1], S.PRORATED, 13, B.MODERATE, id="12.83-is-13"
        ),
        pytest.param([None] * 3 + [2] * 4, S.INVALID, None, None, id="three-missing"),
    ],
)
def test_gad7_score(values, status, total, severity):
    result = score("gad7", answers("gad7", values))

    assert (result.status, result.total, result.severity) == (status, total, severity)
    assert result.self_harm_reported is None
    assert result.syndrome is None
    assert result.maximum == 21


@pytest.mark.parametrize("key", ["phq9", "gad7"])
def test_difficulty_adds_nothing(key):
    values = answers(key, [1] * len(scoring(key).link_ids))

    assert score(key, {**values, f"{key}-difficulty": 3}) == score(key, values)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"phq9-1": -1}, id="below"),
        pytest.param({"phq9-1": 4}, id="above"),
        pytest.param({"gad7-1": 1}, id="another-instrument"),
        pytest.param({"phq9-10": 1}, id="no-such-item"),
    ],
)
def test_an_answer_that_is_not_offered_is_refused(given):
    with pytest.raises(AnswerRefused):
        score("phq9", given)


def test_severity_has_words():
    assert Severity.MODERATELY_SEVERE.label == "moderately severe"


@pytest.mark.parametrize(
    ("baseline", "latest", "percent", "response", "partial", "remission"),
    [
        pytest.param(18, 9, "50.0", True, False, False, id="P19"),
        pytest.param(17, 8, "52.9", True, False, False, id="P21"),
        pytest.param(12, 4, "66.7", True, False, True, id="P23"),
        pytest.param(4, 2, "50.0", None, None, None, id="P24"),
        pytest.param(19, 10, "47.4", False, True, False, id="just-no-response"),
        pytest.param(20, 15, "25.0", False, True, False, id="partial-from-25"),
        pytest.param(21, 16, "23.8", False, False, False, id="below-partial"),
        pytest.param(10, 5, "50.0", True, False, False, id="five-is-no-remission"),
        pytest.param(9, 4, "55.6", None, None, None, id="baseline-9-does-not-count"),
        pytest.param(0, 3, None, None, None, None, id="baseline-0"),
    ],
)
def test_change_of_phq9(baseline, latest, percent, response, partial, remission):
    change = assess_change(baseline=baseline, latest=latest, rules=change_rules("phq9"))

    assert change.percent_fall == (None if percent is None else Decimal(percent))
    assert change.points == latest - baseline
    assert change.response is response
    assert change.partial_response is partial
    assert change.remission is remission
    assert change.counts_for_response is (response is not None)


@pytest.mark.parametrize(
    ("key", "baseline", "latest", "reliable", "noticeable", "worse"),
    [
        pytest.param("phq9", 20, 16, False, False, False, id="phq9-fall-4"),
        pytest.param("phq9", 20, 15, False, True, False, id="phq9-fall-5"),
        pytest.param("phq9", 20, 14, True, True, False, id="phq9-fall-6"),
        pytest.param("phq9", 10, 15, False, False, False, id="phq9-rise-5"),
        pytest.param("phq9", 10, 16, False, False, True, id="phq9-rise-6"),
        pytest.param("gad7", 12, 9, False, False, False, id="gad7-fall-3"),
        pytest.param("gad7", 12, 8, True, True, False, id="gad7-fall-4"),
        pytest.param("gad7", 12, 15, False, False, False, id="gad7-rise-3"),
        pytest.param("gad7", 12, 16, False, False, True, id="gad7-rise-4"),
    ],
)
def test_reliable_change(key, baseline, latest, reliable, noticeable, worse):
    change = assess_change(baseline=baseline, latest=latest, rules=change_rules(key))

    assert change.reliable_improvement is reliable
    assert change.noticeable_improvement is noticeable
    assert change.deterioration is worse
