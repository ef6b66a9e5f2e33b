from __future__ import annotations

import pytest

from screening import questions
from screening.questions import (
    HISTORY_SECTIONS,
    NOT_IMPLIED,
    PATIENT_SEX,
    QUESTIONS,
    Kind,
)
from screening.questions_clinician import DAY_OF, LAB, NURSE, PRESCRIBER, THERAPIST
from screening.questions_fillers import Filler, fillers
from screening.questions_staff import CLINICIAN_QUESTIONS, SETTLED_BY_STAFF
from screening.rules.facts import FIELD_KINDS, FIELD_NAMES, Facts

ALL = (*QUESTIONS, *CLINICIAN_QUESTIONS)
P, N, R, T, L = (
    Filler.PATIENT,
    Filler.NURSE,
    Filler.PRESCRIBER,
    Filler.THERAPIST,
    Filler.LAB,
)
M, Q, C, D = Filler.MEASURED, Filler.QUESTIONNAIRE, Filler.COMPUTED, Filler.DAY_OF
BY_GROUP = (
    (C, "age_years bmi med_classes med_max_severity"),
    (M, "bp_sys_mean bp_dia_mean hr spo2 weight_kg height_cm"),
    (Q, "phq9_item9 phq9_baseline gad7_baseline"),
    (D, "dayof_mental_status_abnormal dayof_intoxicated"),
    (P, "can_be_pregnant home_route_requested has_housing_phone escort_available"),
    (P, "sole_carer_no_cover_24h pregnant breastfeeding trying_to_conceive htn_dx"),
    (P, "cvd mi_date revascularisation_date cvd_event_date stroke_tia_date aneurysm"),
    (P, "avm ich_history liver_dx liver_risk dialysis neuro_dx icp_raised seizure_dx"),
    (P, "last_seizure_date seizure_control head_injury_date psychosis_dx"),
    (P, "psychosis_history psychosis_first_degree mania_hypomania_now bipolar1_dx"),
    (P, "bipolar2_dx dissociative_disorder severe_panic_flag sud_active sud_history"),
    (P, "sud_remission_days cannabis_use ketamine_misuse_history ketamine_reaction"),
    (P, "alcohol_withdrawal_risk esk_hypersensitivity dosings_12m hyperthyroid"),
    (P, "thyroid_symptoms glaucoma_type eye_dx osa cpap_used home_o2 nasal_dx gi_dx"),
    (P, "severe_nausea_history bladder_dx new_urinary_symptoms_weeks porphyria"),
    (P, "eating_disorder_active surgery_date"),
    (N, "hcg_result hcg_date temp_c resp_infection_now new_urinary_symptoms_weeks"),
    (R, "capacity sex_for_qtc sex_for_audit htn_regimen_stable_days nyha child_pugh"),
    (R, "cvd_risk_factor_count qt_drug_count qtc_ms ecg_date moca_score"),
    (R, "sud_remission_days pregnant dosings_12m seizure_control"),
    (T, "personality_severe asrm_score audit_score audit_c_score dast10_score"),
    (T, "cssrs_risk si_level attempt_date"),
    (L, "alt_x_uln lft_date egfr tsh hb_g_dl potassium glucose_mg_dl iop fev1_pct"),
)


def test_every_fact_of_the_dictionary_has_somebody_who_fills_it_in():
    assert FIELD_NAMES - set(fillers()) == frozenset()


def test_the_fillers_are_the_ones_of_the_dictionary():
    expected: dict[str, set[Filler]] = {}
    for filler, names in BY_GROUP:
        for name in names.split():
            expected.setdefault(name, set()).add(filler)
    found = {name: set(who) for name, who in fillers().items() if name in FIELD_NAMES}
    assert found == expected


def test_a_field_is_asked_of_the_patient_once_and_of_the_clinic_once():
    for group in (QUESTIONS, CLINICIAN_QUESTIONS):
        fields = [question.field for question in group]
        assert len(fields) == len(set(fields))
    assert len(SETTLED_BY_STAFF) == len({question.field for question in ALL})


