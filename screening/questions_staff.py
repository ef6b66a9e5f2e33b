"""What a clinician may answer, and which question stands behind an open rule.

Pure data beside ``questions``; field names of the clinical reference 3.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from screening.questions import QUESTIONS, Question
from screening.questions_clinician import DAY_OF, LAB, NURSE, PRESCRIBER, THERAPIST
from screening.rules.fact_words import LABELS

CLINICIAN_QUESTIONS: Final[tuple[Question, ...]] = (
    *PRESCRIBER,
    *NURSE,
    *LAB,
    *THERAPIST,
    *DAY_OF,
)
SETTLED_BY_STAFF: Final[Mapping[str, Question]] = {
    question.field: question for question in (*QUESTIONS, *CLINICIAN_QUESTIONS)
}
"""Every field that a clinician may answer on the review page; the clinician's own
wording of a question comes before the patient's."""

FIELD_OF_LABEL: Final[Mapping[str, str]] = {
    label: field for field, label in LABELS.items()
}
MEASURED: Final = frozenset(
    {"bp_sys_mean", "bp_dia_mean", "hr", "spo2", "weight_kg", "height_cm"}
)
COMPUTED: Final = frozenset({"age_years", "bmi", "med_classes", "med_max_severity"})
"""From the birth date, from weight and height, from the reconciled medicines."""
ASKED_BY_FORM: Final[Mapping[str, str]] = {
    "phq9_item9": "phq-9",
    "phq9_baseline": "phq-9",
    "gad7_baseline": "gad-7",
}
