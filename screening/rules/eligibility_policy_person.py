"""The shipped rules: age, logistics and baseline measures (clinical reference 3.3, 3.6)."""

from __future__ import annotations

from typing import Any, Final

PERSON_RULES: Final[list[dict[str, Any]]] = [
    {
        "id": "E-AGE-01",
        "domain": "age",
        "title": "Age",
        "when": {"all": [["age_years", "lt", 18]]},
        "requires": ["age_years"],
        "rac": "X",
        "esk": "X",
        "hit": "Age {age_years} is below {age_years_limit}.",
        "passed": "Age {age_years}.",
        "why": "Not studied and not labelled below 18 years.",
        "next_step": "No course here. Refer back.",
        "source": "V SPRAVATO, PSYON; GK Spravato adults only",
    },
    {
        "id": "E-AGE-02",
        "domain": "age",
        "title": "Age 65 or over",
        "when": {"all": [["age_years", "gte", 65]]},
        "requires": ["age_years"],
        "rac": "C",
        "esk": "C",
        "hit": "Age {age_years}: {age_years_limit} or over.",
        "passed": "Age {age_years}.",
        "why": "Blood pressure, falls and thinking are affected more at this age.",
        "next_step": "Check balance and thinking before the first session.",
        "suggestion": (
            "Reduced start dose, attention to blood pressure and falls, "
            "cognitive check. Esketamine: the US label starts at 56\u00a0mg; 28\u00a0mg "
            "is the EU start."
        ),
        "source": "V SMPC",
    },
    {
        "id": "E-LOG-01",
        "domain": "logistics",
        "title": "Escort home",
        "when": {"all": [["escort_available", "eq", False]]},
        "requires": ["escort_available"],
        "rac": "R",
        "esk": "R",
        "seed": True,
        "hit": "Nobody can bring the patient home.",
        "passed": "Somebody can bring the patient home.",
        "why": "Judgment and reactions are impaired until the next day.",
        "next_step": "No dose without an escort. Help to find one.",
        "source": "seed S-39; V label",
        "tags": ["seed"],
    },
    {
        "id": "E-LOG-02",
        "domain": "logistics",
        "title": "Can consent",
        "when": {"all": [["capacity", "eq", False]]},
        "requires": ["capacity"],
        "rac": "X",
        "esk": "X",
        "locked": True,
        "hit": "Cannot consent at present.",
        "passed": "Can consent.",
        "why": "Without capacity there is no valid consent.",
        "next_step": "Ask again when capacity may have returned.",
        "source": "ID",
    },
    {
        "id": "E-LOG-03",
        "domain": "logistics",
        "title": "No safe home or phone for a home route",
        "when": {
            "all": [
                ["home_route_requested", "eq", True],
                ["has_housing_phone", "not_true", None],
            ]
        },
        "rac": "R",
        "esk": "I",
        "hit": "Asks for the home route without a safe home or a phone.",
        "passed": "The home route was not asked for, or home and phone are there.",
        "why": "Nobody could be reached or help at home.",
        "next_step": "No home route. Doses at the clinic only.",
        "suggestion": "Excludes the home route only.",
        "source": "ID",
    },
    {
        "id": "E-LOG-04",
        "domain": "logistics",
        "title": "Cares alone for somebody",
        "when": {"all": [["sole_carer_no_cover_24h", "eq", True]]},
        "rac": "R",
        "esk": "R",
        "hit": "Cares alone for somebody, with nobody to stand in for 24\u00a0h.",
        "passed": "No care without cover recorded.",
        "why": "The patient cannot care for others until the next day.",
        "next_step": "Find cover for 24\u00a0h, then book.",
        "source": "ID",
    },
    {
        "id": "E-INF-01",
        "domain": "baseline",
        "title": "Baseline measures",
        "when": {
            "any": [
                ["phq9_baseline", "missing", None],
                ["gad7_baseline", "missing", None],
            ]
        },
        "rac": "INC",
        "esk": "INC",
        "locked": True,
        "seed": True,
        "hit": "Baseline measures are missing.",
        "passed": "PHQ-9 {phq9_baseline}, GAD-7 {gad7_baseline}.",
        "why": "Without a baseline no effect can be seen.",
        "next_step": "Send the forms again.",
        "source": "seed S-20",
        "tags": ["seed"],
    },
]
