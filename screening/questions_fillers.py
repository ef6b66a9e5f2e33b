"""Who fills in each fact that a rule may ask for (clinical reference 3.2, "Filled by")."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from screening.questions import QUESTIONS
from screening.questions_clinician import DAY_OF, LAB, NURSE, PRESCRIBER, THERAPIST
from screening.questions_staff import ASKED_BY_FORM, COMPUTED, MEASURED


class Filler(StrEnum):
    PATIENT = "patient"
    NURSE = "nurse"
    PRESCRIBER = "prescriber"
    THERAPIST = "therapist"
    LAB = "lab"
    DAY_OF = "on the day of dosing"
    MEASURED = "measured"
    QUESTIONNAIRE = "questionnaire"
    COMPUTED = "computed"


_SOURCES: Final[tuple[tuple[Filler, frozenset[str]], ...]] = (
    (Filler.PATIENT, frozenset(question.field for question in QUESTIONS)),
    (Filler.NURSE, frozenset(question.field for question in NURSE)),
    (Filler.PRESCRIBER, frozenset(question.field for question in PRESCRIBER)),
    (Filler.THERAPIST, frozenset(question.field for question in THERAPIST)),
    (Filler.LAB, frozenset(question.field for question in LAB)),
    (Filler.DAY_OF, frozenset(question.field for question in DAY_OF)),
    (Filler.MEASURED, MEASURED),
    (Filler.QUESTIONNAIRE, frozenset(ASKED_BY_FORM)),
    (Filler.COMPUTED, COMPUTED),
)


def fillers() -> Mapping[str, tuple[Filler, ...]]:
    """Each field with everybody who may fill it in."""
    found: dict[str, tuple[Filler, ...]] = {}
    for filler, names in _SOURCES:
        for name in sorted(names):
            found[name] = (*found.get(name, ()), filler)
    return found
