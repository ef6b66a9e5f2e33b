"""Eligibility: vectors EL1 to EL17 of clinical reference 3.5, and every edge."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from screening.rules.eligibility import Verdict, assess_eligibility
from screening.rules.eligibility_policy import DEFAULT_RULES, default_rule_set
from screening.rules.facts import MISSING, Facts
from screening.rules.findings import Gravity
from screening.rules.rule_set import parse_rule_set
from screening.tests.rule_facts import HEALTHY, TODAY, codes, days_ago, judge

V = Verdict


PREGNANT = {"can_be_pregnant": True, "hcg_date": TODAY, "hcg_result": "negative"}


@pytest.mark.parametrize(
    ("changes", "verdict", "hits"),
    [
        pytest.param({}, V.ELIGIBLE, [], id="EL1-nothing-found"),
        pytest.param(
            {
                "htn_dx": True,
                "htn_regimen_stable_days": 90,
                "bp_sys_mean": 136,
                "bp_dia_mean": 84,
            },
            V.ELIGIBLE_WITH_CAUTION,
            ["E-CV-03"],
            id="EL2-controlled-hypertension",
        ),
        pytest.param(
            {"bp_sys_mean": 164, "bp_dia_mean": 96},
            V.EXCLUDE,
            ["E-CV-01"],
            id="EL3-uncontrolled",
        ),
        pytest.param(
            {"bp_sys_mean": 146, "bp_dia_mean": 88},
            V.NEEDS_REVIEW,
            ["E-CV-02"],
            id="EL4-raised",
        ),
        pytest.param(
            {**PREGNANT, "pregnant": "yes"}, V.EXCLUDE, ["E-OB-01"], id="EL6-pregnant"
        ),
        pytest.param(
            {"psychosis_history": True}, V.EXCLUDE, ["E-PSY-01"], id="EL7-psychosis"
        ),
        pytest.param({"avm": True}, V.EXCLUDE, ["E-CV-08"], id="EL9-avm"),
        pytest.param(
            {"mi_date": days_ago(35)}, V.EXCLUDE, ["E-CV-04"], id="EL11-mi-5-weeks"
        ),
        pytest.param(
            {"mi_date": days_ago(213), "cvd": frozenset({"cad_stable"})},
            V.NEEDS_REVIEW,
            ["E-CV-05", "E-CV-05b"],
            id="EL11-mi-7-months-stable",
        ),
        pytest.param({"dast10_score": 7}, V.EXCLUDE, ["E-SUD-01"], id="EL12-dast-7"),
        pytest.param({"age_years": 17}, V.EXCLUDE, ["E-AGE-01"], id="EL14-age-17"),
        pytest.param({"phq9_baseline": MISSING}, V.INCOMPLETE, [], id="EL17-no-phq9"),
        pytest.param({"gad7_baseline": MISSING}, V.INCOMPLETE, [], id="no-gad7"),
        # both sides of every edge
        pytest.param({"age_years": 18}, V.ELIGIBLE, [], id="age-18"),
        pytest.param({"bp_sys_mean": 139, "bp_dia_mean": 89}, V.ELIGIBLE, [], id="139"),
        pytest.param(
            {"bp_sys_mean": Decimal("139.5")}, V.ELIGIBLE, [], id="a-mean-of-139.5"
        ),
        pytest.param({"bp_sys_mean": 140}, V.NEEDS_REVIEW, ["E-CV-02"], id="sys-140"),
        pytest.param({"bp_dia_mean": 90}, V.NEEDS_REVIEW, ["E-CV-02"], id="dia-90"),
        pytest.param(
            {"bp_sys_mean": 159, "bp_dia_mean": 99},
            V.NEEDS_REVIEW,
            ["E-CV-02"],
            id="159-99",
        ),
        pytest.param({"bp_sys_mean": 160}, V.EXCLUDE, ["E-CV-01"], id="sys-160"),
        pytest.param({"bp_dia_mean": 100}, V.EXCLUDE, ["E-CV-01"], id="dia-100"),
        pytest.param({"bp_sys_mean": 179}, V.EXCLUDE, ["E-CV-01"], id="sys-179"),
        pytest.param(
            {"bp_sys_mean": 180}, V.EXCLUDE, ["E-CV-01", "E-CV-01b"], id="crisis-180"
        ),
        pytest.param({"bp_dia_mean": 119}, V.EXCLUDE, ["E-CV-01"], id="dia-119"),
        pytest.param(
            {"bp_dia_mean": 120}, V.EXCLUDE, ["E-CV-01", "E-CV-01b"], id="crisis-120"
        ),
        pytest.param(
            {"htn_dx": True, "htn_regimen_stable_days": 28},
            V.ELIGIBLE_WITH_CAUTION,
            ["E-CV-03"],
            id="steady-28-days",
        ),
        pytest.param(
            {"htn_dx": True, "htn_regimen_stable_days": 27},
            V.NEEDS_REVIEW,
            ["E-CV-03b"],
            id="steady-27-days",
        ),
        pytest.param({"mi_date": days_ago(183)}, V.EXCLUDE, ["E-CV-04"], id="mi-183-d"),
        pytest.param(
            {"mi_date": days_ago(184)}, V.NEEDS_REVIEW, ["E-CV-05b"], id="mi-184-d"
        ),
        pytest.param(
            {"revascularisation_date": days_ago(183)},
            V.EXCLUDE,
            ["E-CV-04"],
            id="stent-183-d",
        ),
        pytest.param(
            {"revascularisation_date": days_ago(184)},
            V.NEEDS_REVIEW,
            ["E-CV-05b"],
            id="stent-184-d",
        ),
        pytest.param({"nyha": 2}, V.ELIGIBLE, [], id="nyha-2"),
        pytest.param({"nyha": 3}, V.EXCLUDE, ["E-CV-04"], id="nyha-3"),
        pytest.param(
            {"cvd": frozenset({"unstable_angina"})}, V.EXCLUDE, ["E-CV-04"], id="angina"
        ),
        pytest.param(
            {"cvd": frozenset({"pacemaker"})}, V.NEEDS_REVIEW, ["E-CV-05"], id="pacer"
        ),
        pytest.param({"psychosis_dx": True}, V.EXCLUDE, ["E-PSY-01"], id="psychosis"),
        pytest.param({"sud_active": True}, V.EXCLUDE, ["E-SUD-01"], id="sud-active"),
        pytest.param(
            {"audit_score": 19}, V.ELIGIBLE_WITH_CAUTION, ["E-SUD-05"], id="audit-19"
        ),
        pytest.param({"audit_score": 20}, V.EXCLUDE, ["E-SUD-01"], id="audit-20"),
        pytest.param({"dast10_score": 5}, V.NEEDS_REVIEW, ["E-SUD-06"], id="dast-5"),
        pytest.param({"dast10_score": 6}, V.EXCLUDE, ["E-SUD-01"], id="dast-6"),
        pytest.param(
            {**PREGNANT, "pregnant": "no"}, V.ELIGIBLE, [], id="tested-negative-today"
        ),
        pytest.param(
            {**PREGNANT, "pregnant": "no", "hcg_date": days_ago(30)},
            V.ELIGIBLE,
            [],
            id="tested-30-days-ago",
        ),
        pytest.param(
            {**PREGNANT, "pregnant": "no", "hcg_date": days_ago(31)},
            V.NEEDS_REVIEW,
            ["E-OB-02"],
            id="tested-31-days-ago",
        ),
        pytest.param(
            {"can_be_pregnant": True, "pregnant": "no", "hcg_date": None},
            V.NEEDS_REVIEW,
            ["E-OB-02"],
            id="never-tested",
        ),
        pytest.param(
            {**PREGNANT, "pregnant": "unknown"},
            V.NEEDS_REVIEW,
            ["E-OB-02"],
            id="pregnancy-not-known",
        ),
        pytest.param(
            {**PREGNANT, "pregnant": "no", "hcg_result": "positive"},
            V.EXCLUDE,
            ["E-OB-01"],
            id="test-positive",
        ),
        pytest.param({"capacity": False}, V.EXCLUDE, ["E-LOG-02"], id="no-capacity"),
        pytest.param(
            {"ketamine_reaction": "hypersensitivity"},
            V.EXCLUDE,
            ["E-ALL-01"],
            id="hypersensitivity",
        ),
        pytest.param(
            {"ketamine_reaction": "severe_medical"},
            V.EXCLUDE,
            ["E-ALL-02"],
            id="severe-medical",
        ),
        pytest.param(
            {"ketamine_reaction": "severe_psych"},
            V.EXCLUDE,
            ["E-ALL-02"],
            id="severe-psych",
        ),
        pytest.param(
            {"ketamine_reaction": "distressing"},
            V.NEEDS_REVIEW,
            ["E-ALL-02b"],
            id="distressing",
        ),
        pytest.param({"ketamine_reaction": "nausea"}, V.ELIGIBLE, [], id="nausea-only"),
        pytest.param(
            {"phq9_item9": 1}, V.ELIGIBLE_WITH_CAUTION, ["E-SI-01"], id="item9-1"
        ),
        pytest.param(
            {"cssrs_risk": "moderate"}, V.NEEDS_REVIEW, ["E-SI-02"], id="cssrs-moderate"
        ),
        pytest.param(
            {"cssrs_risk": "high"}, V.NEEDS_REVIEW, ["E-SI-03"], id="cssrs-high"
        ),
        pytest.param(
            {"attempt_date": days_ago(90)}, V.NEEDS_REVIEW, ["E-SI-03"], id="attempt-90"
        ),
        pytest.param({"attempt_date": days_ago(91)}, V.ELIGIBLE, [], id="attempt-91"),
    ],
)
def test_verdict(changes, verdict, hits):
    evaluation = judge(**changes)

    assert (evaluation.racemic, evaluation.esketamine) == (verdict, verdict)
    assert codes(evaluation.hits) == hits


def test_an_exclusion_shows_while_other_answers_are_missing():
    evaluation = judge(dast10_score=7, sud_active=MISSING, age_years=MISSING)

    assert evaluation.racemic is V.INCOMPLETE
    assert evaluation.racemic_so_far is V.EXCLUDE
    assert evaluation.esketamine_so_far is V.EXCLUDE
    assert codes(evaluation.excluding) == ["E-SUD-01"]


def test_every_enabled_rule_leaves_one_finding():
    evaluation = judge(dast10_score=7, age_years=MISSING)

    assert codes(evaluation.findings) == [rule.id for rule in default_rule_set().rules]
    parts = [
        evaluation.hits,
        evaluation.passed,
        evaluation.unanswered,
        evaluation.not_asked,
    ]
    assert sum(len(part) for part in parts) == len(evaluation.findings)
    assert all(found.source and found.why for found in evaluation.findings)


def test_the_verdict_is_the_gravest_hit():
    evaluation = judge(bp_sys_mean=146, psychosis_history=True, phq9_item9=2)

    assert evaluation.racemic is V.EXCLUDE
    assert codes(evaluation.hits) == ["E-CV-02", "E-PSY-01", "E-SI-01"]


@pytest.mark.parametrize(
    ("changes", "locked"),
    [
        pytest.param({**PREGNANT, "pregnant": "yes"}, True, id="EL6-pregnancy"),
        pytest.param({"avm": True}, True, id="EL9-avm"),
        pytest.param({"psychosis_history": True}, False, id="EL7-override-path"),
        pytest.param({"phq9_item9": 3}, False, id="locked-but-no-exclusion"),
    ],
)
def test_only_a_locked_exclusion_cannot_be_overridden(changes, locked):
    assert judge(**changes).is_locked_exclusion is locked


@pytest.mark.parametrize("value", [1, 2, 3])
def test_item_9_opens_the_safety_pathway_beside_the_verdict(value):
    alone = judge(phq9_item9=value)
    with_exclusion = judge(phq9_item9=value, age_years=17)

    assert alone.safety_pathway
    assert with_exclusion.safety_pathway
    assert with_exclusion.racemic is V.EXCLUDE
    assert alone.finding("E-SI-01").gravity is Gravity.SAFETY
    assert "988" in alone.finding("E-SI-01").patient_text
    assert not judge().safety_pathway


def test_review_with_pathway_speaks_to_the_patient_of_help():
    found = judge(cssrs_risk="high").finding("E-SI-03")

    assert found.gravity is Gravity.NEEDS_REVIEW
    assert found.opens_safety_pathway
    assert "988" in found.patient_text


def test_a_finding_names_the_thing_and_the_number():
    found = judge(bp_sys_mean=152, bp_dia_mean=94).finding("E-CV-02")

    assert found.is_hit
    assert found.statement == (
        "Blood pressure 152/94\u00a0mmHg has reached 140/90\u00a0mmHg."
    )
    assert found.fact == (
        "Systolic pressure, mean: 152\u00a0mmHg; Diastolic pressure, mean: 94\u00a0mmHg"
    )
    assert found.next_step
    assert "V SPRAVATO" in found.source


def test_the_proof_says_which_answer_made_the_hit():
    found = judge(dast10_score=7).finding("E-SUD-01")

    assert found.statement == "Active substance use disorder. DAST-10: 7."
    assert found.fact == "DAST-10: 7"


def test_a_passed_rule_shows_its_proof():
    found = judge().finding("E-INF-01")

    assert found.statement == "PHQ-9 18, GAD-7 12."
    assert (found.gravity, found.patient_text, found.next_step) == (None, "", "")


def test_patient_text_never_names_the_finding():
    evaluation = judge(psychosis_history=True, sud_active=True, bp_sys_mean=190)

    spoken = {found.patient_text for found in evaluation.hits}

    assert spoken == {
        "A clinician needs to review one of your answers. We will contact you."
    }


def test_a_finding_of_a_rule_that_is_off_is_not_there():
    rules = [dict(rule) for rule in DEFAULT_RULES["rules"]]
    rules[0]["enabled"] = False
    edition = parse_rule_set({**DEFAULT_RULES, "rules": rules})

    evaluation = assess_eligibility(replace(HEALTHY, age_years=17), edition, on=TODAY)

    assert evaluation.racemic is V.ELIGIBLE
    with pytest.raises(KeyError):
        evaluation.finding("E-AGE-01")


def test_outcomes_may_differ_between_racemic_and_esketamine():
    rule = {**DEFAULT_RULES["rules"][0], "rac": "X", "esk": "C"}
    edition = parse_rule_set({**DEFAULT_RULES, "rules": [rule]})

    evaluation = assess_eligibility(Facts(age_years=17), edition, on=TODAY)

    assert evaluation.racemic is V.EXCLUDE
    assert evaluation.esketamine is V.ELIGIBLE_WITH_CAUTION


def test_an_evaluation_carries_its_edition_and_inputs():
    evaluation = judge()

    assert evaluation.rule_set_version == "2026.11.2"
    assert evaluation.inputs_digest == HEALTHY.digest()
    assert evaluation.on == TODAY


def test_verdicts_have_words():
    assert [verdict.label for verdict in Verdict] == [
        "answers incomplete",
        "not suitable",
        "needs review",
        "eligible with caution",
        "eligible",
    ]
