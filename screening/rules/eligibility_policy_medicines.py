"""The shipped rules: ketamine before, and medicines taken now (clinical reference 3.3, 3.6)."""

from __future__ import annotations

from typing import Any, Final

MEDICINE_RULES: Final[list[dict[str, Any]]] = [
    {
        "id": "E-ALL-01",
        "domain": "ketamine before",
        "title": "Hypersensitivity to ketamine",
        "when": {
            "any": [
                ["ketamine_reaction", "eq", "hypersensitivity"],
                ["esk_hypersensitivity", "eq", True],
            ]
        },
        "requires": ["ketamine_reaction"],
        "rac": "X",
        "esk": "X",
        "locked": True,
        "hit": "Hypersensitivity to ketamine or esketamine. {proof}.",
        "passed": "No hypersensitivity to ketamine.",
        "why": "Risk of anaphylaxis.",
        "next_step": "No ketamine. Enter the allergy in the record.",
        "source": "V SPRAVATO (contraindicated), KETALAR; seed S-27",
    },
    {
        "id": "E-ALL-02",
        "domain": "ketamine before",
        "title": "Severe reaction to ketamine before",
        "when": {
            "all": [["ketamine_reaction", "in", ["severe_medical", "severe_psych"]]]
        },
        "requires": ["ketamine_reaction"],
        "rac": "X",
        "esk": "X",
        "seed": True,
        "hit": "Ketamine was not tolerated before: {ketamine_reaction}.",
        "passed": "No severe reaction to ketamine before.",
        "why": "A severe reaction may come again.",
        "next_step": "No course, unless the reaction is reviewed and the reason written.",
        "source": "seed S-27; grades ID",
        "tags": ["seed"],
    },
    {
        "id": "E-ALL-02b",
        "domain": "ketamine before",
        "title": "Unpleasant reaction to ketamine before",
        "when": {"all": [["ketamine_reaction", "in", ["distressing", "other"]]]},
        "requires": ["ketamine_reaction"],
        "rac": "R",
        "esk": "R",
        "seed": True,
        "hit": "Ketamine was hard to bear before: {ketamine_reaction}.",
        "passed": "No unpleasant reaction to ketamine before.",
        "why": "A hard experience may come again without more preparation.",
        "next_step": "Go through what happened. Write the decision.",
        "source": "seed S-27; grades ID",
        "tags": ["seed"],
    },
    {
        "id": "E-MED-01",
        "domain": "medicines",
        "title": "Medicine that must not be combined",
        "when": {"all": [["med_max_severity", "eq", 4]]},
        "requires": ["med_max_severity"],
        "rac": "X",
        "esk": "X",
        "hit": "A medicine on the list must not be combined with ketamine here.",
        "passed": "No medicine on the list is contraindicated.",
        "why": "The clinic does not combine these.",
        "next_step": (
            "No dose while it is taken. Never stop a medicine without its prescriber."
        ),
        "source": "Clinical reference 4",
        "tags": ["medication"],
    },
    {
        "id": "E-MED-02",
        "domain": "medicines",
        "title": "Medicine to review",
        "when": {"all": [["med_max_severity", "eq", 3]]},
        "requires": ["med_max_severity"],
        "rac": "R",
        "esk": "R",
        "hit": "A medicine on the list needs a plan.",
        "passed": "No medicine on the list needs a review.",
        "why": "A major interaction needs a plan.",
        "next_step": "Prescriber writes the plan with each medicine.",
        "source": "Clinical reference 4",
        "tags": ["medication"],
    },
]
