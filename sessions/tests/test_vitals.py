"""Vital signs during and before a dose: vectors V6 to V13 and every edge of 6.16."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from sessions.rules.vitals import amount, classify, pressure_text, who_is_told
from sessions.rules.vitals_before import BeforeState, assess_before, classify_before
from sessions.rules.vitals_policy import DEFAULT_VITALS_POLICY as POLICY
from sessions.rules.vitals_types import (
    Reading,
    VitalLevel,
    gravest,
    mean_arterial_mmhg,
)

SOFT, HARD, AMBER, RED, EMERGENCY = VitalLevel
TEN = datetime(2026, 11, 23, 15, tzinfo=UTC)
NB = "\u00a0"
S = BeforeState


def reading(minute: int = 0, **values) -> Reading:
    return Reading(taken_at=TEN + timedelta(minutes=minute), **values)


def pressure(systolic, diastolic, minute: int = 0, **values) -> Reading:
    return reading(minute, systolic_mmhg=systolic, diastolic_mmhg=diastolic, **values)


def well(systolic, diastolic, minute: int = 0, **values) -> Reading:
    usual = {"heart_rate_bpm": 72, "spo2_percent": 98}
    return pressure(systolic, diastolic, minute, **{**usual, **values})


BASELINE = well(120, 80)


@pytest.mark.parametrize(
    ("values", "level"),
    [
        pytest.param({"systolic_mmhg": 159}, None, id="sys-159"),
        pytest.param({"systolic_mmhg": 160}, AMBER, id="sys-160"),
        pytest.param({"systolic_mmhg": 179}, AMBER, id="sys-179"),
        pytest.param({"systolic_mmhg": 180}, RED, id="sys-180"),
        pytest.param({"systolic_mmhg": 90}, None, id="sys-90"),
        pytest.param({"systolic_mmhg": 89}, AMBER, id="sys-89"),
        pytest.param({"systolic_mmhg": 80}, AMBER, id="sys-80"),
        pytest.param({"systolic_mmhg": 79}, RED, id="sys-79"),
        pytest.param({"diastolic_mmhg": 99}, None, id="dia-99"),
        pytest.param({"diastolic_mmhg": 100}, AMBER, id="dia-100"),
        pytest.param({"diastolic_mmhg": 109}, AMBER, id="dia-109"),
        pytest.param({"diastolic_mmhg": 110}, RED, id="dia-110"),
        pytest.param({"heart_rate_bpm": 120}, None, id="hr-120"),
        pytest.param({"heart_rate_bpm": 121}, AMBER, id="hr-121"),
        pytest.param({"heart_rate_bpm": 140}, AMBER, id="hr-140"),
        pytest.param({"heart_rate_bpm": 141}, RED, id="hr-141"),
        pytest.param({"heart_rate_bpm": 45}, None, id="hr-45"),
        pytest.param({"heart_rate_bpm": 44}, AMBER, id="hr-44"),
        pytest.param({"heart_rate_bpm": 40}, AMBER, id="hr-40"),
        pytest.param({"heart_rate_bpm": 39}, RED, id="hr-39"),
        pytest.param({"spo2_percent": 94}, None, id="spo2-94"),
        pytest.param({"spo2_percent": 93}, AMBER, id="V12-spo2-93"),
        pytest.param({"spo2_percent": 92}, AMBER, id="spo2-92"),
        pytest.param({"spo2_percent": 91}, RED, id="V12-spo2-91"),
        pytest.param({"spo2_percent": 89}, RED, id="V12-spo2-89"),
        pytest.param({"spo2_percent": 85}, RED, id="spo2-85"),
        pytest.param({"spo2_percent": 84}, EMERGENCY, id="spo2-84"),
        pytest.param({"respiratory_rate_per_min": 10}, None, id="rr-10"),
        pytest.param({"respiratory_rate_per_min": 9}, AMBER, id="rr-9"),
        pytest.param({"respiratory_rate_per_min": 8}, AMBER, id="rr-8"),
        pytest.param({"respiratory_rate_per_min": 7}, RED, id="rr-7"),
        pytest.param({"respiratory_rate_per_min": 0}, EMERGENCY, id="rr-0"),
        pytest.param({"apnoea_s": 19}, None, id="apnoea-19-s"),
        pytest.param({"apnoea_s": 20}, EMERGENCY, id="apnoea-20-s"),
        pytest.param({"sedation_moaas": 4}, None, id="moaas-4"),
        pytest.param({"sedation_moaas": 3}, AMBER, id="V13-moaas-3"),
        pytest.param({"sedation_moaas": 2}, RED, id="V13-moaas-2"),
        pytest.param({"sedation_moaas": 1}, RED, id="moaas-1"),
        pytest.param({"sedation_moaas": 0}, EMERGENCY, id="moaas-0"),
        pytest.param({"nausea_0_10": 4}, None, id="nausea-4"),
        pytest.param({"nausea_0_10": 5}, AMBER, id="nausea-5"),
        pytest.param({"has_vomited": True}, None, id="vomited-awake-not-asked"),
        pytest.param(
            {"has_vomited": True, "sedation_moaas": 4}, None, id="vomited-awake"
        ),
        pytest.param(
            {"has_vomited": True, "sedation_moaas": 3}, RED, id="vomited-drowsy"
        ),
        pytest.param({"distress_0_10": 6, "distress_min": 30}, None, id="distress-6"),
        pytest.param({"distress_0_10": 7}, AMBER, id="distress-7"),
        pytest.param({"distress_0_10": 7, "distress_min": 9}, AMBER, id="for-9-min"),
        pytest.param({"distress_0_10": 7, "distress_min": 10}, RED, id="for-10-min"),
        pytest.param({"distress_min": 10}, None, id="distress-not-asked"),
        pytest.param({}, None, id="nothing-measured"),
        pytest.param(
            {"temperature_c": Decimal("38.5")}, None, id="fever-is-for-before"
        ),
    ],
)
def test_thresholds_during_a_session(values, level):
    assert gravest(classify(reading(**values), None, POLICY)) is level


@pytest.mark.parametrize(
    ("systolic", "diastolic", "before", "level"),
    [
        pytest.param(168, 98, (135, 85), AMBER, id="V10"),
        pytest.param(149, 85, (110, 70), None, id="sys-plus-39"),
        pytest.param(150, 85, (110, 70), AMBER, id="sys-plus-40"),
        pytest.param(120, 94, (110, 70), None, id="dia-plus-24"),
        pytest.param(120, 95, (110, 70), AMBER, id="dia-plus-25"),
        pytest.param(106, 70, (150, 80), None, id="drop-29-percent"),
        pytest.param(105, 70, (150, 80), AMBER, id="drop-30-percent"),
        pytest.param(150, 95, (None, None), None, id="baseline-not-measured"),
        pytest.param(None, None, (110, 70), None, id="pressure-not-measured"),
    ],
)
def test_change_from_the_baseline(systolic, diastolic, before, level):
    found = classify(pressure(systolic, diastolic), pressure(*before), POLICY)

    assert gravest(found) is level


def test_a_rise_is_not_told_twice():
    found = classify(pressure(181, 90), pressure(120, 80), POLICY)

    assert [finding.code for finding in found] == ["systolic_mmhg"]


@pytest.mark.parametrize(
    ("values", "level"),
    [
        pytest.param({"systolic_mmhg": 181, "diastolic_mmhg": 96}, RED, id="V11"),
        pytest.param(
            {"systolic_mmhg": 184, "diastolic_mmhg": 122, "has_symptoms": True},
            EMERGENCY,
            id="V11-with-chest-pain",
        ),
        pytest.param(
            {"systolic_mmhg": 179, "has_symptoms": True}, AMBER, id="179-symptoms"
        ),
        pytest.param(
            {"systolic_mmhg": 180, "has_symptoms": True}, EMERGENCY, id="180-symptoms"
        ),
        pytest.param(
            {"diastolic_mmhg": 119, "has_symptoms": True}, RED, id="119-symptoms"
        ),
        pytest.param(
            {"diastolic_mmhg": 120, "has_symptoms": True}, EMERGENCY, id="120-symptoms"
        ),
        pytest.param(
            {"systolic_mmhg": 90, "has_symptoms": True}, None, id="90-symptoms"
        ),
        pytest.param(
            {"systolic_mmhg": 89, "has_symptoms": True}, EMERGENCY, id="low-symptoms"
        ),
        pytest.param(
            {"heart_rate_bpm": 120, "has_symptoms": True}, None, id="hr-120-symptoms"
        ),
        pytest.param(
            {"heart_rate_bpm": 121, "has_symptoms": True}, EMERGENCY, id="hr-symptoms"
        ),
        pytest.param({"has_symptoms": True}, None, id="symptoms-alone"),
    ],
)
def test_symptoms_make_an_emergency(values, level):
    assert gravest(classify(reading(**values), None, POLICY)) is level


@pytest.mark.parametrize(
    ("values", "sentence", "action"),
    [
        pytest.param(
            {"systolic_mmhg": 181},
            f"Systolic 181{NB}mmHg has reached 180{NB}mmHg.",
            "Stop the infusion. Prescriber to the chair. Ask for symptoms.",
            id="red",
        ),
        pytest.param(
            {"spo2_percent": 91},
            f"SpO\u2082 91{NB}% is below 92{NB}%.",
            "Oxygen. Stimulate: “take a breath”. Tell the prescriber.",
            id="oxygen-stimulate",
        ),
        pytest.param(
            {"spo2_percent": 89},
            f"SpO\u2082 89{NB}% is below 90{NB}%.",
            "Stop. Open the airway. Oxygen. Prescriber to the chair.",
            id="oxygen-stop-airway",
        ),
        pytest.param(
            {"heart_rate_bpm": 125},
            "Pulse 125/min is above 120/min.",
            "Recheck. Look for pain and anxiety.",
            id="pulse",
        ),
        pytest.param(
            {"sedation_moaas": 3},
            "Awake scale (MOAA/S) is down to 3.",
            "Speak to the patient. Watch the airway.",
            id="awake-at-limit",
        ),
        pytest.param(
            {"sedation_moaas": 1},
            "Awake scale (MOAA/S) 1 is below 2.",
            "Stop. Open the airway. Oxygen. Prescriber to the chair.",
            id="awake-below-limit",
        ),
    ],
)
def test_a_finding_names_the_value_and_the_limit(values, sentence, action):
    finding = classify(reading(**values), None, POLICY)[0]

    assert (finding.sentence, finding.action) == (sentence, action)
    assert finding.source


def test_findings_come_gravest_first():
    found = classify(reading(systolic_mmhg=165, spo2_percent=84), None, POLICY)

    assert [finding.level for finding in found] == [EMERGENCY, AMBER]


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        pytest.param([], (), id="none"),
        pytest.param([None, AMBER], (), id="one-amber"),
        pytest.param([AMBER], (), id="only-one-reading"),
        pytest.param([AMBER, AMBER], ("nurse",), id="two-ambers"),
        pytest.param([AMBER, None, AMBER], (), id="not-in-a-row"),
        pytest.param([RED], ("nurse", "prescriber"), id="red"),
        pytest.param([EMERGENCY], POLICY.emergency_to, id="emergency"),
        pytest.param([RED, None], (), id="red-is-over"),
    ],
)
def test_who_is_told(levels, told):
    assert who_is_told(levels, POLICY) == told


@pytest.mark.parametrize(
    ("values", "level"),
    [
        pytest.param({"systolic_mmhg": 140}, None, id="sys-140"),
        pytest.param({"systolic_mmhg": 141}, SOFT, id="sys-141"),
        pytest.param({"systolic_mmhg": 159}, SOFT, id="sys-159"),
        pytest.param({"systolic_mmhg": 160}, HARD, id="sys-160"),
        pytest.param({"systolic_mmhg": 95}, None, id="sys-95"),
        pytest.param({"systolic_mmhg": 94}, SOFT, id="sys-94"),
        pytest.param({"systolic_mmhg": 89}, HARD, id="sys-89"),
        pytest.param({"diastolic_mmhg": 90}, None, id="dia-90"),
        pytest.param({"diastolic_mmhg": 91}, SOFT, id="dia-91"),
        pytest.param({"diastolic_mmhg": 100}, HARD, id="dia-100"),
        pytest.param({"diastolic_mmhg": 55}, None, id="dia-55"),
        pytest.param({"diastolic_mmhg": 54}, SOFT, id="dia-54"),
        pytest.param({"diastolic_mmhg": 49}, HARD, id="dia-49"),
        pytest.param({"heart_rate_bpm": 100}, None, id="hr-100"),
        pytest.param({"heart_rate_bpm": 101}, SOFT, id="hr-101"),
        pytest.param({"heart_rate_bpm": 110}, SOFT, id="hr-110"),
        pytest.param({"heart_rate_bpm": 111}, HARD, id="hr-111"),
        pytest.param({"heart_rate_bpm": 50}, None, id="hr-50"),
        pytest.param({"heart_rate_bpm": 49}, SOFT, id="hr-49"),
        pytest.param({"heart_rate_bpm": 44}, HARD, id="hr-44"),
        pytest.param({"spo2_percent": 94}, None, id="spo2-94"),
        pytest.param({"spo2_percent": 93}, SOFT, id="spo2-93"),
        pytest.param({"spo2_percent": 91}, HARD, id="spo2-91"),
        pytest.param({"respiratory_rate_per_min": 12}, None, id="rr-12"),
        pytest.param({"respiratory_rate_per_min": 11}, SOFT, id="rr-11"),
        pytest.param({"respiratory_rate_per_min": 9}, HARD, id="rr-9"),
        pytest.param({"respiratory_rate_per_min": 22}, None, id="rr-22"),
        pytest.param({"respiratory_rate_per_min": 23}, SOFT, id="rr-23"),
        pytest.param({"respiratory_rate_per_min": 27}, HARD, id="rr-27"),
        pytest.param({"temperature_c": Decimal("37.7")}, None, id="temp-37.7"),
        pytest.param({"temperature_c": Decimal("37.8")}, SOFT, id="temp-37.8"),
        pytest.param({"temperature_c": Decimal("38.0")}, HARD, id="temp-38.0"),
        pytest.param({"sedation_moaas": 5}, None, id="moaas-5"),
        pytest.param({"sedation_moaas": 4}, HARD, id="moaas-4"),
    ],
)
def test_thresholds_before_a_dose(values, level):
    assert gravest(classify_before(reading(**values), POLICY)) is level


@pytest.mark.parametrize(
    ("enabled", "age", "systolic", "level"),
    [
        pytest.param(False, 70, 150, SOFT, id="off"),
        pytest.param(True, 64, 150, SOFT, id="younger"),
        pytest.param(True, None, 150, SOFT, id="age-not-known"),
        pytest.param(True, 65, 150, None, id="older-at-150"),
        pytest.param(True, 65, 151, SOFT, id="older-above-150"),
        pytest.param(True, 65, 160, HARD, id="older-still-stops-at-160"),
        pytest.param(True, 65, 94, SOFT, id="older-low"),
    ],
)
def test_a_site_may_allow_more_from_65_years(enabled, age, systolic, level):
    policy = replace(POLICY, older_option_enabled=enabled)
    found = classify_before(pressure(systolic, 80), policy, age_years=age)

    assert gravest(found) is level


@pytest.mark.parametrize(
    ("readings", "state"),
    [
        pytest.param([], S.NEEDED, id="nothing"),
        pytest.param([pressure(120, 80)], S.NEEDED, id="pressure-alone"),
        pytest.param([reading(heart_rate_bpm=70)], S.NEEDED, id="pulse-alone"),
        pytest.param([well(120, 80)], S.IN_RANGE, id="in-range"),
        pytest.param([well(142, 88)], S.RECHECK, id="V6-recheck"),
        pytest.param([well(170, 88)], S.RECHECK, id="one-hard-is-repeated"),
        pytest.param(
            [well(162, 90), pressure(162, 90, 5)], S.HARD_HOLD, id="V8-hard-twice"
        ),
        pytest.param(
            [well(142, 88), pressure(136, 84, 5)], S.IN_RANGE, id="mean-139-86"
        ),
        pytest.param(
            [well(146, 92), pressure(138, 88, 6)], S.RECHECK, id="mean-142-90"
        ),
        pytest.param(
            [well(146, 92), pressure(138, 88, 6), pressure(136, 86, 11)],
            S.IN_RANGE,
            id="third-frees",
        ),
        pytest.param(
            [well(142, 88), pressure(130, 84, 2)], S.RECHECK, id="too-soon-frees-not"
        ),
        pytest.param(
            [well(162, 90), pressure(162, 90, 2)], S.HARD_HOLD, id="too-soon-may-hold"
        ),
        pytest.param(
            [well(128, 80), pressure(126, 80, 1)], S.IN_RANGE, id="both-in-range"
        ),
        pytest.param(
            [well(128, 80), pressure(150, 80, 1)],
            S.RECHECK,
            id="mean-in-range-too-soon",
        ),
        pytest.param(
            [well(148, 88, minute) for minute in (0, 5, 10)],
            S.RECHECK,
            id="soft-thrice",
        ),
        pytest.param(
            [well(148, 88, minute) for minute in (0, 5, 10, 15)],
            S.SOFT_HOLD,
            id="three-rechecks-are-over",
        ),
        pytest.param(
            [*(well(148, 88, minute) for minute in (0, 5, 10, 15)), well(120, 80, 20)],
            S.SOFT_HOLD,
            id="a-fifth-does-not-count",
        ),
        pytest.param([well(120, 80, heart_rate_bpm=105)], S.SOFT_HOLD, id="pulse-soft"),
        pytest.param([well(120, 80, heart_rate_bpm=115)], S.HARD_HOLD, id="pulse-hard"),
        pytest.param(
            [well(120, 80, heart_rate_bpm=115), reading(5, heart_rate_bpm=90)],
            S.IN_RANGE,
            id="newest-pulse-counts",
        ),
        pytest.param(
            [well(142, 88, heart_rate_bpm=105), pressure(130, 80, 5)],
            S.SOFT_HOLD,
            id="pressure-freed-pulse-holds",
        ),
    ],
)
def test_two_reading_rule(readings, state):
    result = assess_before(readings, POLICY)

    assert result.state is state
    assert result.can_go_on is (state is S.IN_RANGE)
    assert (result.recheck_at is not None) is (state is S.RECHECK)


@pytest.mark.parametrize(
    ("readings", "sentence"),
    [
        pytest.param(
            [], "Not measured yet: Systolic, Diastolic, Pulse, SpO\u2082.", id="no"
        ),
        pytest.param(
            [well(120, 80)], f"BP 120/80{NB}mmHg. Dosing can go on.", id="go-on"
        ),
        pytest.param(
            [well(142, 88)],
            f"Systolic 142{NB}mmHg is above 140{NB}mmHg. Dosing waits. "
            f"Recheck in 5{NB}min, seated.",
            id="recheck",
        ),
        pytest.param(
            [well(142, 88), pressure(130, 84, 2)],
            f"BP 136/86{NB}mmHg was taken too soon to count. Dosing waits. "
            f"Recheck in 5{NB}min, seated.",
            id="too-soon",
        ),
        pytest.param(
            [well(162, 90), pressure(163, 90, 5)],
            f"Systolic 162.5{NB}mmHg has reached 160{NB}mmHg. No dose today.",
            id="hard",
        ),
    ],
)
def test_the_sentence_before_a_dose(readings, sentence):
    assert assess_before(readings, POLICY).sentence == sentence


def test_a_recheck_is_due_five_minutes_after_the_last_reading():
    result = assess_before([well(142, 88, 3)], POLICY)

    assert result.recheck_at == TEN + timedelta(minutes=8)
    assert result.pressure == (Decimal(142), Decimal(88))


@pytest.mark.parametrize(
    ("systolic", "diastolic", "mean"),
    [
        pytest.param(120, 80, 93, id="93.33"),
        pytest.param(122, 80, 94, id="94.0"),
        pytest.param(121, 80, 94, id="93.67-goes-up"),
    ],
)
def test_mean_arterial_pressure(systolic, diastolic, mean):
    assert mean_arterial_mmhg(systolic, diastolic) == mean


def test_how_values_read():
    assert amount("heart_rate_bpm", 84) == "84/min"
    assert amount("spo2_percent", 98) == f"98{NB}%"
    assert amount("sedation_moaas", 5) == "5"
    assert pressure_text(144, Decimal("90.5")) == f"BP 144/90.5{NB}mmHg"
