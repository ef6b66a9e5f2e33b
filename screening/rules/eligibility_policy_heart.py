"""The shipped rules on blood pressure and the heart (clinical reference 3.3, 3.4)."""

from __future__ import annotations

from typing import Any, Final

_PRESSURE: Final = "{bp_sys_mean}/{bp_dia_mean}\u00a0mmHg"
_NEEDS_PRESSURE: Final = ["bp_sys_mean", "bp_dia_mean"]
_IF_HYPERTENSION: Final = ["htn_dx", "eq", True]

HEART_RULES: Final[list[dict[str, Any]]] = [
    {
        "id": "E-CV-01",
        "title": "Uncontrolled high blood pressure",
        "when": {"any": [["bp_sys_mean", "gte", 160], ["bp_dia_mean", "gte", 100]]},
        "requires": _NEEDS_PRESSURE,
        "rac": "X",
        "esk": "X",
        "seed": True,
        "hit": (
            f"Blood pressure {_PRESSURE} is uncontrolled: the limit is "
            "{bp_sys_mean_limit}/{bp_dia_mean_limit}\u00a0mmHg."
        ),
        "passed": f"Blood pressure {_PRESSURE}.",
        "why": (
            "Ketamine raises blood pressure by 16/11\u00a0mmHg on average, in some "
            "people by more than 40/25\u00a0mmHg."
        ),
        "next_step": (
            "Not before it is below 140/90\u00a0mmHg on 2 or more readings over "
            "1 to 2 weeks."
        ),
        "source": "seed S-24; V YALE-BP, ketamine labels; 160/100 mmHg ID",
    },
    {
        "id": "E-CV-01b",
        "title": "Blood pressure crisis",
        "when": {"any": [["bp_sys_mean", "gte", 180], ["bp_dia_mean", "gte", 120]]},
        "requires": _NEEDS_PRESSURE,
        "rac": "X",
        "esk": "X",
        "hit": f"Blood pressure {_PRESSURE} needs medical care today.",
        "passed": f"Blood pressure {_PRESSURE}.",
        "why": "A pressure this high may harm brain, heart or kidneys.",
        "next_step": "Same-day medical care. Ask for symptoms. No dose.",
        "source": "3.4 ID",
    },
    {
        "id": "E-CV-02",
        "title": "Raised blood pressure",
        "when": {
            "all": [
                {"any": [["bp_sys_mean", "gte", 140], ["bp_dia_mean", "gte", 90]]},
                ["bp_sys_mean", "lt", 160],
                ["bp_dia_mean", "lt", 100],
            ]
        },
        "requires": _NEEDS_PRESSURE,
        "rac": "R",
        "esk": "R",
        "hit": (
            f"Blood pressure {_PRESSURE} has reached "
            "{bp_sys_mean_limit}/{bp_dia_mean_limit}\u00a0mmHg."
        ),
        "passed": f"Blood pressure {_PRESSURE}.",
        "why": "Little room is left for the rise that ketamine brings.",
        "next_step": "Home readings for 7 days, start or adjust treatment, recheck.",
        "source": "V SPRAVATO (140/90 mmHg); bands ID",
    },
    {
        "id": "E-CV-03",
        "title": "Controlled high blood pressure",
        "when": {
            "all": [
                ["htn_dx", "eq", True],
                ["bp_sys_mean", "lt", 140],
                ["bp_dia_mean", "lt", 90],
                ["htn_regimen_stable_days", "gte", 28],
            ]
        },
        "requires": [
            "htn_dx",
            *_NEEDS_PRESSURE,
            ["htn_regimen_stable_days", _IF_HYPERTENSION],
        ],
        "rac": "C",
        "esk": "C",
        "seed": True,
        "hit": f"High blood pressure, controlled: {_PRESSURE} on a steady medicine.",
        "passed": "No caution from controlled high blood pressure.",
        "why": "Mild, well controlled high blood pressure can take part.",
        "next_step": "Usual blood pressure medicine on the day. Lower dose or other route.",
        "source": "seed S-28, S-29; 4 weeks ID",
    },
    {
        "id": "E-CV-03b",
        "title": "High blood pressure, medicine changed lately",
        "when": {
            "all": [
                ["htn_dx", "eq", True],
                ["bp_sys_mean", "lt", 140],
                ["bp_dia_mean", "lt", 90],
                ["htn_regimen_stable_days", "lt", 28],
            ]
        },
        "requires": ["htn_dx", ["htn_regimen_stable_days", _IF_HYPERTENSION]],
        "rac": "R",
        "esk": "R",
        "hit": (
            "High blood pressure, medicine unchanged for only "
            "{htn_regimen_stable_days}\u00a0days: {htn_regimen_stable_days_limit} count "
            "as steady."
        ),
        "passed": "No recent change of blood pressure medicine.",
        "why": "One good reading does not show lasting control.",
        "next_step": "Recheck when the medicine has been steady for 4 weeks.",
        "source": "ID, the other side of the 4 weeks in E-CV-03",
    },
    {
        "id": "E-CV-04",
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
    },
    {
        "id": "E-CV-05",
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
        "source": "seed S-28",
    },
    {
        "id": "E-CV-05b",
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
        "source": "seed S-28; vector EL11; 6 months ID",
    },
]
