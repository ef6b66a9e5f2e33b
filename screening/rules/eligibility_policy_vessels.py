"""The shipped rules: blood vessels, and strokes (clinical reference 3.3, 3.6)."""

from __future__ import annotations

from typing import Any, Final

VESSEL_RULES: Final[list[dict[str, Any]]] = [
    {
        "id": "E-CV-07",
        "domain": "heart",
        "title": "Aneurysm",
        "when": {"all": [["aneurysm", "eq", True]]},
        "requires": ["aneurysm"],
        "rac": "X",
        "esk": "X",
        "locked": True,
        "hit": "Aneurysm of a blood vessel.",
        "passed": "No aneurysm reported.",
        "why": "A rise of blood pressure may tear the vessel.",
        "next_step": "No course.",
        "source": "V SPRAVATO (contraindicated)",
    },
    {
        "id": "E-CV-08",
        "domain": "heart",
        "title": "Arteriovenous malformation",
        "when": {"all": [["avm", "eq", True]]},
        "requires": ["avm"],
        "rac": "X",
        "esk": "X",
        "locked": True,
        "hit": "Arteriovenous malformation.",
        "passed": "No arteriovenous malformation reported.",
        "why": "A surge of blood pressure may tear the vessel.",
        "next_step": "No course.",
        "source": "V SPRAVATO (contraindicated)",
    },
    {
        "id": "E-CV-09",
        "domain": "heart",
        "title": "Bleeding in the brain, ever",
        "when": {"all": [["ich_history", "eq", True]]},
        "requires": ["ich_history"],
        "rac": "X",
        "esk": "X",
        "locked": True,
        "hit": "Bleeding in the brain before.",
        "passed": "No bleeding in the brain reported.",
        "why": "A surge of blood pressure may make it bleed again.",
        "next_step": "No course.",
        "source": "V SPRAVATO (contraindicated)",
    },
    {
        "id": "E-CV-10",
        "domain": "heart",
        "title": "Stroke or TIA in the last 6 months",
        "when": {"all": [["stroke_tia_date", "within_days", 183]]},
        "requires": ["stroke_tia_date"],
        "rac": "X",
        "esk": "R",
        "hit": "Stroke or TIA on {stroke_tia_date}, within the last 6 months.",
        "passed": "No stroke or TIA in the last 6 months.",
        "why": "Blood pressure surges after a stroke are dangerous.",
        "next_step": (
            "No racemic ketamine before 6 months. Letter from neurology for esketamine."
        ),
        "source": (
            "V SMPC (caution within 6 months); UK and Swiss ketamine labels; "
            "183 days ID"
        ),
    },
    {
        "id": "E-CV-10b",
        "domain": "heart",
        "title": "Stroke or TIA, longer ago",
        "when": {"all": [["stroke_tia_date", "older_than_days", 183]]},
        "requires": ["stroke_tia_date"],
        "rac": "R",
        "esk": "R",
        "hit": "Stroke or TIA on {stroke_tia_date}.",
        "passed": "No earlier stroke or TIA.",
        "why": "UK and Swiss labels name a stroke at any time.",
        "next_step": "Letter from neurology or the family doctor. Prescriber decides.",
        "source": "V UK and Swiss ketamine labels; SMPC; 183 days ID",
    },
]
