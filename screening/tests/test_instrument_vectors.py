"""Scores of PCL-5, PEG, AUDIT, DAST-10, C-SSRS and WHO-5: clinical reference 5.3 to 5.9, 5.14."""

from __future__ import annotations

from decimal import Decimal

import pytest

from screening.instruments import (
    AnswerRefused,
    ScoreStatus,
    Severity,
    assess_change,
    change_rules,
    cssrs,
    score,
    scoring,
)
from screening.instruments.cssrs import Risk

S = ScoreStatus
B = Severity


def answers(key: str, values) -> dict[str, int | None]:
    return {f"{key}-{number}": value for number, value in enumerate(values, 1)}


@pytest.mark.parametrize(
    ("value", "total", "clusters", "provisional", "band"),
    [
        (0, 0, [0, 0, 0, 0], False, B.BELOW_CUT),
        (1, 20, [5, 2, 7, 6], False, B.BELOW_CUT),
        (2, 40, [10, 4, 14, 12], True, B.AT_CUT),
        (4, 80, [20, 8, 28, 24], True, B.AT_CUT),
    ],
)
@pytest.mark.parametrize("key", ["pcl5", "pcl5week"])
def test_pcl5_of_equal_answers(key, value, total, clusters, provisional, band):
    found = score(key, answers("pcl5", [value] * 20))
    assert (found.status, found.total, found.severity) == (S.COMPLETE, total, band)
    assert [part.total for part in found.subscales] == clusters
    assert [part.maximum for part in found.subscales] == [20, 8, 28, 24]
    assert found.meets_rule is provisional


