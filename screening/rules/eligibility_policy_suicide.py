"""The shipped rules: thoughts of suicide (clinical reference 3.3, 3.6)."""

from __future__ import annotations

from typing import Any, Final

SUICIDE_RULES: Final[list[dict[str, Any]]] = [
    {
        "id": "E-SI-01",
        "domain": "suicide risk",
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
        "suggestion": "Safety plan, follow-up call, contact set.",
        "source": "5.13; V MCINNES22 (suicidal thoughts fell by 73 %)",
    },
    {
        "id": "E-SI-02",
        "domain": "suicide risk",
        "title": "Active suicidal thoughts",
        "when": {
            "any": [["cssrs_risk", "eq", "moderate"], ["si_level", "eq", "active"]]
        },
        "requires": ["cssrs_risk"],
        "rac": "PR",
        "esk": "PR",
        "locked": True,
        "hit": "Active suicidal thoughts without plan or intent. {proof}.",
        "passed": "No active suicidal thoughts recorded.",
        "why": (
            "Needs a prescriber today, and a plan before any dissociative medicine."
        ),
        "next_step": "Contact today. Safety plan. Prescriber reviews.",
        "source": "V C-SSRS triage",
    },
    {
        "id": "E-SI-03",
        "domain": "suicide risk",
        "title": "Suicidal plan, intent or recent attempt",
        "when": {
            "any": [
                ["cssrs_risk", "eq", "high"],
                ["si_level", "in", ["plan", "intent"]],
                ["attempt_date", "within_days", 90],
            ]
        },
        "requires": ["cssrs_risk"],
        "rac": "PR",
        "esk": "PR",
        "locked": True,
        "hit": "Suicidal plan, intent or an attempt in the last 90 days. {proof}.",
        "passed": "No suicidal plan, intent or recent attempt recorded.",
        "why": "The level of care is decided first.",
        "next_step": "Contact within 1 h. Stay on the line. Prescriber decides on care.",
        "suggestion": (
            "Decide on a higher level of care first. The esketamine pathway "
            "for depression with suicidal thoughts may be possible."
        ),
        "source": "V PSYON; SPRAVATO (MDD with suicidal ideation)",
    },
]
