"""A healthy person for the tests of the rules: every question answered, nothing found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from screening.rules.eligibility import Evaluation, assess_eligibility
from screening.rules.eligibility_policy import default_rule_set
from screening.rules.facts import Facts

TODAY: Final = date(2026, 11, 23)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


HEALTHY: Final = Facts(
    age_years=45,
    sex_for_audit="female",
    sex_for_qtc="female",
    can_be_pregnant=True,
    home_route_requested=False,
    has_housing_phone=True,
    sole_carer_no_cover_24h=False,
    escort_available=True,
    capacity=True,
    pregnant="no",
    hcg_result="negative",
    hcg_date=TODAY,
    breastfeeding=False,
    trying_to_conceive=False,
    bp_sys_mean=128,
    bp_dia_mean=82,
    hr=70,
    spo2=98,
    temp_c=Decimal("36.6"),
    weight_kg=70,
    height_cm=172,
    bmi=Decimal("23.7"),
    cvd=frozenset(),
    nyha=1,
    mi_date=None,
    revascularisation_date=None,
    cvd_event_date=None,
    stroke_tia_date=None,
    aneurysm=False,
    avm=False,
    ich_history=False,
    htn_dx=False,
    htn_regimen_stable_days=90,
    cvd_risk_factor_count=0,
    qt_drug_count=0,
    qtc_ms=420,
    ecg_date=TODAY,
    liver_dx=frozenset(),
    child_pugh="na",
    alt_x_uln=1,
    liver_risk=False,
    lft_date=TODAY,
    egfr=90,
    dialysis=False,
    neuro_dx=frozenset(),
    icp_raised=False,
    seizure_dx=False,
    last_seizure_date=None,
    seizure_control="none",
    head_injury_date=None,
    moca_score=28,
    psychosis_dx=False,
    psychosis_history=False,
    psychosis_first_degree=False,
    mania_hypomania_now=False,
    bipolar1_dx=False,
    bipolar2_dx=False,
    personality_severe=False,
    dissociative_disorder=False,
    severe_panic_flag=False,
    asrm_score=0,
    dayof_mental_status_abnormal=False,
    phq9_item9=0,
    cssrs_risk="none",
    si_level="none",
    attempt_date=None,
    sud_active=False,
    sud_history=False,
    sud_remission_days=0,
    audit_score=2,
    audit_c_score=1,
    dast10_score=0,
    cannabis_use="none",
    ketamine_misuse_history=False,
    alcohol_withdrawal_risk=False,
    dayof_intoxicated=False,
    ketamine_reaction="never_had",
    esk_hypersensitivity=False,
    dosings_12m=0,
    hyperthyroid="none",
    tsh=2,
    thyroid_symptoms=False,
    glaucoma_type="none",
    iop=15,
    eye_dx=frozenset(),
    osa=False,
    cpap_used=False,
    home_o2=False,
    fev1_pct=95,
    resp_infection_now=False,
    nasal_dx=frozenset(),
    gi_dx=frozenset(),
    severe_nausea_history=False,
    bladder_dx=frozenset(),
    new_urinary_symptoms_weeks=0,
    porphyria=False,
    eating_disorder_active=False,
    surgery_date=None,
    hb_g_dl=14,
    potassium=4,
    glucose_mg_dl=95,
    med_classes=frozenset(),
    med_max_severity=0,
    phq9_baseline=18,
    gad7_baseline=12,
)

NOT_PREGNANT: Final = {"can_be_pregnant": False}

REQUIRED: Final = [
    "age_years",
    "can_be_pregnant",
    "escort_available",
    "capacity",
    "bp_sys_mean",
    "bp_dia_mean",
    "hr",
    "spo2",
    "weight_kg",
    "height_cm",
    "cvd",
    "aneurysm",
    "avm",
    "ich_history",
    "stroke_tia_date",
    "htn_dx",
    "liver_dx",
    "liver_risk",
    "dialysis",
    "icp_raised",
    "seizure_dx",
    "neuro_dx",
    "psychosis_dx",
    "psychosis_history",
    "psychosis_first_degree",
    "mania_hypomania_now",
    "bipolar1_dx",
    "bipolar2_dx",
    "phq9_item9",
    "cssrs_risk",
    "sud_active",
    "sud_history",
    "audit_c_score",
    "dast10_score",
    "ketamine_reaction",
    "hyperthyroid",
    "glaucoma_type",
    "osa",
    "bladder_dx",
    "new_urinary_symptoms_weeks",
    "porphyria",
    "med_classes",
    "med_max_severity",
    "phq9_baseline",
    "gad7_baseline",
]
"""The last column of the clinical reference, 3.2."""
OURS: Final = ("mi_date", "revascularisation_date")
"""Required by the edition that shipped first, which is stricter than 3.2 here."""
SOMETIMES: Final[dict[str, dict[str, Any]]] = {
    "pregnant": {"can_be_pregnant": True},
    "hcg_result": {"can_be_pregnant": True},
    "hcg_date": {"can_be_pregnant": True},
    "breastfeeding": {"can_be_pregnant": True},
    "trying_to_conceive": {"can_be_pregnant": True},
    "htn_regimen_stable_days": {"htn_dx": True},
    "sex_for_qtc": {"qtc_ms": 460},
    "child_pugh": {"liver_dx": frozenset({"cirrhosis"})},
    "last_seizure_date": {"seizure_dx": True},
    "seizure_control": {"seizure_dx": True},
    "sud_remission_days": {"sud_history": True},
    "sex_for_audit": {"audit_c_score": 3},
    "thyroid_symptoms": {"tsh": Decimal("0.05")},
    "bmi": {},
}
"""Required only under these answers; those of pregnancy are in 3.2, the others ours."""


def judge(facts: Facts = HEALTHY, **changes: Any) -> Evaluation:
    """The shipped edition over a healthy person with some answers changed."""
    return assess_eligibility(replace(facts, **changes), default_rule_set(), on=TODAY)


def codes(findings: Any) -> list[str]:
    return [finding.code for finding in findings]
