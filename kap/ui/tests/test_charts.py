"""The charts: well-formed, one image with a sentence, and calm at the edges."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from kap.ui import charts

START = date(2026, 9, 12)


def scores(*totals: int, every: int = 7) -> list[charts.Score]:
    return [
        charts.Score(START + timedelta(days=every * index), total)
        for index, total in enumerate(totals)
    ]


def read(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def words(svg: str) -> list[str]:
    return [element.text or "" for element in read(svg).iter() if element.text]


@pytest.mark.parametrize(
    ("phq9", "gad7", "doses"),
    [
        ((21,), (), 0),
        ((21, 20, 17, 9), (16, 15, 13, 8), 3),
        ((0, 27), (21, 0), 1),
        ((), (5, 4), 0),
        ((12,) * 60, (), 12),
    ],
)
def test_a_symptom_chart_is_one_image_with_a_sentence(phq9, gad7, doses):
    marks = [
        charts.DoseMark(START + timedelta(days=3 * n), str(n + 1), "45 mg")
        for n in range(doses)
    ]

    svg = charts.symptoms(phq9=scores(*phq9), gad7=scores(*gad7), doses=marks)

    root = read(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label")
    assert "style" not in svg
    for element in root.iter():
        for name in ("x", "cx", "x1", "x2"):
            assert 0 <= float(element.get(name, 0)) <= 900


def test_without_a_score_there_is_no_chart():
    assert charts.symptoms(phq9=[]) == ""


def test_many_scores_are_not_all_written_out():
    svg = charts.symptoms(phq9=scores(*range(20), *range(20), *range(20), every=1))

    figures = [word for word in words(svg) if word.isdecimal()]
    assert len(figures) < 60


@pytest.mark.parametrize(("first", "shown"), [(21, True), (10, True), (9, False)])
def test_the_response_line_is_half_of_the_first_score(first, shown):
    svg = charts.symptoms(phq9=scores(first, 5))

    assert any(word.startswith("response:") for word in words(svg)) is shown


@pytest.mark.parametrize(
    ("totals", "sentence"),
    [
        ((21, 9), "PHQ-9 fell from 21 on 12 September to 9 on 19 September."),
        ((9, 21), "PHQ-9 rose from 9 on 12 September to 21 on 19 September."),
        ((9, 9), "PHQ-9 stayed at 9 until 19 September."),
        ((9,), "PHQ-9 was 9 on 12 September."),
    ],
)
def test_the_sentence_says_the_finding(totals, sentence):
    assert charts.symptoms_sentence(phq9=scores(*totals)) == sentence


def test_doses_that_were_given_are_counted():
    doses = [charts.DoseMark(START, "1", "45 mg"), charts.DoseMark(START, "2")]

    said = charts.symptoms_sentence(phq9=scores(9), doses=doses)

    assert said.endswith("1 dose was given.")


POINTS = [
    charts.VitalPoint(-6, 132, 82, 74, 99),
    charts.VitalPoint(10, 148, 92, None, 98),
    charts.VitalPoint(25, 236, 96, 92, None),
    charts.VitalPoint(200, 144, 90, 84, 85),
]


@pytest.mark.parametrize(
    "points", [[], POINTS[:1], POINTS, [charts.VitalPoint(5, 120, 80)]]
)
@pytest.mark.parametrize("now", [None, 0, 50, 400])
def test_a_vitals_chart_stays_in_its_frame(points, now):
    svg = charts.vitals(points=points, limit_systolic=150, limit_spo2=92, now=now)

    root = read(svg)
    assert root.get("role") == "img"
    for element in root.iter():
        for name in ("y", "cy", "y1", "y2"):
            assert -1 <= float(element.get(name, 0)) <= 330
        for name in ("cx", "x1", "x2"):
            assert 0 <= float(element.get(name, 0)) <= 700


def test_a_pressure_above_the_limit_is_marked():
    below = charts.vitals(points=POINTS[:1], limit_systolic=132)
    above = charts.vitals(points=POINTS[:1], limit_systolic=131)

    assert "c-fill-warn" not in below
    assert "c-fill-warn" in above


def test_limits_are_drawn_only_when_the_policy_has_them():
    assert "alert" not in words(charts.vitals(points=POINTS))
    assert "above 150" in words(charts.vitals(points=POINTS, limit_systolic=150))


def test_the_sentence_of_the_vitals_names_the_extremes():
    assert charts.vitals_sentence(POINTS) == (
        "Highest blood pressure 236/96 mmHg at 25 min. "
        "Last 144/90 mmHg at 200 min. Lowest SpO\u2082 85 %."
    )
    assert charts.vitals_sentence([]) == "No vital signs yet."


@pytest.mark.parametrize("values", [(5,), (5, 5), (1, 9, 4)])
def test_a_sparkline_is_decoration(values):
    svg = charts.sparkline(values=values)

    assert read(svg).get("aria-hidden") == "true"


def test_no_values_no_sparkline():
    assert charts.sparkline(values=()) == ""


def test_a_pressure_strip_is_decoration():
    svg = charts.pressure_strip(points=POINTS, limit_systolic=150, now=50)

    assert read(svg).get("aria-hidden") == "true"


def test_words_in_a_chart_are_escaped():
    svg = charts.symptoms(
        phq9=scores(9), doses=[charts.DoseMark(START, "<b>", "&")], label='"<i>'
    )

    assert read(svg).get("aria-label") == '"<i>'
