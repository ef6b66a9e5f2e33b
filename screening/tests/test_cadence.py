"""When which questionnaire is due: the matrix of clinical reference 5.16."""

from __future__ import annotations

import pytest

from screening.instruments.cadence import (
    AUDIT_C,
    CSSRS,
    GAD7,
    PCL5,
    PEG,
    PHQ9,
    WHO5,
    Due,
    If,
    Point,
    due_measures,
    reached,
)


def keys(**more):
    return [due.instrument for due in due_measures(**more)]


def test_intake_asks_everybody_the_same_and_some_more():
    everybody = keys(phase=Point.INTAKE)
    assert everybody == [PHQ9, GAD7, PCL5, AUDIT_C, "dast-10", CSSRS, WHO5, "asrm"]
    assert set(keys(phase=Point.INTAKE, holds=[If.PAIN, If.ALCOHOL])) - set(
        everybody
    ) == {
        PEG,
        "audit",
    }


def test_what_the_clinic_does_not_use_is_not_due():
    assert keys(phase=Point.INTAKE, available=[PHQ9, GAD7]) == [PHQ9, GAD7]


@pytest.mark.parametrize(
    ("done_on", "due"),
    [(-8, [PHQ9, GAD7]), (-7, [GAD7]), (0, [GAD7]), (1, [PHQ9, GAD7])],
)
def test_before_a_dose_a_score_of_seven_days_counts(done_on, due):
    assert keys(phase=Point.BEFORE_DOSE, done={PHQ9: [done_on]}) == due


@pytest.mark.parametrize(
    ("day", "point"),
    [
        (4, None),
        (5, Point.DAY_7),
        (12, Point.DAY_14),
        (25, Point.DAY_14),
        (26, Point.DAY_28),
        (60, Point.DAY_56),
        (400, Point.DAY_365),
    ],
)
def test_the_last_point_reached(day, point):
    assert reached(day) is point


@pytest.mark.parametrize(
    ("day", "holds", "due"),
    [
        (3, [], []),
        (7, [], [PHQ9, GAD7]),
        (7, [If.TRAUMA], [PHQ9, GAD7]),
        (14, [If.TRAUMA], [PHQ9, GAD7, PCL5]),
        (28, [], [PHQ9, GAD7, WHO5]),
        (90, [If.RISK_BEFORE], [PHQ9, GAD7, CSSRS, WHO5]),
        (180, [If.ALCOHOL], [PHQ9, GAD7, WHO5, AUDIT_C]),
        (56, [If.BIPOLAR, If.PAIN], [PHQ9, GAD7, PEG, WHO5, "asrm"]),
    ],
)
def test_after_the_last_dose(day, holds, due):
    assert keys(phase=Point.DAY_7, day=day, holds=holds) == due


def test_a_follow_up_is_done_by_a_score_since_its_day():
    assert keys(phase=Point.DAY_28, day=30, done={PHQ9: [25], GAD7: [26]}) == [
        PHQ9,
        WHO5,
    ]
    assert due_measures(phase=Point.DAY_7, day=8)[0] == Due(PHQ9, Point.DAY_7, 7)


def test_each_maintenance_visit_asks_anew():
    assert keys(phase=Point.MAINTENANCE, day=120, done={PHQ9: [80]}) == [PHQ9, GAD7]
    assert keys(phase=Point.INTAKE, available=[PHQ9], done={PHQ9: [-300]}) == []
