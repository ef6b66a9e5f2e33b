"""What only a clinician answers, and which question stands behind an open rule.

Pure data beside ``questions``; field names of the clinical reference 3.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from screening.enums import PacketSection
from screening.questions import QUESTIONS, Choice, Kind, Question
from screening.rules.fact_words import LABELS

_HERE: Final = PacketSection.HEALTH
"""Clinicians' questions belong to no part of the packet; the part is not read."""


def _number(
    field: str, text: str, high: int, *, low: int = 0, unit: str = ""
) -> Question:
    return Question(
        field=field,
        section=_HERE,
        kind=Kind.NUMBER,
        text=text,
        low=low,
        high=high,
        unit=unit,
    )


CLINICIAN_QUESTIONS: Final[tuple[Question, ...]] = (
    Question(
        field="capacity",
        section=_HERE,
        kind=Kind.YES_NO,
        text="Understands the treatment and can decide",
    ),
    Question(
        field="hcg_result",
        section=_HERE,
        kind=Kind.CHOICE,
        text="Pregnancy test",
        choices=(
            Choice("negative", "Negative"),
            Choice("positive", "Positive"),
            Choice("not_done", "Not done"),
        ),
    ),
    Question(
        field="hcg_date",
        section=_HERE,
        kind=Kind.DATE_OR_NEVER,
        text="Date of the pregnancy test",
    ),
    _number(
        "htn_regimen_stable_days",
        "Days on unchanged blood pressure medicine",
        3650,
        unit="days",
    ),
    _number("nyha", "NYHA class, 1 to 4", 4, low=1),
    Question(
        field="esk_hypersensitivity",
        section=_HERE,
        kind=Kind.YES_NO,
        text="Hypersensitivity to esketamine",
    ),
    _number("audit_score", "AUDIT total", 40),
    _number("dast10_score", "DAST-10 total", 10),
    Question(
        field="cssrs_risk",
        section=_HERE,
        kind=Kind.CHOICE,
        text="C-SSRS screen: risk",
        choices=(
            Choice("none", "None"),
            Choice("low", "Low"),
            Choice("moderate", "Moderate"),
            Choice("high", "High"),
        ),
    ),
    Question(
        field="si_level",
        section=_HERE,
        kind=Kind.CHOICE,
        text="Suicidal thoughts",
        choices=(
            Choice("none", "None"),
            Choice("passive", "Passive"),
            Choice("active", "Active, no plan"),
            Choice("plan", "With a plan"),
            Choice("intent", "With intent"),
        ),
    ),
    Question(
        field="attempt_date",
        section=_HERE,
        kind=Kind.DATE_OR_NEVER,
        text="Last suicide attempt",
    ),
)

SETTLED_BY_STAFF: Final[Mapping[str, Question]] = {
    question.field: question for question in (*QUESTIONS, *CLINICIAN_QUESTIONS)
}
"""Every field that a clinician may answer on the review page."""

FIELD_OF_LABEL: Final[Mapping[str, str]] = {
    label: field for field, label in LABELS.items()
}
MEASURED: Final = frozenset(
    {"bp_sys_mean", "bp_dia_mean", "hr", "spo2", "weight_kg", "height_cm"}
)
ASKED_BY_FORM: Final[Mapping[str, str]] = {
    "phq9_item9": "phq-9",
    "phq9_baseline": "phq-9",
    "gad7_baseline": "gad-7",
}
