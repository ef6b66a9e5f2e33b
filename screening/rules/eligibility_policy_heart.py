"""The shipped rules: the heart and its events (clinical reference 3.3, 3.6)."""

from __future__ import annotations

from typing import Any, Final

HEART_RULES: Final[list[dict[str, Any]]] = [
    {
        "id": "E-CV-04",
        "domain": "heart",
        "title": "Severe or unstable heart disease",
        "when": {
            "any": [
                [
                    "cvd",
                    "contains_any",
                    [
                        "unstable_angina",
                        "decompensated_hf",
                        "severe_valve_stenosis",
                        "uncontrolled_arrhythmia",
                        "symptomatic_cad",
                        "cardiomyopathy_severe",
                    ],
                ],
                ["mi_date", "within_days", 183],
                ["revascularisation_date", "within_days", 183],
                ["nyha", "gte", 3],
            ]
        },
        "requires": ["cvd", "mi_date", "revascularisation_date"],
        "rac": "X",
        "esk": "X",
        "seed": True,
        "hit": "Severe or unstable heart disease. {proof}.",
        "passed": "No severe or unstable heart disease.",
        "why": "Ketamine drives heart rate and pressure up.",
        "next_step": "No course. A heart attack, stent or bypass must be 6 months ago.",
        "source": "seed S-26; V UK Ketalar, SMPC, ASRA18; 6 months ID",
        "tags": ["seed"],
    },
    {
        "id": "E-CV-05",
        "domain": "heart",
        "title": "Stable heart condition",
        "when": {
            "all": [
                [
                    "cvd",
                    "contains_any",
                    [
                        "cad_stable",
                        "hf_nyha_1_2",
                        "af_rate_controlled",
                        "pacemaker",
                        "valve_moderate",
                        "congenital_repaired",
                    ],
                ]
            ]
        },
        "requires": ["cvd"],
        "rac": "R",
        "esk": "R",
        "seed": True,
        "hit": "Stable heart condition. {proof}.",
        "passed": "No stable heart condition reported.",
        "why": "A heart condition is no exclusion by itself.",
        "next_step": "Letter from cardiology. Lower dose or other route.",
        "suggestion": "Letter from cardiology; lower dose or another route.",
        "source": "seed S-28",
        "tags": ["seed"],
    },
    {
        "id": "E-CV-05b",
        "domain": "heart",
        "title": "Heart attack, stent or bypass, long ago",
        "when": {
            "any": [
                ["mi_date", "older_than_days", 183],
                ["revascularisation_date", "older_than_days", 183],
            ]
        },
        "requires": ["mi_date", "revascularisation_date"],
        "rac": "R",
        "esk": "R",
        "seed": True,
        "hit": "Heart attack, stent or bypass more than 6 months ago. {proof}.",
        "passed": "No heart attack, stent or bypass reported.",
        "why": "A heart condition is no exclusion by itself.",
        "next_step": "Letter from cardiology. Lower dose or other route.",
        "suggestion": "Letter from cardiology; lower dose or another route.",
        "source": "seed S-28; vector EL11; 6 months ID",
        "tags": ["seed", "ours"],
    },
    {
        "id": "E-CV-06",
        "domain": "heart",
        "title": "Cardiovascular event in the last 6 weeks",
        "when": {"all": [["cvd_event_date", "within_days", 42]]},
        "rac": "X",
        "esk": "X",
        "locked": True,
        "hit": "Cardiovascular event on {cvd_event_date}, within the last 6 weeks.",
        "passed": "No cardiovascular event in the last 6 weeks.",
        "why": "Heart muscle and brain are unstable shortly after an event.",
        "next_step": (
            "No course before 6 weeks have passed. Then judge again with cardiology."
        ),
        "source": "V SMPC (contraindicated for esketamine)",
    },
    {
        "id": "E-CV-11",
        "domain": "heart",
        "title": "QTc very long",
        "when": {"all": [["qtc_ms", "gte", 500]]},
        "rac": "X",
        "esk": "X",
        "hit": "QTc {qtc_ms}\u00a0ms: {qtc_ms_limit}\u00a0ms or more.",
        "passed": "QTc below the limit.",
        "why": (
            "Risk of dangerous rhythms, more so with ondansetron and other QT drugs."
        ),
        "next_step": "No course. Cardiology; correct electrolytes; repeat the ECG.",
        "source": "GK",
        "tags": ["lab"],
    },
    {
        "id": "E-CV-11b",
        "domain": "heart",
        "title": "QTc long",
        "when": {
            "any": [
                {
                    "all": [
                        ["sex_for_qtc", "eq", "male"],
                        ["qtc_ms", "between", [450, 499]],
                    ]
                },
                {
                    "all": [
                        ["sex_for_qtc", "eq", "female"],
                        ["qtc_ms", "between", [470, 499]],
                    ]
                },
            ]
        },
        "requires": [["sex_for_qtc", ["qtc_ms", "between", [450, 499]]]],
        "rac": "R",
        "esk": "R",
        "hit": "QTc {qtc_ms}\u00a0ms is long.",
        "passed": "QTc not in the long range.",
        "why": "Ondansetron and other QT drugs are the bigger issue.",
        "next_step": "Look for QT drugs and electrolytes. Repeat the ECG.",
        "suggestion": "Another antiemetic than ondansetron.",
        "source": "GK",
        "tags": ["lab"],
    },
    {
        "id": "E-CV-13",
        "domain": "heart",
        "title": (
            "Pulmonary hypertension, phaeochromocytoma, hypertensive encephalopathy"
        ),
        "when": {
            "all": [
                [
                    "cvd",
                    "contains_any",
                    [
                        "pulmonary_hypertension_severe",
                        "phaeochromocytoma",
                        "hypertensive_encephalopathy",
                    ],
                ]
            ]
        },
        "requires": ["cvd"],
        "rac": "X",
        "esk": "X",
        "hit": "{proof}.",
        "passed": "None of these reported.",
        "why": "Ketamine adds to the body's own pressor surge.",
        "next_step": "No course.",
        "source": "GK",
    },
    {
        "id": "E-CV-14",
        "domain": "heart",
        "title": "ECG within 12 months",
        "when": {
            "all": [
                {
                    "any": [
                        ["age_years", "gte", 60],
                        ["cvd_risk_factor_count", "gte", 2],
                        ["cvd", "not_empty", None],
                        ["qt_drug_count", "gte", 1],
                    ]
                },
                {
                    "any": [
                        ["ecg_date", "missing", None],
                        ["ecg_date", "older_than_days", 365],
                    ]
                },
            ]
        },
        "requires": ["age_years", "cvd"],
        "rac": "R",
        "esk": "R",
        "hit": "An ECG of the last 12 months is needed and not on file. {proof}.",
        "passed": "An ECG is on file, or not needed so far.",
        "why": "Age, heart risk and QT drugs call for an ECG before ketamine.",
        "next_step": "Record an ECG and enter its date and QTc.",
        "source": "V ASRA18 (ECG with heart risk); age 60 ID",
        "tags": ["lab"],
    },
]
