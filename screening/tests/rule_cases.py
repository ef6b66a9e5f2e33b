"""For each shipped rule: answers under which it fires, and the nearest that do not.

``companions`` are rules that share the fact and so fire with it; ``never_alone`` marks
a rule that cannot fire without one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from screening.rules.facts import MISSING
from screening.tests.rule_facts import TODAY, days_ago

Changes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    fires: list[Changes]
    stays: list[Changes]
    companions: tuple[str, ...] = ()
    never_alone: bool = False


def each(field: str, *values: Any, **more: Any) -> list[Changes]:
    """The same other answers with each of the values."""
    return [{field: value, **more} for value in values]


def code_sets(field: str, *values: str) -> list[Changes]:
    return [{field: frozenset({value})} for value in values]


D: Final = Decimal
ECG_OLD: Final = days_ago(366)
SEVERE: Final = (
    "unstable_angina",
    "decompensated_hf",
    "severe_valve_stenosis",
    "uncontrolled_arrhythmia",
    "symptomatic_cad",
    "cardiomyopathy_severe",
)
STABLE: Final = (
    "cad_stable",
    "hf_nyha_1_2",
    "af_rate_controlled",
    "pacemaker",
    "valve_moderate",
    "congenital_repaired",
)
PRESSOR: Final = (
    "pulmonary_hypertension_severe",
    "phaeochromocytoma",
    "hypertensive_encephalopathy",
)
HTN: Final[Changes] = {"htn_dx": True}
SUD: Final[Changes] = {"sud_history": True}
NO_ECG: Final[Changes] = {"ecg_date": ECG_OLD}

CASES: Final[dict[str, Case]] = {
    "E-AGE-01": Case(each("age_years", 17), each("age_years", 18)),
    "E-AGE-02": Case(each("age_years", 65), each("age_years", 64)),
    "E-LOG-01": Case(each("escort_available", False), each("escort_available", True)),
    "E-LOG-02": Case(each("capacity", False), each("capacity", True)),
    "E-LOG-03": Case(
        each("has_housing_phone", False, MISSING, home_route_requested=True),
        [{"home_route_requested": True}, {"has_housing_phone": False}],
    ),
    "E-LOG-04": Case(
        each("sole_carer_no_cover_24h", True), each("sole_carer_no_cover_24h", False)
    ),
    "E-INF-01": Case(
        [{"phq9_baseline": MISSING}, {"gad7_baseline": MISSING}],
        [{"phq9_baseline": 0, "gad7_baseline": 0}],
    ),
    "E-OB-01": Case(
        [{"pregnant": "yes"}, {"hcg_result": "positive"}],
        [{"pregnant": "unknown"}, {"hcg_result": "not_done"}],
    ),
    "E-OB-02": Case(
        [{"hcg_date": None}, {"hcg_date": days_ago(31)}, {"pregnant": "unknown"}],
        [{"hcg_date": days_ago(30)}, {"can_be_pregnant": False, "hcg_date": None}],
    ),
    "E-OB-03": Case(each("breastfeeding", True), each("breastfeeding", False)),
    "E-OB-04": Case(
        each("trying_to_conceive", True), each("trying_to_conceive", False)
    ),
    "E-CV-01": Case(
        [{"bp_sys_mean": 160}, {"bp_dia_mean": 100}],
        [{"bp_sys_mean": D("159.9")}, {"bp_dia_mean": D("99.9")}],
    ),
    "E-CV-01b": Case(
        [{"bp_sys_mean": 180}, {"bp_dia_mean": 120}],
        [{"bp_sys_mean": D("179.9")}, {"bp_dia_mean": D("119.9")}],
        companions=("E-CV-01",),
        never_alone=True,
    ),
    "E-CV-02": Case(
        [
            {"bp_sys_mean": 140},
            {"bp_dia_mean": 90},
            {"bp_sys_mean": D("159.9"), "bp_dia_mean": D("99.9")},
        ],
        [
            {"bp_sys_mean": D("139.9")},
            {"bp_dia_mean": D("89.9")},
            {"bp_sys_mean": 160},
            {"bp_dia_mean": 100},
        ],
    ),
    "E-CV-03": Case(
        [
            {**HTN, "htn_regimen_stable_days": 28},
            {**HTN, "bp_sys_mean": D("139.9"), "bp_dia_mean": D("89.9")},
        ],
        [
            {**HTN, "htn_regimen_stable_days": 27},
            {**HTN, "bp_sys_mean": 140},
            {**HTN, "bp_dia_mean": 90},
            {"htn_regimen_stable_days": 28},
        ],
    ),
    "E-CV-03b": Case(
        [
            {**HTN, "htn_regimen_stable_days": 27},
            {
                **HTN,
                "htn_regimen_stable_days": 0,
                "bp_sys_mean": D("139.9"),
                "bp_dia_mean": D("89.9"),
            },
        ],
        [
            {**HTN, "htn_regimen_stable_days": 28},
            {**HTN, "htn_regimen_stable_days": 27, "bp_sys_mean": 140},
            {**HTN, "htn_regimen_stable_days": 27, "bp_dia_mean": 90},
        ],
    ),
    "E-CV-12": Case(each("hr", 111), each("hr", 110)),
    "E-CV-04": Case(
        [
            *code_sets("cvd", *SEVERE),
            {"mi_date": days_ago(183)},
            {"revascularisation_date": days_ago(183)},
            {"nyha": 3},
        ],
        [
            {"mi_date": days_ago(184)},
            {"revascularisation_date": days_ago(184)},
            {"nyha": 2},
            {"cvd": frozenset(STABLE)},
        ],
    ),
    "E-CV-05": Case(code_sets("cvd", *STABLE), [{"cvd": frozenset(SEVERE)}]),
    "E-CV-05b": Case(
        [{"mi_date": days_ago(184)}, {"revascularisation_date": days_ago(184)}],
        [{"mi_date": days_ago(183)}, {"revascularisation_date": days_ago(183)}],
    ),
    "E-CV-06": Case(
        each("cvd_event_date", days_ago(42), TODAY),
        each("cvd_event_date", days_ago(43), None),
    ),
    "E-CV-11": Case(each("qtc_ms", 500), each("qtc_ms", 499)),
    "E-CV-11b": Case(
        [
            *each("qtc_ms", 450, 499, sex_for_qtc="male"),
            *each("qtc_ms", 470, 499, sex_for_qtc="female"),
        ],
        [
            *each("qtc_ms", 449, 500, sex_for_qtc="male"),
            *each("qtc_ms", 469, 500, sex_for_qtc="female"),
        ],
    ),
    "E-CV-13": Case(code_sets("cvd", *PRESSOR), [{"cvd": frozenset(STABLE)}]),
    "E-CV-14": Case(
        [
            {**NO_ECG, "age_years": 60},
            {**NO_ECG, "cvd_risk_factor_count": 2},
            {**NO_ECG, "cvd": frozenset({"pacemaker"})},
            {**NO_ECG, "qt_drug_count": 1},
            {"ecg_date": None, "age_years": 60},
            {"ecg_date": MISSING, "age_years": 60},
        ],
        [
            {**NO_ECG, "age_years": 59},
            {**NO_ECG, "cvd_risk_factor_count": 1},
            {**NO_ECG, "qt_drug_count": 0},
            {"ecg_date": days_ago(365), "age_years": 60},
        ],
        companions=("E-CV-05",),
    ),
    "E-CV-07": Case(each("aneurysm", True), each("aneurysm", False)),
    "E-CV-08": Case(each("avm", True), each("avm", False)),
    "E-CV-09": Case(each("ich_history", True), each("ich_history", False)),
    "E-CV-10": Case(
        each("stroke_tia_date", days_ago(183), TODAY),
        each("stroke_tia_date", days_ago(184), None),
    ),
    "E-CV-10b": Case(
        each("stroke_tia_date", days_ago(184)),
        each("stroke_tia_date", days_ago(183), None),
    ),
    "E-HEP-01": Case(
        [
            {"child_pugh": "C"},
            {"alt_x_uln": D("5.1")},
            *code_sets("liver_dx", "decompensated_cirrhosis", "acute_hepatitis"),
        ],
        [{"child_pugh": "B"}, {"alt_x_uln": 5}],
    ),
    "E-HEP-02": Case(
        [{"child_pugh": "B"}, {"alt_x_uln": 3}, {"alt_x_uln": 5}],
        [{"child_pugh": "A"}, {"alt_x_uln": D("2.9")}, {"alt_x_uln": D("5.1")}],
    ),
    "E-HEP-03": Case(
        [
            {"liver_risk": True, "lft_date": days_ago(184)},
            {"dosings_12m": 13, "lft_date": None},
            {"liver_risk": True, "lft_date": MISSING},
        ],
        [
            {"liver_risk": True, "lft_date": days_ago(183)},
            {"dosings_12m": 12, "lft_date": None},
        ],
    ),
    "E-REN-01": Case(
        [{"egfr": D("29.9")}, {"egfr": 20, "dialysis": False}],
        [{"egfr": 30}, {"egfr": 20, "dialysis": True}],
    ),
    "E-REN-02": Case(each("dialysis", True), each("dialysis", False)),
    "E-THY-01": Case(
        [
            {"hyperthyroid": "untreated"},
            {"tsh": D("0.0"), "thyroid_symptoms": True},
        ],
        [
            {"hyperthyroid": "treated"},
            {"tsh": D("0.1"), "thyroid_symptoms": True},
            {"tsh": D("0.0")},
        ],
    ),
    "E-THY-02": Case(
        code_sets("med_classes", "M-024"), code_sets("med_classes", "M-025")
    ),
    "E-POR-01": Case(each("porphyria", True), each("porphyria", False)),
    "E-URO-01": Case(
        code_sets(
            "bladder_dx",
            "interstitial_cystitis",
            "ulcerative_cystitis",
            "ketamine_cystitis",
        ),
        code_sets("bladder_dx", "stones"),
    ),
    "E-URO-02": Case(
        each("new_urinary_symptoms_weeks", 2), each("new_urinary_symptoms_weeks", 1)
    ),
    "E-NEU-01": Case(
        [
            {"icp_raised": True},
            *code_sets("neuro_dx", "mass_lesion", "untreated_hydrocephalus"),
        ],
        code_sets("neuro_dx", "migraine"),
    ),
    "E-NEU-02": Case(
        [{"last_seizure_date": days_ago(183)}, {"seizure_control": "uncontrolled"}],
        [{"last_seizure_date": days_ago(184)}, {"seizure_control": "controlled"}],
    ),
    "E-NEU-03": Case(
        [{"seizure_dx": True, "last_seizure_date": days_ago(184)}],
        [
            {"seizure_dx": True, "last_seizure_date": days_ago(183)},
            {"last_seizure_date": days_ago(184)},
        ],
    ),
    "E-NEU-04": Case(
        each("head_injury_date", days_ago(90)), each("head_injury_date", days_ago(91))
    ),
    "E-NEU-05": Case(
        [{"moca_score": 17}, *code_sets("neuro_dx", "dementia", "delirium")],
        [{"moca_score": 18}, *code_sets("neuro_dx", "migraine")],
    ),
    "E-EYE-01": Case(
        [
            *each("glaucoma_type", "angle_closure", "uncontrolled"),
            {"iop": 22},
            *code_sets("eye_dx", "open_globe"),
        ],
        [{"glaucoma_type": "open_angle_controlled"}, {"iop": 21}],
    ),
    "E-EYE-02": Case(
        each("glaucoma_type", "open_angle_controlled"), each("glaucoma_type", "none")
    ),
    "E-PSY-01": Case(
        [{"psychosis_dx": True}, {"psychosis_history": True}],
        [{"psychosis_dx": False, "psychosis_history": False}],
    ),
    "E-PSY-02": Case(
        each("psychosis_first_degree", True), each("psychosis_first_degree", False)
    ),
    "E-PSY-03": Case(
        [{"mania_hypomania_now": True}, {"asrm_score": 6}], [{"asrm_score": 5}]
    ),
    "E-PSY-04": Case(
        [{"bipolar1_dx": True}], [{"bipolar1_dx": True, "mania_hypomania_now": True}]
    ),
    "E-PSY-05": Case(
        [{"bipolar2_dx": True}], [{"bipolar2_dx": True, "mania_hypomania_now": True}]
    ),
    "E-PSY-06": Case(
        each("personality_severe", True), each("personality_severe", False)
    ),
    "E-PSY-07": Case(
        each("dissociative_disorder", True), each("dissociative_disorder", False)
    ),
    "E-PSY-08": Case(
        each("dayof_mental_status_abnormal", True),
        each("dayof_mental_status_abnormal", False),
    ),
    "E-PSY-09": Case(each("severe_panic_flag", True), each("severe_panic_flag", False)),
    "E-SI-01": Case(
        [*each("phq9_item9", 1, 2, 3), {"cssrs_risk": "low"}, {"si_level": "passive"}],
        [{"phq9_item9": 0}, {"cssrs_risk": "none"}, {"si_level": "none"}],
    ),
    "E-SI-02": Case(
        [{"cssrs_risk": "moderate"}, {"si_level": "active"}],
        [{"cssrs_risk": "low"}, {"si_level": "passive"}],
    ),
    "E-SI-03": Case(
        [
            {"cssrs_risk": "high"},
            *each("si_level", "plan", "intent"),
            {"attempt_date": days_ago(90)},
        ],
        [{"cssrs_risk": "moderate"}, {"attempt_date": days_ago(91)}],
    ),
    "E-SUD-01": Case(
        [{"sud_active": True}, {"audit_score": 20}, {"dast10_score": 6}],
        [{"audit_score": 19}, {"dast10_score": 5}],
    ),
    "E-SUD-02": Case(
        each("sud_remission_days", 89, **SUD), each("sud_remission_days", 90, **SUD)
    ),
    "E-SUD-02b": Case(
        each("sud_remission_days", 90, 364, **SUD),
        each("sud_remission_days", 89, 365, **SUD),
    ),
    "E-SUD-03": Case(
        each("sud_remission_days", 365, **SUD),
        [
            {**SUD, "sud_remission_days": 364},
            {**SUD, "sud_remission_days": 365, "sud_active": True},
        ],
    ),
    "E-SUD-04": Case(
        each("ketamine_misuse_history", True), each("ketamine_misuse_history", False)
    ),
    "E-SUD-05": Case(
        [
            *each("audit_score", 8, 19),
            {"audit_c_score": 4, "sex_for_audit": "male"},
            *each("sex_for_audit", "female", "other", audit_c_score=3),
        ],
        [
            *each("audit_score", 7, 20),
            {"audit_c_score": 3, "sex_for_audit": "male"},
            *each("sex_for_audit", "female", "other", audit_c_score=2),
        ],
    ),
    "E-SUD-06": Case(each("dast10_score", 3, 5), each("dast10_score", 2, 6)),
    "E-SUD-07": Case(each("dayof_intoxicated", True), each("dayof_intoxicated", False)),
    "E-SUD-08": Case(
        each("alcohol_withdrawal_risk", True), each("alcohol_withdrawal_risk", False)
    ),
    "E-SUD-09": Case(
        code_sets("med_classes", "M-008"), code_sets("med_classes", "M-009")
    ),
    "E-SUD-10": Case(each("cannabis_use", "daily"), each("cannabis_use", "weekly")),
    "E-ALL-01": Case(
        [{"ketamine_reaction": "hypersensitivity"}, {"esk_hypersensitivity": True}],
        [{"ketamine_reaction": "severe_medical"}],
    ),
    "E-ALL-02": Case(
        each("ketamine_reaction", "severe_medical", "severe_psych"),
        each("ketamine_reaction", "hypersensitivity", "distressing"),
    ),
    "E-ALL-02b": Case(
        each("ketamine_reaction", "distressing", "other"),
        each("ketamine_reaction", "nausea", "none", "severe_psych"),
    ),
    "E-MED-01": Case(each("med_max_severity", 4), each("med_max_severity", 3)),
    "E-MED-02": Case(each("med_max_severity", 3), each("med_max_severity", 2, 4)),
    "E-RESP-01": Case(
        each("cpap_used", False, MISSING, osa=True),
        [{"osa": True, "cpap_used": True}, {"cpap_used": False}],
    ),
    "E-RESP-01b": Case(
        [{"osa": True, "cpap_used": True}],
        [{"osa": True, "cpap_used": False}, {"cpap_used": True}],
    ),
    "E-RESP-02": Case(
        [{"home_o2": True}, {"fev1_pct": 49}, {"spo2": 91}],
        [{"fev1_pct": 50}, {"spo2": 92}],
    ),
    "E-RESP-03": Case(
        each("resp_infection_now", True), each("resp_infection_now", False)
    ),
    "E-RESP-04": Case(
        [
            *code_sets("gi_dx", "severe_gerd", "gastroparesis"),
            *code_sets("med_classes", "M-052"),
        ],
        code_sets("gi_dx", "hernia"),
    ),
    "E-RESP-05": Case(
        code_sets(
            "nasal_dx",
            "severe_obstruction",
            "recurrent_epistaxis",
            "septal_perforation",
        ),
        code_sets("nasal_dx", "hay_fever"),
    ),
    "E-GI-01": Case(
        each("severe_nausea_history", True), each("severe_nausea_history", False)
    ),
    "E-BMI-01": Case(each("bmi", D("35.1")), each("bmi", 35)),
    "E-BMI-02": Case(
        [{"bmi": D("15.9")}, {"eating_disorder_active": True}], [{"bmi": 16}]
    ),
    "E-HX-01": Case(
        each("surgery_date", days_ago(14)), each("surgery_date", days_ago(15))
    ),
    "E-HX-02": Case(each("temp_c", D("38.0")), each("temp_c", D("37.9"))),
    "E-HX-03": Case(
        [
            {"hb_g_dl": D("7.9")},
            {"potassium": D("2.9")},
            {"potassium": D("6.1")},
            {"glucose_mg_dl": 69},
            {"glucose_mg_dl": 301},
        ],
        [
            {"hb_g_dl": 8},
            {"potassium": D("3.0")},
            {"potassium": D("6.0")},
            {"glucose_mg_dl": 70},
            {"glucose_mg_dl": 300},
        ],
    ),
}
