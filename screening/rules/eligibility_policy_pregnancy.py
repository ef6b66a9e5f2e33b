"""The shipped rules: pregnancy, breastfeeding and the wish to conceive (clinical reference 3.3, 3.6)."""

from __future__ import annotations

from typing import Any, Final

PREGNANCY_RULES: Final[list[dict[str, Any]]] = [
    {
        "id": "E-OB-01",
        "domain": "pregnancy",
        "title": "Pregnancy",
        "when": {"any": [["pregnant", "eq", "yes"], ["hcg_result", "eq", "positive"]]},
        "requires": [
            "can_be_pregnant",
            ["pregnant", ["can_be_pregnant", "eq", True]],
            ["hcg_result", ["can_be_pregnant", "eq", True]],
        ],
        "rac": "X",
        "esk": "X",
        "locked": True,
        "seed": True,
        "hit": "Pregnancy. {proof}.",
        "passed": "No pregnancy reported.",
        "why": "Harm to the unborn child cannot be ruled out.",
        "next_step": "No ketamine. Tell the obstetric team when asked to.",
        "source": "seed S-25; V ASRA18, SPRAVATO (not recommended)",
        "tags": ["seed"],
    },
    {
        "id": "E-OB-02",
        "domain": "pregnancy",
        "title": "Pregnancy test",
        "when": {
            "all": [
                ["can_be_pregnant", "eq", True],
                {
                    "any": [
                        ["hcg_date", "missing", None],
                        ["hcg_date", "older_than_days", 30],
                        ["pregnant", "eq", "unknown"],
                    ]
                },
            ]
        },
        "requires": [
            "can_be_pregnant",
            ["pregnant", ["can_be_pregnant", "eq", True]],
            ["hcg_date", ["can_be_pregnant", "eq", True]],
        ],
        "rac": "R",
        "esk": "R",
        "hit": "No pregnancy test of the last 30 days is on file.",
        "passed": "Pregnancy test is current, or not needed.",
        "why": "Pregnancy is ruled out before a medicine with risk to the child.",
        "next_step": "Do a urine test before the decision.",
        "suggestion": "Test first, then decide.",
        "source": "ID; interval 30 days ID",
    },
    {
        "id": "E-OB-03",
        "domain": "pregnancy",
        "title": "Breastfeeding",
        "when": {"all": [["breastfeeding", "eq", True]]},
        "requires": [
            "can_be_pregnant",
            ["breastfeeding", ["can_be_pregnant", "eq", True]],
        ],
        "rac": "R",
        "esk": "X",
        "hit": "Breastfeeding.",
        "passed": "No breastfeeding reported.",
        "why": (
            "The medicine passes into milk; the esketamine label advises not "
            "to breastfeed."
        ),
        "next_step": "Prescriber decides with the patient. No esketamine.",
        "source": "V SPRAVATO, FIELDTRIP, OXFORD",
    },
    {
        "id": "E-OB-04",
        "domain": "pregnancy",
        "title": "Trying to conceive",
        "when": {"all": [["trying_to_conceive", "eq", True]]},
        "requires": [
            "can_be_pregnant",
            ["trying_to_conceive", ["can_be_pregnant", "eq", True]],
        ],
        "rac": "R",
        "esk": "X",
        "hit": "Trying to conceive, or in fertility treatment.",
        "passed": "No wish to conceive now reported.",
        "why": "An early pregnancy may be exposed before it is known.",
        "next_step": "Talk about timing and contraception. No esketamine.",
        "source": "V OXFORD (fertility treatment)",
    },
]
