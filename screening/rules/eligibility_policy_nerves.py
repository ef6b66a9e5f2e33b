"""The shipped rules: the nervous system and the eyes (clinical reference 3.3, 3.6)."""

from __future__ import annotations

from typing import Any, Final

NERVE_RULES: Final[list[dict[str, Any]]] = [
    {
        "id": "E-NEU-01",
        "domain": "nervous system",
        "title": "Raised pressure in the skull",
        "when": {
            "any": [
                ["icp_raised", "eq", True],
                [
                    "neuro_dx",
                    "contains_any",
                    ["mass_lesion", "untreated_hydrocephalus"],
                ],
            ]
        },
        "requires": ["icp_raised", "neuro_dx"],
        "rac": "X",
        "esk": "X",
        "locked": True,
        "hit": (
            "Raised pressure in the skull, or something that may raise it. {proof}."
        ),
        "passed": "No raised pressure in the skull reported.",
        "why": "Ketamine may raise the pressure of the brain's fluid.",
        "next_step": "No course. Neurology.",
        "source": "V KETALAR, OXFORD, ASRA18",
    },
    {
        "id": "E-NEU-02",
        "domain": "nervous system",
        "title": "Seizures, recent or uncontrolled",
        "when": {
            "any": [
                ["last_seizure_date", "within_days", 183],
                ["seizure_control", "eq", "uncontrolled"],
            ]
        },
        "requires": [
            "seizure_dx",
            ["last_seizure_date", ["seizure_dx", "eq", True]],
            ["seizure_control", ["seizure_dx", "eq", True]],
        ],
        "rac": "X",
        "esk": "R",
        "hit": (
            "Seizure within 6 months, or seizures that are not controlled. {proof}."
        ),
        "passed": "No recent or uncontrolled seizures reported.",
        "why": "Ketamine can both stop and start seizures.",
        "next_step": "No racemic ketamine. Letter from neurology for esketamine.",
        "source": "V OXFORD (recent epilepsy); 6 months ID",
    },
    {
        "id": "E-NEU-03",
        "domain": "nervous system",
        "title": "Seizures, under control",
        "when": {
            "all": [
                ["seizure_dx", "eq", True],
                ["last_seizure_date", "older_than_days", 183],
            ]
        },
        "requires": ["seizure_dx", ["last_seizure_date", ["seizure_dx", "eq", True]]],
        "rac": "R",
        "esk": "R",
        "hit": "Seizures before; the last on {last_seizure_date}.",
        "passed": "No earlier seizures that are now controlled.",
        "why": "Some risk of a seizure stays.",
        "next_step": "Letter from neurology.",
        "suggestion": (
            "With neurology's agreement this may end as a caution on racemic ketamine."
        ),
        "source": "ID",
    },
    {
        "id": "E-NEU-04",
        "domain": "nervous system",
        "title": "Head injury in the last 90 days",
        "when": {"all": [["head_injury_date", "within_days", 90]]},
        "rac": "R",
        "esk": "R",
        "hit": "Head injury on {head_injury_date}.",
        "passed": "No head injury in the last 90 days.",
        "why": "An injured brain bears pressure changes badly.",
        "next_step": "Prescriber asks about symptoms and scans.",
        "source": "V UK Ketalar label (cerebral trauma); 90 days ID",
    },
    {
        "id": "E-NEU-05",
        "domain": "nervous system",
        "title": "Dementia, delirium or low cognition",
        "when": {
            "any": [
                ["neuro_dx", "contains_any", ["dementia", "delirium"]],
                ["moca_score", "lt", 18],
            ]
        },
        "requires": ["neuro_dx"],
        "rac": "R",
        "esk": "R",
        "hit": "Thinking is impaired. {proof}.",
        "passed": "No dementia or delirium reported.",
        "why": "Consent may not be valid, and delirium can follow.",
        "next_step": "Test capacity. Family or guardian joins the talk.",
        "suggestion": "Excluded when capacity is lacking.",
        "source": "GK",
    },
    {
        "id": "E-EYE-01",
        "domain": "eyes",
        "title": "Pressure in the eye",
        "when": {
            "any": [
                ["glaucoma_type", "in", ["angle_closure", "uncontrolled"]],
                ["iop", "gt", 21],
                ["eye_dx", "contains_any", ["open_globe"]],
            ]
        },
        "requires": ["glaucoma_type"],
        "rac": "X",
        "esk": "R",
        "hit": "Raised pressure in the eye, or an open injury. {proof}.",
        "passed": "No raised pressure in the eye reported.",
        "why": "Ketamine raises the pressure in the eye.",
        "next_step": "No racemic ketamine, unless ophthalmology agrees in writing.",
        "suggestion": "A letter from ophthalmology can turn this into a review.",
        "source": "V KETALAR, ASRA18, OXFORD",
    },
    {
        "id": "E-EYE-02",
        "domain": "eyes",
        "title": "Open-angle glaucoma, controlled",
        "when": {"all": [["glaucoma_type", "eq", "open_angle_controlled"]]},
        "requires": ["glaucoma_type"],
        "rac": "C",
        "esk": "C",
        "hit": "Open-angle glaucoma, controlled with drops.",
        "passed": "No controlled glaucoma reported.",
        "why": "A small rise is borne when it is controlled.",
        "next_step": "Drops as usual on the day.",
        "source": "ID",
    },
]
