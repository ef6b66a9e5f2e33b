"""What only the clinic answers: findings, tests, judgement (clinical reference 3.2)."""

from __future__ import annotations

from typing import Final

from screening.enums import PacketSection
from screening.questions.make import Maker
from screening.questions.shape import Question

_ask = Maker(PacketSection.HEALTH)
"""Clinicians' questions belong to no part of the packet; the part is not read."""

NURSE: Final[tuple[Question, ...]] = (
    _ask.choice(
        "hcg_result",
        "Pregnancy test",
        {"negative": "Negative", "positive": "Positive", "not_done": "Not done"},
    ),
    _ask.date("hcg_date", "Date of the pregnancy test"),
    _ask.amount("temp_c", "Temperature", 43, low=30, places=1, unit="°C"),
    _ask.yes_no("resp_infection_now", "A cold or another airway infection now"),
    _ask.number(
        "new_urinary_symptoms_weeks",
        "New urinary symptoms: for how many weeks",
        520,
        unit="weeks",
    ),
)
DAY_OF: Final[tuple[Question, ...]] = (
    _ask.yes_no("dayof_mental_status_abnormal", "Mental status abnormal today"),
    _ask.yes_no("dayof_intoxicated", "Intoxicated today"),
)
LAB: Final[tuple[Question, ...]] = (
    _ask.amount("alt_x_uln", "ALT, as a multiple of the upper limit", 200),
    _ask.date("lft_date", "Date of the liver tests"),
    _ask.amount("egfr", "eGFR", 200, places=1, unit="mL/min/1.73 m²"),
    _ask.amount("tsh", "TSH", 200, places=3, unit="mIU/L"),
    _ask.amount("hb_g_dl", "Hemoglobin", 25, low=1, places=1, unit="g/dL"),
    _ask.amount("potassium", "Potassium", 12, low=1, places=1, unit="mmol/L"),
    _ask.amount("glucose_mg_dl", "Glucose", 1500, low=5, places=1, unit="mg/dL"),
    _ask.amount(
        "iop", "Pressure in the eye, the higher one", 80, places=1, unit="mmHg"
    ),
    _ask.amount("fev1_pct", "FEV1, percent of predicted", 150, places=1, unit="%"),
)
PRESCRIBER: Final[tuple[Question, ...]] = (
    _ask.yes_no("capacity", "Understands the treatment and can decide"),
    _ask.choice(
        "sex_for_qtc",
        "Sex for reading the QTc",
        {"male": "Male", "female": "Female"},
    ),
    _ask.choice(
        "sex_for_audit",
        "Sex for reading the AUDIT-C",
        {"male": "Male", "female": "Female", "other": "Other"},
    ),
    _ask.number(
        "htn_regimen_stable_days",
        "Days on unchanged blood pressure medicine",
        3650,
        unit="days",
    ),
    _ask.number("nyha", "NYHA class, 1 to 4", 4, low=1),
    _ask.number("cvd_risk_factor_count", "Number of cardiovascular risk factors", 12),
    _ask.number("qt_drug_count", "Number of medicines that prolong QT", 20),
    _ask.number("qtc_ms", "QTc", 800, low=200, unit="ms"),
    _ask.date("ecg_date", "Date of the ECG"),
    _ask.choice(
        "child_pugh",
        "Child-Pugh class",
        {"A": "A", "B": "B", "C": "C", "na": "Not applicable"},
    ),
    _ask.choice(
        "seizure_control",
        "Seizures",
        {
            "none": "None",
            "controlled": "Controlled",
            "uncontrolled": "Not controlled",
        },
    ),
    _ask.number("moca_score", "MoCA total", 30),
    _ask.number("sud_remission_days", "Days in remission", 36500, unit="days"),
    _ask.choice(
        "pregnant",
        "Pregnant",
        {"no": "No", "yes": "Yes", "unknown": "Not known", "na": "Not applicable"},
    ),
    _ask.number("dosings_12m", "Ketamine dosings in the last 12 months", 400),
)
THERAPIST: Final[tuple[Question, ...]] = (
    _ask.yes_no(
        "personality_severe",
        "Severe personality disorder with recent self-harm or violence",
    ),
    _ask.number("asrm_score", "ASRM total", 20),
    _ask.number("audit_score", "AUDIT total", 40),
    _ask.number("audit_c_score", "AUDIT-C total", 12),
    _ask.number("dast10_score", "DAST-10 total", 10),
    _ask.choice(
        "cssrs_risk",
        "C-SSRS screen: risk",
        {"none": "None", "low": "Low", "moderate": "Moderate", "high": "High"},
    ),
    _ask.choice(
        "si_level",
        "Suicidal thoughts",
        {
            "none": "None",
            "passive": "Passive",
            "active": "Active, no plan",
            "plan": "With a plan",
            "intent": "With intent",
        },
    ),
    _ask.date("attempt_date", "Last suicide attempt"),
)
