"""The shipped rules: liver, kidney, bladder, hormones and porphyria (clinical reference 3.3, 3.6)."""

from __future__ import annotations

from typing import Any, Final

ORGAN_RULES: Final[list[dict[str, Any]]] = [
    {
        "id": "E-HEP-01",
        "domain": "liver",
        "title": "Severe liver disease",
        "when": {
            "any": [
                ["child_pugh", "eq", "C"],
                ["alt_x_uln", "gt", 5],
                [
                    "liver_dx",
                    "contains_any",
                    ["decompensated_cirrhosis", "acute_hepatitis"],
                ],
            ]
        },
        "requires": ["liver_dx", ["child_pugh", ["liver_dx", "not_empty", None]]],
        "rac": "X",
        "esk": "X",
        "hit": "Severe liver disease. {proof}.",
        "passed": "No severe liver disease reported.",
        "why": "Ketamine is broken down in the liver and can harm it.",
        "next_step": "No course. Hepatology.",
        "source": (
            "V SPRAVATO (not recommended), KETALAR, ASRA18; ALT above 5 times "
            "the limit ID"
        ),
    },
    {
        "id": "E-HEP-02",
        "domain": "liver",
        "title": "Moderate liver disease",
        "when": {"any": [["child_pugh", "eq", "B"], ["alt_x_uln", "between", [3, 5]]]},
        "requires": ["liver_dx", ["child_pugh", ["liver_dx", "not_empty", None]]],
        "rac": "R",
        "esk": "C",
        "hit": "Moderate liver disease. {proof}.",
        "passed": "No moderate liver disease reported.",
        "why": "The medicine stays longer in the body.",
        "next_step": "Liver tests before and during the course.",
        "suggestion": (
            "Racemic: lower dose and liver tests. Esketamine: watch for "
            "longer than 2\u00a0h."
        ),
        "source": "V SPRAVATO (moderate: longer monitoring)",
    },
    {
        "id": "E-HEP-03",
        "domain": "liver",
        "title": "Liver tests within 6 months",
        "when": {
            "all": [
                {"any": [["liver_risk", "eq", True], ["dosings_12m", "gt", 12]]},
                {
                    "any": [
                        ["lft_date", "missing", None],
                        ["lft_date", "older_than_days", 183],
                    ]
                },
            ]
        },
        "requires": ["liver_risk"],
        "rac": "R",
        "esk": "R",
        "hit": (
            "Liver tests of the last 6 months are needed and not on file. {proof}."
        ),
        "passed": "Liver tests are on file, or not needed so far.",
        "why": "Repeated doses can harm the liver.",
        "next_step": "Take liver tests with ALP and GGT, and enter their date.",
        "source": "V ASRA18 (with risk), KETALAR (recurrent use); 183 days ID",
        "tags": ["lab"],
    },
    {
        "id": "E-REN-01",
        "domain": "kidney",
        "title": "Kidney function very low",
        "when": {"all": [["egfr", "lt", 30], ["dialysis", "not_true", None]]},
        "rac": "R",
        "esk": "C",
        "hit": "eGFR {egfr} is below {egfr_limit}.",
        "passed": "No kidney function below the limit recorded.",
        "why": "The medicine's products leave through the kidney.",
        "next_step": "Letter from nephrology. Prescriber decides.",
        "suggestion": "Racemic: review the dose. Esketamine: no dose rule; watch longer.",
        "source": "GK SPRAVATO; seed S-19",
        "tags": ["lab"],
    },
    {
        "id": "E-REN-02",
        "domain": "kidney",
        "title": "Dialysis",
        "when": {"all": [["dialysis", "eq", True]]},
        "requires": ["dialysis"],
        "rac": "R",
        "esk": "R",
        "hit": "On dialysis.",
        "passed": "Not on dialysis.",
        "why": "Fluid, pressure and electrolytes swing; little is known.",
        "next_step": "Plan sessions with the dialysis unit.",
        "source": "GK",
    },
    {
        "id": "E-THY-01",
        "domain": "hormones",
        "title": "Overactive thyroid, not treated",
        "when": {
            "any": [
                ["hyperthyroid", "eq", "untreated"],
                {"all": [["tsh", "lt", 0.1], ["thyroid_symptoms", "eq", True]]},
            ]
        },
        "requires": ["hyperthyroid", ["thyroid_symptoms", ["tsh", "lt", 0.1]]],
        "rac": "X",
        "esk": "X",
        "hit": "Overactive thyroid, not or not enough treated. {proof}.",
        "passed": "No untreated overactive thyroid reported.",
        "why": "Heart rate and pressure rise too far.",
        "next_step": "No course until it is treated.",
        "source": "V Swiss ketamine label (contraindicated)",
    },
    {
        "id": "E-THY-02",
        "domain": "hormones",
        "title": "Thyroid hormone",
        "when": {"all": [["med_classes", "contains_any", ["M-024"]]]},
        "requires": ["med_classes"],
        "rac": "C",
        "esk": "C",
        "hit": "Takes thyroid hormone.",
        "passed": "No thyroid hormone on the list.",
        "why": "Too much of it raises pressure and pulse.",
        "next_step": "Check that TSH is stable.",
        "source": "GK",
        "tags": ["medication"],
    },
    {
        "id": "E-POR-01",
        "domain": "other",
        "title": "Porphyria",
        "when": {"all": [["porphyria", "eq", True]]},
        "requires": ["porphyria"],
        "rac": "X",
        "esk": "R",
        "hit": "Acute porphyria.",
        "passed": "No porphyria reported.",
        "why": "Ketamine is listed as unsafe or uncertain in acute porphyria.",
        "next_step": "No racemic ketamine. Ask the porphyria service.",
        "source": "GK (lists of unsafe drugs)",
    },
    {
        "id": "E-URO-01",
        "domain": "bladder",
        "title": "Bladder disease",
        "when": {
            "all": [
                [
                    "bladder_dx",
                    "contains_any",
                    [
                        "interstitial_cystitis",
                        "ulcerative_cystitis",
                        "ketamine_cystitis",
                    ],
                ]
            ]
        },
        "requires": ["bladder_dx"],
        "rac": "R",
        "esk": "R",
        "hit": "Bladder disease. {proof}.",
        "passed": "No inflamed bladder reported.",
        "why": "Repeated ketamine harms the bladder.",
        "next_step": "Urology. Ask about symptoms at each visit.",
        "source": "V SPRAVATO (warning); KSET",
    },
    {
        "id": "E-URO-02",
        "domain": "bladder",
        "title": "New urinary symptoms",
        "when": {"all": [["new_urinary_symptoms_weeks", "gte", 2]]},
        "requires": ["new_urinary_symptoms_weeks"],
        "rac": "R",
        "esk": "R",
        "hit": "Urinary symptoms for {new_urinary_symptoms_weeks}\u00a0weeks.",
        "passed": "No urinary symptoms of 2 weeks or more reported.",
        "why": "An early sign of harm to the bladder.",
        "next_step": "Urine test before the next dose.",
        "source": "V KETALAR (chronic use)",
    },
]