KIND_OF_FACT = {
    "YesNo": {Kind.YES_NO},
    "Count": {Kind.NUMBER, Kind.BAND},
    "Amount": {Kind.AMOUNT},
    "Word": {Kind.CHOICE},
    "Codes": {Kind.MANY},
    "Day": {Kind.DATE_OR_NEVER},
}


@pytest.mark.parametrize(
    "question",
    [entry for entry in ALL if entry.field in FIELD_NAMES],
    ids=lambda entry: entry.field,
)
def test_a_question_is_of_the_kind_that_its_fact_takes(question):
    assert question.kind in KIND_OF_FACT[FIELD_KINDS[question.field]]


@pytest.mark.parametrize("question", ALL, ids=lambda entry: entry.field)
def test_a_question_can_be_read_and_answered(question):
    assert question.text.strip() == question.text
    assert len(question.text) <= 130
    assert len(question.field) <= 40
    if question.kind in (Kind.CHOICE, Kind.MANY, Kind.BAND):
        values = [choice.value for choice in question.choices]
        assert len(values) == len(set(values)) >= 2
    if question.kind is Kind.BAND:
        assert [int(choice.value) for choice in question.choices]
    if question.kind in (Kind.NUMBER, Kind.AMOUNT):
        assert question.low < question.high


@pytest.mark.parametrize(
    "question",
    [entry for entry in QUESTIONS if entry.only_if],
    ids=lambda entry: entry.field,
)
def test_a_follow_up_hangs_on_an_earlier_question_of_its_own_part(question):
    field, wanted = question.only_if
    if field == PATIENT_SEX:
        return
    parent = questions.by_field(field)
    assert parent.section == question.section
    assert QUESTIONS.index(parent) < QUESTIONS.index(question)
    assert not question.group or parent.group != question.group
    offered = {choice.value for choice in parent.choices} | {True, False, None}
    assert set(wanted) <= offered


@pytest.mark.parametrize(
    "question",
    [entry for entry in QUESTIONS if entry.otherwise is not NOT_IMPLIED],
    ids=lambda entry: entry.field,
)
def test_what_is_implied_fits_its_fact_and_never_follows_from_not_sure(question):
    assert Facts.from_json({question.field: question.otherwise}).as_json()
    field, _ = question.only_if
    assert question.field not in questions.implied(question.section, {field: None})
    assert question.field not in questions.implied(question.section, {})


def test_a_clear_no_implies_what_it_implies():
    calm = questions.implied(
        questions.by_field("pregnant").section, {"can_be_pregnant": False}
    )
    assert calm == {"pregnant": "na", "trying_to_conceive": False}
    head = questions.implied(
        questions.by_field("seizure_dx").section, {"seizure_dx": False}
    )
    assert head == {"seizure_control": "none"}


def test_not_sure_asks_on_and_silence_does_not():
    part = questions.by_field("htn_dx").section
    fields = [question.field for question in questions.asked(part, {"htn_dx": None})]
    assert "htn_steady_4_weeks" in fields
    assert "htn_steady_4_weeks" not in [
        question.field for question in questions.asked(part, {})
    ]


def test_a_question_under_a_hidden_question_is_hidden():
    section = questions.by_field("kidney_dx").section
    stale = {"kidney_dx": [], "dialysis": True}
    assert "dialysis" not in [entry.field for entry in questions.asked(section, stale)]
    assert questions.implied(section, stale)["dialysis"] is False


def test_a_screen_holds_at_most_three_questions_and_no_question_is_lost():
    for section in HISTORY_SECTIONS:
        screens = questions.screens(section)
        assert sum(len(one.questions) for one in screens) == len(
            questions.of_section(section)
        )
        assert all(len(one.questions) <= 3 for one in screens)


def test_the_packet_takes_a_patient_twenty_to_forty_minutes():
    assert 20 <= sum(questions.MINUTES.values()) <= 40


def test_the_clinic_is_asked_in_five_groups():
    assert len(CLINICIAN_QUESTIONS) == sum(
        map(len, (PRESCRIBER, NURSE, LAB, THERAPIST, DAY_OF))
    )
