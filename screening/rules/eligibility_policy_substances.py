"""The shipped rules: alcohol, drugs and opioid agonists (clinical reference 3.3, 3.6)."""

from __future__ import annotations

from typing import Any, Final

SUBSTANCE_RULES: Final[list[dict[str, Any]]] = [
    {
        "id": "E-SUD-01",
        "domain": "substances",
        "title": "Active substance use disorder",
        "when": {
            "any": [
                ["sud_active", "eq", True],
                ["audit_score", "gte", 20],
                ["dast10_score", "gte", 6],
            ]
        },
        "requires": ["sud_active", "dast10_score"],
        "rac": "X",
        "esk": "X",
        "seed": True,
        "hit": "Active substance use disorder. {proof}.",
        "passed": "No active substance use disorder reported.",
        "why": "Dependence, interactions, and a course that cannot be kept.",
        "next_step": "Offer treatment first. Review after 90 days without use.",
        "source": (
            "seed S-22; V ASRA18, FIELDTRIP; AUDIT 20 points and DAST-10 6 points ID"
        ),
        "tags": ["seed"],
    },
    {
        "id": "E-SUD-02",
        "domain": "substances",
        "title": "Substance use, early remission",
        "when": {
            "all": [
                ["sud_history", "eq", True],
                ["sud_active", "not_true", None],
                ["sud_remission_days", "lt", 90],
            ]
        },
        "requires": [
            "sud_history",
            [
                "sud_remission_days",
                {
                    "all": [
                        ["sud_history", "eq", True],
                        ["sud_active", "not_true", None],
                    ]
                },
            ],
        ],
        "rac": "X",
        "esk": "R",
        "hit": (
            "In remission for {sud_remission_days}\u00a0days: less than "
            "{sud_remission_days_limit}."
        ),
        "passed": "No substance use disorder in early remission.",
        "why": "Relapse and misuse are most likely in the first months.",
        "next_step": "No racemic ketamine yet. Review at 90 days.",
        "source": "V FIELDTRIP (3 months), PSYON (1 year)",
    },
    {
        "id": "E-SUD-02b",
        "domain": "substances",
        "title": "Substance use, remission below a year",
        "when": {
            "all": [
                ["sud_history", "eq", True],
                ["sud_active", "not_true", None],
                ["sud_remission_days", "between", [90, 364]],
            ]
        },
        "requires": [
            "sud_history",
            [
                "sud_remission_days",
                {
                    "all": [
                        ["sud_history", "eq", True],
                        ["sud_active", "not_true", None],
                    ]
                },
            ],
        ],
        "rac": "R",
        "esk": "R",
        "hit": "In remission for {sud_remission_days}\u00a0days, less than a year.",
        "passed": "No remission between 90 days and a year.",
        "why": "Relapse is still likely in the first year.",
        "next_step": "Prescriber decides with the treating service.",
        "suggestion": "No doses to take home.",
        "source": "V FIELDTRIP, PSYON (1 year)",
    },
    {
        "id": "E-SUD-03",
        "domain": "substances",
        "title": "Substance use, remission of a year or more",
        "when": {
            "all": [
                ["sud_history", "eq", True],
                ["sud_active", "not_true", None],
                ["sud_remission_days", "gte", 365],
            ]
        },
        "requires": [
            "sud_history",
            [
                "sud_remission_days",
                {
                    "all": [
                        ["sud_history", "eq", True],
                        ["sud_active", "not_true", None],
                    ]
                },
            ],
        ],
        "rac": "C",
        "esk": "C",
        "hit": "In remission for {sud_remission_days}\u00a0days.",
        "passed": "No substance use disorder in long remission.",
        "why": "A risk of relapse stays.",
        "next_step": "Watch for relapse at each visit.",
        "suggestion": "Monitor; no doses to take home.",
        "source": "V PSYON",
    },
    {
        "id": "E-SUD-04",
        "domain": "substances",
        "title": "Ketamine or PCP misuse before",
        "when": {"all": [["ketamine_misuse_history", "eq", True]]},
        "rac": "R",
        "esk": "R",
        "hit": "Ketamine or PCP was misused before.",
        "passed": "No misuse of ketamine recorded.",
        "why": "It may be misused again, and the bladder may be harmed.",
        "next_step": "Ask about amounts, bladder and last use.",
        "suggestion": "No doses at home.",
        "source": "V label (misuse)",
    },
    {
        "id": "E-SUD-05",
        "domain": "substances",
        "title": "Risky drinking",
        "when": {
            "any": [
                ["audit_score", "between", [8, 19]],
                {"all": [["sex_for_audit", "eq", "male"], ["audit_c_score", "gte", 4]]},
                {"all": [["sex_for_audit", "ne", "male"], ["audit_c_score", "gte", 3]]},
            ]
        },
        "requires": ["audit_c_score", ["sex_for_audit", ["audit_c_score", "gte", 3]]],
        "rac": "C",
        "esk": "C",
        "hit": "Risky drinking. {proof}.",
        "passed": "No risky drinking in the answers.",
        "why": "Alcohol adds to sedation.",
        "next_step": "Brief advice. No alcohol for at least 24\u00a0h before a dose.",
        "suggestion": "No alcohol for at least 24\u00a0h; may be made a review.",
        "source": "V OXFORD (24 h); AUDIT-C 4 points for men, 3 otherwise",
        "tags": ["instrument"],
    },
    {
        "id": "E-SUD-06",
        "domain": "substances",
        "title": "Risky drug use",
        "when": {"all": [["dast10_score", "between", [3, 5]]]},
        "requires": ["dast10_score"],
        "rac": "R",
        "esk": "R",
        "hit": "DAST-10 {dast10_score}.",
        "passed": "DAST-10 {dast10_score}.",
        "why": "The pattern and the substance decide the risk.",
        "next_step": "Ask what, how much and how often.",
        "source": "ID",
        "tags": ["instrument"],
    },
    {
        "id": "E-SUD-07",
        "domain": "substances",
        "title": "Intoxicated on the day",
        "when": {"all": [["dayof_intoxicated", "eq", True]]},
        "rac": "X",
        "esk": "X",
        "locked": True,
        "hit": "Intoxicated today.",
        "passed": "Not intoxicated on the day.",
        "why": "Consent is not valid, and sedation adds up.",
        "next_step": "No dose today. Not safe to drive: the escort takes the patient home.",
        "source": "GK",
        "tags": ["day-of"],
    },
    {
        "id": "E-SUD-08",
        "domain": "substances",
        "title": "Risk of alcohol withdrawal",
        "when": {"all": [["alcohol_withdrawal_risk", "eq", True]]},
        "rac": "X",
        "esk": "X",
        "hit": "Risk of alcohol withdrawal.",
        "passed": "No risk of alcohol withdrawal recorded.",
        "why": "Withdrawal brings seizures and pressure surges.",
        "next_step": "No course before detoxification and 4 weeks after it.",
        "source": "V FIELDTRIP",
    },
    {
        "id": "E-SUD-09",
        "domain": "substances",
        "title": "Opioid agonist therapy",
        "when": {"all": [["med_classes", "contains_any", ["M-008"]]]},
        "requires": ["med_classes"],
        "rac": "R",
        "esk": "R",
        "hit": "Takes methadone or buprenorphine.",
        "passed": "No methadone or buprenorphine on the list.",
        "why": "Breathing may be depressed, QT longer; stopping brings withdrawal.",
        "next_step": "Prescriber plans with the treating service. The therapy goes on.",
        "source": "ID",
        "tags": ["medication"],
    },
    {
        "id": "E-SUD-10",
        "domain": "substances",
        "title": "Cannabis every day",
        "when": {"all": [["cannabis_use", "eq", "daily"]]},
        "rac": "C",
        "esk": "C",
        "hit": "Cannabis every day.",
        "passed": "No daily cannabis reported.",
        "why": "Faster pulse and a higher risk of psychosis.",
        "next_step": "No cannabis for at least 24\u00a0h before a dose. Ask about psychosis.",
        "suggestion": "24\u00a0h without cannabis, better 48\u00a0h.",
        "source": "V ISHA, JOURNEY",
    },
]