@pytest.mark.parametrize(("total", "band"), [(32, B.BELOW_CUT), (33, B.AT_CUT)])
def test_pcl5_cut_point(total, band):
    values = [4] * (total // 4) + [total % 4] + [0] * (19 - total // 4)
    assert score("pcl5", answers("pcl5", values)).severity is band


@pytest.mark.parametrize(
    ("present", "met"),
    [
        ({1, 6, 8, 9, 15, 16}, True),
        ({6, 8, 9, 15, 16}, False),
        ({1, 8, 9, 15, 16}, False),
        ({1, 6, 8, 15, 16}, False),
        ({1, 6, 8, 9, 15}, False),
    ],
)
def test_pcl5_rule_by_clusters(present, met):
    values = [2 if number in present else 0 for number in range(1, 21)]
    assert score("pcl5", answers("pcl5", values)).meets_rule is met


@pytest.mark.parametrize(
    ("gaps", "status", "total"),
    [
        ({1}, S.PRORATED, 40),
        ({1, 6}, S.PRORATED, 40),
        ({1, 2}, S.INVALID, None),
        ({1, 6, 8}, S.INVALID, None),
    ],
)
def test_pcl5_with_gaps(gaps, status, total):
    values = [None if number in gaps else 2 for number in range(1, 21)]
    found = score("pcl5", answers("pcl5", values))
    assert (found.status, found.total) == (status, total)
    assert found.prorated is (status is S.PRORATED)


def test_pcl5_rounds_a_half_up():
    """D: 1 of six items, 1 x 7/6 = 1.17; C: 1 of one item, 1 x 2 = 2; in all 3.17, so 3.
    B: 1 + 1 of four, 2 x 5/4 = 2.5, so 3."""
    values = [1, 1, 0, 0, None] + [0] * 15
    assert score("pcl5", answers("pcl5", values)).total == 3
    assert score("pcl5", answers("pcl5", values)).subscales[0].total == Decimal("2.5")


def test_pcl5_rule_stays_open_while_gaps_could_change_it():
    values = [2] * 5 + [None, 0] + [2] * 13
    assert score("pcl5", answers("pcl5", values)).meets_rule is None


@pytest.mark.parametrize(("value", "flags"), [(2, 0), (3, 1), (4, 1), (None, 0)])
def test_pcl5_item_16_is_for_a_clinician(value, flags):
    assert len(score("pcl5", {"pcl5-16": value}).flags) == flags


@pytest.mark.parametrize(
    ("before", "after", "reliable", "significant", "response"),
    [
        (50, 36, False, False, False),
        (50, 35, True, False, False),
        (43, 28, True, True, False),
        (44, 29, True, False, False),
        (50, 25, True, True, True),
        (33, 28, False, False, False),
    ],
)
def test_pcl5_change(before, after, reliable, significant, response):
    found = assess_change(baseline=before, latest=after, rules=change_rules("pcl5"))
    assert found.reliable_improvement is reliable
    assert found.clinically_significant is significant
    assert found.response is response
    assert found.remission is found.partial_response is None


@pytest.mark.parametrize(
    ("values", "status", "mean"),
    [
        ([7, 6, 5], S.COMPLETE, "6.0"),
        ([0, 0, 0], S.COMPLETE, "0.0"),
        ([10, 10, 10], S.COMPLETE, "10.0"),
        ([7, 6, 6], S.COMPLETE, "6.3"),
        ([7, 7, 6], S.COMPLETE, "6.7"),
        ([7, 6, None], S.PRORATED, "6.5"),
    ],
)
def test_peg_is_a_mean_to_one_decimal(values, status, mean):
    found = score("peg", answers("peg", values))
    assert (found.status, str(found.total), found.severity) == (status, mean, None)


def test_peg_of_one_answer_has_no_mean():
    found = score("peg", answers("peg", [7, None, None]))
    assert (found.status, found.total) == (S.INVALID, None)


@pytest.mark.parametrize(
    ("after", "response"), [("4.2", True), ("4.3", False), ("7.0", False)]
)
def test_peg_responds_from_30_percent(after, response):
    found = assess_change(
        baseline=Decimal("6.0"), latest=Decimal(after), rules=change_rules("peg")
    )
    assert found.response is response
    assert not found.deterioration


@pytest.mark.parametrize(
    ("values", "sex", "total", "band"),
    [
        ([2, 0, 1], "female", 3, B.POSITIVE),
        ([2, 0, 1], "male", 3, B.NEGATIVE),
        ([2, 0, 1], "", 3, B.POSITIVE),
        ([2, 1, 1], "male", 4, B.POSITIVE),
        ([1, 0, 1], "female", 2, B.NEGATIVE),
        ([4, 4, 4], "male", 12, B.POSITIVE),
        ([0, None, None], "female", 0, B.NEGATIVE),
        ([0], "male", 0, B.NEGATIVE),
    ],
)
def test_audit_c_by_sex(values, sex, total, band):
    found = score("auditc", answers("auditc", values), sex=sex)
    assert (found.status, found.total, found.severity) == (S.COMPLETE, total, band)
    assert found.meets_rule is (band is B.POSITIVE)


@pytest.mark.parametrize("values", [[None, 1, 1], [1, None, 1], [1, 1, None], []])
def test_audit_c_with_a_gap_has_no_total(values):
    assert score("auditc", answers("auditc", values)).status is S.INVALID


@pytest.mark.parametrize(
    ("values", "total", "zone"),
    [
        ([0] * 10, 0, B.ZONE_1),
        ([4, 3] + [0] * 8, 7, B.ZONE_1),
        ([4, 4] + [0] * 8, 8, B.ZONE_2),
        ([4, 4, 4, 3] + [0] * 6, 15, B.ZONE_2),
        ([4, 4, 4, 4] + [0] * 6, 16, B.ZONE_3),
        ([4, 4, 4, 4, 3] + [0] * 5, 19, B.ZONE_3),
        ([4, 4, 4, 2, 2, 1, 1, 0, 2, 0], 20, B.ZONE_4),
        ([4] * 10, 40, B.ZONE_4),
    ],
)
def test_audit_zones(values, total, zone):
    found = score("audit", answers("audit", values))
    assert (found.total, found.severity, found.maximum) == (total, zone, 40)


@pytest.mark.parametrize(
    ("values", "total"),
    [
        ([0, *[None] * 7, 0, 2], 2),
        ([2, 0, 0, *[None] * 5, 0, 2], 4),
        ([2, 1, 0, *[None] * 5, 0, 2], None),
        ([2, 0, None, *[None] * 5, 0, 2], None),
        ([0, *[None] * 7, 0, None], None),
    ],
)
def test_audit_after_its_skips(values, total):
    found = score("audit", answers("audit", values))
    assert found.total == total
    assert found.status is (S.INVALID if total is None else S.COMPLETE)


@pytest.mark.parametrize("value", [1, 3, 5, -1])
def test_audit_9_takes_only_0_2_and_4(value):
    with pytest.raises(AnswerRefused, match="not possible"):
        score("audit", {"audit-9": value})


@pytest.mark.parametrize(
    ("points", "band"),
    [
        (0, B.NONE),
        (1, B.LOW),
        (2, B.LOW),
        (3, B.MODERATE),
        (5, B.MODERATE),
        (6, B.SUBSTANTIAL),
        (8, B.SUBSTANTIAL),
        (9, B.SEVERE),
        (10, B.SEVERE),
    ],
)
def test_dast_10_levels(points, band):
    values = [1] * points + [0] * (10 - points)
    found = score("dast10", answers("dast10", values))
    assert (found.total, found.severity) == (points, band)


def test_dast_10_with_a_gap_has_no_total():
    assert score("dast10", answers("dast10", [0] * 9)).status is S.INVALID


CALM = {"cssrs-1": 0, "cssrs-2": 0, "cssrs-6": 0}


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({}, Risk.NONE),
        ({"cssrs-1": 1}, Risk.LOW),
        ({"cssrs-2": 1, "cssrs-3": 0, "cssrs-4": 0, "cssrs-5": 0}, Risk.LOW),
        ({"cssrs-2": 1, "cssrs-3": 1, "cssrs-4": 0, "cssrs-5": 0}, Risk.MODERATE),
        ({"cssrs-2": 1, "cssrs-3": 0, "cssrs-4": 1, "cssrs-5": 0}, Risk.HIGH),
        ({"cssrs-2": 1, "cssrs-3": 0, "cssrs-4": 0, "cssrs-5": 1}, Risk.HIGH),
        ({"cssrs-6": 1, "cssrs-6-3m": 1}, Risk.HIGH),
        ({"cssrs-6": 1, "cssrs-6-3m": 0}, Risk.MODERATE),
        ({"cssrs-6": 1, "cssrs-6-3m": None}, Risk.HIGH),
        ({"cssrs-6": None}, Risk.MODERATE),
        ({"cssrs-6": None, "cssrs-1": 1}, Risk.MODERATE),
        ({"cssrs-1": None}, Risk.MODERATE),
        ({"cssrs-2": 1, "cssrs-3": 0, "cssrs-4": 0}, Risk.MODERATE),
    ],
)
def test_cssrs_triage(said, level):
    given = {**CALM, **said}
    found = score("cssrs", given)
    assert cssrs.risk(given) is level
    assert (found.total, found.severity) == (level.rank, B(level.value))
    assert found.meets_rule is (level is not Risk.NONE)
    assert found.status is (S.INCOMPLETE if found.missing else S.COMPLETE)
    assert not found.prorated


