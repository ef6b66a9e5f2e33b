"""The shipped rules: breathing, nose and stomach (clinical reference 3.3, 3.6)."""

from __future__ import annotations

from typing import Any, Final

BREATHING_RULES: Final[list[dict[str, Any]]] = [
    {
        "id": "E-RESP-01",
        "domain": "breathing",
        "title": "Sleep apnea without CPAP",
        "when": {"all": [["osa", "eq", True], ["cpap_used", "not_true", None]]},
        "requires": ["osa"],
        "rac": "R",
        "esk": "R",
        "hit": "Sleep apnea, and CPAP is not used.",
        "passed": "No untreated sleep apnea reported.",
        "why": "The airway may close under sedation.",
        "next_step": "Treat first, or plan the airway.",
        "suggestion": "No dose at home, no other sedatives.",
        "source": "V AMG (bring CPAP); SPRAVATO (boxed warning)",
    },
    {
        "id": "E-RESP-01b",
        "domain": "breathing",
        "title": "Sleep apnea with CPAP",
        "when": {"all": [["osa", "eq", True], ["cpap_used", "eq", True]]},
        "requires": ["osa"],
        "rac": "C",
        "esk": "C",
        "hit": "Sleep apnea, CPAP is used.",
        "passed": "No sleep apnea with CPAP reported.",
        "why": "The airway may close under sedation.",
        "next_step": "Bring the CPAP to each session.",
        "suggestion": "Bring CPAP, no dose at home, no other sedatives.",
        "source": "V AMG (bring CPAP); SPRAVATO (boxed warning)",
    },
    {
        "id": "E-RESP-02",
        "domain": "breathing",
        "title": "Severe lung disease",
        "when": {
            "any": [["home_o2", "eq", True], ["fev1_pct", "lt", 50], ["spo2", "lt", 92]]
        },
        "requires": ["spo2"],
        "rac": "X",
        "esk": "X",
        "hit": "Severe lung disease. {proof}.",
        "passed": "SpO₂ {spo2}\u00a0%; no severe lung disease reported.",
        "why": "Breathing may be depressed.",
        "next_step": "No course. Lung specialist.",
        "source": "V SPRAVATO (boxed warning); limits ID",
    },
    {
        "id": "E-RESP-03",
        "domain": "breathing",
        "title": "Chest infection or a cold now",
        "when": {"all": [["resp_infection_now", "eq", True]]},
        "rac": "R",
        "esk": "R",
        "hit": "Infection of the airways now.",
        "passed": "No infection of the airways.",
        "why": "Secretions, spasm of the larynx; a blocked nose takes nothing up.",
        "next_step": "Postpone by 7 to 14 days.",
        "source": "GK",
        "tags": ["day-of"],
    },
    {
        "id": "E-RESP-04",
        "domain": "breathing",
        "title": "Risk of breathing in stomach content",
        "when": {
            "any": [
                ["gi_dx", "contains_any", ["severe_gerd", "gastroparesis"]],
                ["med_classes", "contains_any", ["M-052"]],
            ]
        },
        "requires": ["med_classes"],
        "rac": "C",
        "esk": "C",
        "hit": "{proof}.",
        "passed": "No higher risk of vomiting while drowsy.",
        "why": "Vomiting with reduced consciousness.",
        "next_step": "Longer fasting. Antiemetic before the dose.",
        "suggestion": "Fasting and antiemetic.",
        "source": "GK",
        "tags": ["medication"],
    },
    {
        "id": "E-RESP-05",
        "domain": "breathing",
        "title": "Disease of the nose",
        "when": {
            "all": [
                [
                    "nasal_dx",
                    "contains_any",
                    ["severe_obstruction", "recurrent_epistaxis", "septal_perforation"],
                ]
            ]
        },
        "rac": "I",
        "esk": "R",
        "hit": "{proof}.",
        "passed": "No disease of the nose recorded.",
        "why": "The nose may not take the spray up.",
        "next_step": "Choose another route than the nose, or treat first.",
        "suggestion": "Another route than the nose.",
        "source": "GK",
    },
    {
        "id": "E-GI-01",
        "domain": "stomach",
        "title": "Severe nausea before",
        "when": {"all": [["severe_nausea_history", "eq", True]]},
        "rac": "C",
        "esk": "C",
        "hit": "Severe nausea or reflux before.",
        "passed": "No severe nausea recorded.",
        "why": "Vomiting is a frequent reason for bearing it badly.",
        "next_step": "Antiemetic before the dose.",
        "suggestion": "Ondansetron before the dose, when QTc allows it.",
        "source": "ID",
    },
]
