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
    "age_years": "Age",
    "can_be_pregnant": "Can be pregnant",
    "capacity": "Can consent",
    "pregnant": "Pregnant",
    "hcg_result": "Pregnancy test",
    "hcg_date": "Date of pregnancy test",
    "bp_sys_mean": "Systolic pressure, mean",
    "bp_dia_mean": "Diastolic pressure, mean",
    "cvd": "Heart and vessels",
    "nyha": "NYHA class",
    "mi_date": "Heart attack",
    "revascularisation_date": "Stent or bypass",
    "htn_dx": "High blood pressure diagnosed",
    "htn_regimen_stable_days": "Blood pressure medicine unchanged for",
    "psychosis_dx": "Psychosis now",
    "psychosis_history": "Psychosis ever",
    "phq9_item9": "PHQ-9 item 9",
    "cssrs_risk": "C-SSRS risk",
    "si_level": "Suicidal thoughts",
    "attempt_date": "Last suicide attempt",
    "sud_active": "Substance use disorder now",
    "audit_score": "AUDIT",
    "dast10_score": "DAST-10",
    "ketamine_reaction": "Reaction to ketamine",
    "esk_hypersensitivity": "Hypersensitivity to esketamine",
    "phq9_baseline": "PHQ-9 total",
    "gad7_baseline": "GAD-7 total",
}
UNITS: Final[Mapping[str, str]] = {
    "age_years": "years",
    "bp_sys_mean": "mmHg",
    "bp_dia_mean": "mmHg",
    "htn_regimen_stable_days": "days",
}
VALUES: Final[Mapping[str, str]] = {
    "na": "not applicable",
    "unknown": "not known",
    "never_had": "never had ketamine",
    "severe_medical": "severe medical reaction",
    "severe_psych": "severe psychological reaction",
    "distressing": "distressing experience",
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