def test_cssrs_after_no_to_2_is_complete_without_3_to_5():
    assert score("cssrs", CALM).missing == ()
    assert score("cssrs", {**CALM, "cssrs-2": 1}).missing == cssrs.AFTER_THOUGHTS
    assert [f.link_id for f in score("cssrs", {**CALM, "cssrs-1": 1}).flags] == [
        "cssrs-1"
    ]


@pytest.mark.parametrize(
    ("values", "raw", "percent", "band"),
    [
        ([5] * 5, 25, 100, B.NOT_LOW),
        ([3, 3, 3, 2, 2], 13, 52, B.NOT_LOW),
        ([3, 3, 2, 2, 2], 12, 48, B.LOW_WELLBEING),
        ([2, 2, 2, 1, 1], 8, 32, B.LOW_WELLBEING),
        ([2, 2, 1, 1, 1], 7, 28, B.VERY_LOW_WELLBEING),
        ([0] * 5, 0, 0, B.VERY_LOW_WELLBEING),
    ],
)
def test_who5_percent(values, raw, percent, band):
    found = score("who5", answers("who5", values))
    assert (found.total, found.severity, found.maximum) == (percent, band, 100)
    assert found.subscales[0].total == raw


def test_who5_with_a_gap_has_no_score():
    assert score("who5", answers("who5", [3, 3, 3, 2])).total is None


@pytest.mark.parametrize(
    ("before", "after", "better", "worse"),
    [(40, 48, False, False), (40, 52, True, False), (52, 40, False, True)],
)
def test_who5_change_is_read_upwards(before, after, better, worse):
    found = assess_change(baseline=before, latest=after, rules=change_rules("who5"))
    assert found.noticeable_improvement is better
    assert found.deterioration is worse
    assert found.response is None


def test_bands_words_are_readable():
    assert B.LOW_WELLBEING.label == "low well-being"
    assert B.ZONE_4.label == "zone IV dependence possible"
    assert scoring("peg").severity(3) is None
