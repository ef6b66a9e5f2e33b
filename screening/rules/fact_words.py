"""How an answer reads on the screen: its label and its value in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from screening.rules.facts import MISSING

NBSP: Final = "\u00a0"
_FIXED: Final[Mapping[Any, str]] = {
    MISSING: "not answered",
    None: "none",
    True: "yes",
    False: "no",
}

LABELS: Final[Mapping[str, str]] = {
    # Demographics
    "age_years": "Age",
    "sex_for_audit": "Sex, for AUDIT-C",
    "sex_for_qtc": "Sex, for QTc",
    "can_be_pregnant": "Can be pregnant",
    "home_route_requested": "Asks for doses at home",
    "has_housing_phone": "Has a safe home and a phone",
    "sole_carer_no_cover_24h": "Cares alone for somebody, no cover for 24 h",
    "escort_available": "Somebody to go home with",
    "capacity": "Can consent",
    # Reproductive
    "pregnant": "Pregnant",
    "hcg_result": "Pregnancy test",
    "hcg_date": "Date of pregnancy test",
    "breastfeeding": "Breastfeeding",
    "trying_to_conceive": "Trying to conceive",
    # Vital signs and size
    "bp_sys_mean": "Systolic pressure, mean",
    "bp_dia_mean": "Diastolic pressure, mean",
    "hr": "Pulse",
    "spo2": "SpO\u2082",
    "temp_c": "Temperature",
    "weight_kg": "Weight",
    "height_cm": "Height",
    "bmi": "Body mass index",
    # Heart and vessels
    "cvd": "Heart and vessels",
    "nyha": "NYHA class",
    "mi_date": "Heart attack",
    "revascularisation_date": "Stent or bypass",
    "cvd_event_date": "Last cardiovascular event",
    "stroke_tia_date": "Stroke or TIA",
    "aneurysm": "Aneurysm",
    "avm": "Arteriovenous malformation",
    "ich_history": "Bleeding in the brain, ever",
    "htn_dx": "High blood pressure diagnosed",
    "htn_regimen_stable_days": "Blood pressure medicine unchanged for",
    "cvd_risk_factor_count": "Risk factors for the heart",
    "qt_drug_count": "Medicines that lengthen QT",
    "qtc_ms": "QTc",
    "ecg_date": "Date of ECG",
    # Liver and kidney
    "liver_dx": "Liver disease",
    "child_pugh": "Child-Pugh class",
    "alt_x_uln": "ALT, times the upper limit",
    "liver_risk": "Risk for the liver",
    "lft_date": "Date of liver tests",
    "egfr": "eGFR",
    "dialysis": "Dialysis",
    # Brain and nerves
    "neuro_dx": "Disease of the brain",
    "icp_raised": "Raised pressure in the skull",
    "seizure_dx": "Seizures, ever",
    "last_seizure_date": "Last seizure",
    "seizure_control": "Control of seizures",
    "head_injury_date": "Last head injury",
    "moca_score": "MoCA",
    # Mental health
    "psychosis_dx": "Psychosis now",
    "psychosis_history": "Psychosis ever",
    "psychosis_first_degree": "Psychosis in the close family",
    "mania_hypomania_now": "Mania or hypomania now",
    "bipolar1_dx": "Bipolar I disorder",
    "bipolar2_dx": "Bipolar II disorder",
    "personality_severe": "Severe personality disorder",
    "dissociative_disorder": "Dissociative disorder",
    "severe_panic_flag": "Severe panic or agitation",
    "asrm_score": "ASRM",
    "dayof_mental_status_abnormal": "Mental state abnormal on the day",
    # Suicide
    "phq9_item9": "PHQ-9 item 9",
    "cssrs_risk": "C-SSRS risk",
    "si_level": "Suicidal thoughts",
    "attempt_date": "Last suicide attempt",
    # Substances
    "sud_active": "Substance use disorder now",
    "sud_history": "Substance use disorder, ever",
    "sud_remission_days": "In remission for",
    "audit_score": "AUDIT",
    "audit_c_score": "AUDIT-C",
    "dast10_score": "DAST-10",
    "cannabis_use": "Cannabis",
    "ketamine_misuse_history": "Misuse of ketamine or PCP, ever",
    "alcohol_withdrawal_risk": "Risk of alcohol withdrawal",
    "dayof_intoxicated": "Intoxicated on the day",
    # Ketamine before
    "ketamine_reaction": "Reaction to ketamine",
    "esk_hypersensitivity": "Hypersensitivity to esketamine",
    "dosings_12m": "Doses in the last 12 months",
    # Thyroid and eyes
    "hyperthyroid": "Overactive thyroid",
    "tsh": "TSH",
    "thyroid_symptoms": "Symptoms of the thyroid",
    "glaucoma_type": "Glaucoma",
    "iop": "Pressure in the eye",
    "eye_dx": "Disease of the eye",
    # Lungs, nose, stomach
    "osa": "Sleep apnea",
    "cpap_used": "Uses CPAP",
    "home_o2": "Oxygen at home",
    "fev1_pct": "FEV1, share of the expected",
    "resp_infection_now": "Infection of the airways now",
    "nasal_dx": "Disease of the nose",
    "gi_dx": "Disease of the stomach",
    "severe_nausea_history": "Severe nausea before",
    # Bladder
    "bladder_dx": "Disease of the bladder",
    "new_urinary_symptoms_weeks": "New urinary symptoms for",
    # Other
    "porphyria": "Porphyria",
    "eating_disorder_active": "Active eating disorder",
    "surgery_date": "Last operation",
    "hb_g_dl": "Hemoglobin",
    "potassium": "Potassium",
    "glucose_mg_dl": "Glucose",
    # Medicines and baselines
    "med_classes": "Medicine classes",
    "med_max_severity": "Gravest interaction, 0 to 4",
    "phq9_baseline": "PHQ-9 total",
    "gad7_baseline": "GAD-7 total",
}
UNITS: Final[Mapping[str, str]] = {
    "age_years": "years",
    "bp_sys_mean": "mmHg",
    "bp_dia_mean": "mmHg",
    "hr": "/min",
    "spo2": "%",
    "temp_c": "\u00b0C",
    "weight_kg": "kg",
    "height_cm": "cm",
    "bmi": "kg/m\u00b2",
    "htn_regimen_stable_days": "days",
    "qtc_ms": "ms",
    "egfr": "ml/min/1.73 m\u00b2",
    "sud_remission_days": "days",
    "tsh": "mIU/l",
    "iop": "mmHg",
    "fev1_pct": "%",
    "new_urinary_symptoms_weeks": "weeks",
    "hb_g_dl": "g/dl",
    "potassium": "mmol/l",
    "glucose_mg_dl": "mg/dl",
}
VALUES: Final[Mapping[str, str]] = {
    "na": "not applicable",
    "unknown": "not known",
    "not_done": "not done",
    "never_had": "never had ketamine",
    "severe_medical": "severe medical reaction",
    "severe_psych": "severe psychological reaction",
    "distressing": "distressing experience",
    "hypersensitivity": "allergic reaction",
    "unstable_angina": "unstable angina",
    "decompensated_hf": "decompensated heart failure",
    "severe_valve_stenosis": "severe valve stenosis",
    "symptomatic_cad": "symptomatic coronary disease",
    "cardiomyopathy_severe": "severe cardiomyopathy",
    "cad_stable": "stable coronary disease",
    "hf_nyha_1_2": "heart failure, NYHA I or II",
    "af_rate_controlled": "atrial fibrillation, rate controlled",
    "valve_moderate": "moderate valve disease",
    "congenital_repaired": "repaired congenital heart disease",
    "pulmonary_hypertension_severe": "severe pulmonary hypertension",
    "phaeochromocytoma": "pheochromocytoma",
    "mass_lesion": "lesion that takes up space",
    "untreated_hydrocephalus": "untreated hydrocephalus",
    "open_angle_controlled": "open angle, controlled",
    "angle_closure": "angle closure",
    "open_globe": "open injury of the eye",
    "severe_gerd": "severe reflux",
    "severe_obstruction": "severe obstruction of the nose",
    "recurrent_epistaxis": "frequent nosebleeds",
    "septal_perforation": "hole in the nasal septum",
    "plan": "with a plan",
    "intent": "with intent",
    "active": "active, without plan",
    "M-008": "methadone or buprenorphine",
    "M-024": "thyroid hormone",
    "M-052": "GLP-1 medicine",
}


def label(field: str) -> str:
    """The question in a few words."""
    return LABELS.get(field) or field.replace("_", " ").capitalize()


def words(field: str, value: Any) -> str:
    """The answer in words, with its unit."""
    text = plain_words(value)
    unit = UNITS.get(field)
    return f"{text}{NBSP}{unit}" if unit and value is not MISSING else text


def plain_words(value: Any) -> str:
    """The answer in words, without its unit."""
    if value is MISSING or value is None or isinstance(value, bool):
        return _FIXED[value]
    if isinstance(value, frozenset):
        return ", ".join(sorted(_word(code) for code in value)) or "none"
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return _word(str(value))


def _word(code: str) -> str:
    return VALUES.get(code) or code.replace("_", " ")
