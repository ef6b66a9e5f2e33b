"""The eligibility rules that ship: the six exclusions of the founding protocol.

Clinical reference 3.3, 3.4 and 3.6, edition 2026.11.  Conditions are kept in the
machine form of 3.6; a second tier of the same rule has the suffix ``b``.  Marks in
``source``: seed, V (checked), GK (general knowledge), ID (implementation default,
for the medical director to sign).
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from screening.rules.eligibility_policy_heart import HEART_RULES
from screening.rules.rule_set import RuleSet, parse_rule_set

_IF_CAN_BE_PREGNANT: Final = ["can_be_pregnant", "eq", True]

GENERAL_RULES: Final[list[dict[str, Any]]] = [
    {
        "id": "E-AGE-01",
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
        "id": "E-LOG-02",
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
        "id": "E-SUD-01",
        "title": "Active substance use disorder",
        "when": {
            "any": [
                ["sud_active", "eq", True],
                ["audit_score", "gte", 20],
                ["dast10_score", "gte", 6],
            ]
        },
        "requires": ["sud_active"],
        "rac": "X",
        "esk": "X",
        "seed": True,
        "hit": "Active substance use disorder. {proof}.",
        "passed": "No active substance use disorder.",
        "why": "Dependence, interactions, and a course that cannot be kept.",
        "next_step": "Offer treatment first. Review after 90 days without use.",
        "source": (
            "seed S-22; V ASRA18, FIELDTRIP; AUDIT 20 points and DAST-10 6 points ID"
        ),
    },
    {
        "id": "E-PSY-01",
        "title": "Psychosis, now or ever",
        "when": {
            "any": [["psychosis_dx", "eq", True], ["psychosis_history", "eq", True]]
        },
        "requires": ["psychosis_dx", "psychosis_history"],
        "rac": "X",
        "esk": "X",
        "seed": True,
        "hit": "History of psychosis. {proof}.",
        "passed": "No psychosis, now or ever.",
        "why": "Ketamine can bring back or worsen psychosis.",
        "next_step": (
            "No course, unless the prescriber and the medical director both decide "
            "otherwise and write the reason."
        ),
        "source": "seed S-23; V ASRA18, OXFORD, PSYON; SPRAVATO label: not studied",
    },
    {
        "id": "E-OB-01",
        "title": "Pregnancy",
        "when": {"any": [["pregnant", "eq", "yes"], ["hcg_result", "eq", "positive"]]},
        "requires": ["can_be_pregnant", ["pregnant", _IF_CAN_BE_PREGNANT]],
        "rac": "X",
        "esk": "X",
        "locked": True,
        "seed": True,
        "hit": "Pregnancy. {proof}.",
        "passed": "No pregnancy reported.",
        "why": "Harm to the unborn child cannot be ruled out.",
        "next_step": "No ketamine. Tell the obstetric team when asked to.",
        "source": "seed S-25; V ASRA18, SPRAVATO (not recommended)",
    },
    {
        "id": "E-OB-02",
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
        "requires": ["can_be_pregnant"],
        "rac": "R",
        "esk": "R",
        "hit": "No pregnancy test of the last 30 days is on file.",
        "passed": "Pregnancy test is current, or not needed.",
        "why": "Pregnancy is ruled out before a medicine with risk to the child.",
        "next_step": "Do a urine test before the decision.",
        "source": "ID; interval 30 days ID",
    },
    {
        "id": "E-ALL-01",
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
    },
    {
        "id": "E-ALL-02b",
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
    },
    {
        "id": "E-SI-01",
        "title": "Thoughts of death or self-harm",
        "when": {
            "any": [
                ["phq9_item9", "gte", 1],
                ["cssrs_risk", "eq", "low"],
                ["si_level", "eq", "passive"],
            ]
        },
        "requires": ["phq9_item9"],
        "rac": "P",
        "esk": "P",
        "locked": True,
        "hit": "Thoughts of death or self-harm. {proof}.",
        "passed": "No thoughts of death or self-harm reported.",
        "why": "Never excludes by itself. A named clinician answers the same day.",
        "next_step": "Safety plan, follow-up call, contact set.",
        "source": "5.13; V MCINNES22 (suicidal thoughts fell by 73 %)",
    },
    {
        "id": "E-SI-02",
        "title": "Active suicidal thoughts",
        "when": {
            "any": [["cssrs_risk", "eq", "moderate"], ["si_level", "eq", "active"]]
        },
        "rac": "PR",
        "esk": "PR",
        "locked": True,
        "hit": "Active suicidal thoughts without plan or intent. {proof}.",
        "passed": "No active suicidal thoughts recorded.",
        "why": "Needs a prescriber today, and a plan before any dissociative medicine.",
        "next_step": "Contact today. Safety plan. Prescriber reviews.",
        "source": "V C-SSRS triage",
    },
    {
        "id": "E-SI-03",
        "title": "Suicidal plan, intent or recent attempt",
        "when": {
            "any": [
                ["cssrs_risk", "eq", "high"],
                ["si_level", "in", ["plan", "intent"]],
                ["attempt_date", "within_days", 90],
            ]
        },
        "rac": "PR",
        "esk": "PR",
        "locked": True,
        "hit": "Suicidal plan, intent or an attempt in the last 90 days. {proof}.",
        "passed": "No suicidal plan, intent or recent attempt recorded.",
        "why": "The level of care is decided first.",
        "next_step": "Contact within 1 h. Stay on the line. Prescriber decides on care.",
        "source": "V PSYON; SPRAVATO (MDD with suicidal ideation)",
    },
    {
        "id": "E-INF-01",
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
    },
]

DEFAULT_RULES: Final[dict[str, Any]] = {
    "version": "2026.11",
    "title": "KAP adults",
    "source": "Clinical reference 3.3, 3.4 and 3.6; medical director to sign",
    "rules": [*GENERAL_RULES, *HEART_RULES],
}
"""The edition as data, as a policy edition stores it."""


@cache
def default_rule_set() -> RuleSet:
    return parse_rule_set(DEFAULT_RULES)
