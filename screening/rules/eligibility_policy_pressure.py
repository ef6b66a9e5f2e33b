"""The shipped rules: blood pressure and pulse (clinical reference 3.3, 3.6)."""

from __future__ import annotations

from typing import Any, Final

PRESSURE_RULES: Final[list[dict[str, Any]]] = [
    {
        "id": "E-CV-01",
        "domain": "heart",
        "title": "Uncontrolled high blood pressure",
        "when": {"any": [["bp_sys_mean", "gte", 160], ["bp_dia_mean", "gte", 100]]},
        "requires": ["bp_sys_mean", "bp_dia_mean"],
        "rac": "X",
        "esk": "X",
        "seed": True,
        "hit": (
            "Blood pressure {bp_sys_mean}/{bp_dia_mean}\u00a0mmHg is uncontrolled: "
            "the limit is {bp_sys_mean_limit}/{bp_dia_mean_limit}\u00a0mmHg."
        ),
        "passed": "Blood pressure {bp_sys_mean}/{bp_dia_mean}\u00a0mmHg.",
        "why": (
            "Ketamine raises blood pressure by 16/11\u00a0mmHg on average, in some "
            "people by more than 40/25\u00a0mmHg."
        ),
        "next_step": (
            "Not before it is below 140/90\u00a0mmHg on 2 or more readings over 1 "
            "to 2 weeks."
        ),
        "suggestion": "Treat, keep a home log, and come back when controlled.",
        "source": "seed S-24; V YALE-BP, ketamine labels; 160/100 mmHg ID",
        "tags": ["seed"],
    },
    {
        "id": "E-CV-01b",
        "domain": "heart",
        "title": "Blood pressure crisis",
        "when": {"any": [["bp_sys_mean", "gte", 180], ["bp_dia_mean", "gte", 120]]},
        "requires": ["bp_sys_mean", "bp_dia_mean"],
        "rac": "X",
        "esk": "X",
        "hit": (
            "Blood pressure {bp_sys_mean}/{bp_dia_mean}\u00a0mmHg needs medical "
            "care today."
        ),
        "passed": "Blood pressure {bp_sys_mean}/{bp_dia_mean}\u00a0mmHg.",
        "why": "A pressure this high may harm brain, heart or kidneys.",
        "next_step": "Same-day medical care. Ask for symptoms. No dose.",
        "source": "3.4 ID",
        "tags": ["ours"],
    },
    {
        "id": "E-CV-02",
        "domain": "heart",
        "title": "Raised blood pressure",
        "when": {
            "all": [
                {"any": [["bp_sys_mean", "gte", 140], ["bp_dia_mean", "gte", 90]]},
                ["bp_sys_mean", "lt", 160],
                ["bp_dia_mean", "lt", 100],
            ]
        },
        "requires": ["bp_sys_mean", "bp_dia_mean"],
        "rac": "R",
        "esk": "R",
        "hit": (
            "Blood pressure {bp_sys_mean}/{bp_dia_mean}\u00a0mmHg has reached "
            "{bp_sys_mean_limit}/{bp_dia_mean_limit}\u00a0mmHg."
        ),
        "passed": "Blood pressure {bp_sys_mean}/{bp_dia_mean}\u00a0mmHg.",
        "why": "Little room is left for the rise that ketamine brings.",
        "next_step": "Home readings for 7 days, start or adjust treatment, recheck.",
        "suggestion": (
            "Home log, treat and recheck; may end as a caution. The limits of "
            "the dosing day still apply."
        ),
        "source": "V SPRAVATO (140/90 mmHg); bands ID",
    },
    {
        "id": "E-CV-03",
        "domain": "heart",
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
            "bp_sys_mean",
            "bp_dia_mean",
            ["htn_regimen_stable_days", ["htn_dx", "eq", True]],
        ],
        "rac": "C",
        "esk": "C",
        "seed": True,
        "hit": (
            "High blood pressure, controlled: "
            "{bp_sys_mean}/{bp_dia_mean}\u00a0mmHg on a steady medicine."
        ),
        "passed": "No caution from controlled high blood pressure.",
        "why": "Mild, well controlled high blood pressure can take part.",
        "next_step": "Usual blood pressure medicine on the day. Lower dose or other route.",
        "suggestion": (
            "Usual blood pressure pill on the day. A lower dose or another "
            "route is possible."
        ),
        "source": "seed S-28, S-29; 4 weeks ID",
        "tags": ["seed"],
    },
    {
        "id": "E-CV-03b",
        "domain": "heart",
        "title": "High blood pressure, medicine changed lately",
        "when": {
            "all": [
                ["htn_dx", "eq", True],
                ["bp_sys_mean", "lt", 140],
                ["bp_dia_mean", "lt", 90],
                ["htn_regimen_stable_days", "lt", 28],
            ]
        },
        "requires": ["htn_dx", ["htn_regimen_stable_days", ["htn_dx", "eq", True]]],
        "rac": "R",
        "esk": "R",
        "hit": (
            "High blood pressure, medicine unchanged for only "
            "{htn_regimen_stable_days}\u00a0days: {htn_regimen_stable_days_limit} "
            "count as steady."
        ),
        "passed": "No recent change of blood pressure medicine.",
        "why": "One good reading does not show lasting control.",
        "next_step": "Recheck when the medicine has been steady for 4 weeks.",
        "source": "ID, the other side of the 4 weeks in E-CV-03",
        "tags": ["ours"],
    },
    {
        "id": "E-CV-12",
        "domain": "heart",
        "title": "Fast pulse",
        "when": {"all": [["hr", "gt", 110]]},
        "requires": ["hr"],
        "rac": "R",
        "esk": "R",
        "hit": "Pulse {hr}/min, above {hr_limit}/min.",
        "passed": "Pulse {hr}/min.",
        "why": "Ketamine makes the heart beat faster still.",
        "next_step": "Find the cause first. Measure again.",
        "suggestion": "On the dosing day: hold.",
        "source": "ID (see 6.3)",
    },
]
