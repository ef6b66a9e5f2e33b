"""What the intake packet asks, part by part, in plain words.

Pure data.  ``field`` names come from the clinical reference 3.2; fields that no
rule reads are kept for the clinician.  "I am not sure" is always an answer and is
stored as null: it reaches the reviewer as an open question, never as a no.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from screening.enums import PacketSection
from screening.questions.body import BODY
from screening.questions.heart import HEART
from screening.questions.mind import MIND
from screening.questions.nerves import NERVES, PATIENT_SEX, PREGNANCY
from screening.questions.screens import Screen, screens_of
from screening.questions.shape import (
    NEVER,
    NONE_OF_THESE,
    NOT_IMPLIED,
    NOT_SURE,
    YES_OR_UNSURE,
    Choice,
    Kind,
    Question,
)
from screening.questions.story import STORY
from screening.questions.substances import KETAMINE, SUBSTANCES

QUESTIONS: Final[tuple[Question, ...]] = (
    *STORY,
    *HEART,
    *BODY,
    *NERVES,
    *PREGNANCY,
    *MIND,
    *SUBSTANCES,
    *KETAMINE,
)
HISTORY_SECTIONS: Final = tuple(
    dict.fromkeys(question.section for question in QUESTIONS)
)
MINUTES: Final = {
    PacketSection.IDENTITY: 1,
    PacketSection.PEOPLE: 2,
    PacketSection.CONTACT: 1,
    PacketSection.STORY: 4,
    PacketSection.HEALTH: 4,
    PacketSection.BODY: 5,
    PacketSection.NERVES: 2,
    PacketSection.PREGNANCY: 1,
    PacketSection.MIND: 3,
    PacketSection.SUBSTANCES: 2,
    PacketSection.KETAMINE: 1,
    PacketSection.MEDICATIONS: 4,
    PacketSection.PHQ9: 3,
    PacketSection.GAD7: 2,
}
"""About how long a part takes; ours, to be corrected by what is measured."""

_BY_SECTION: Final = {
    section: tuple(question for question in QUESTIONS if question.section == section)
    for section in HISTORY_SECTIONS
}
_SCREENS: Final = {
    section: screens_of(questions) for section, questions in _BY_SECTION.items()
}
_BY_FIELD: Final = {question.field: question for question in QUESTIONS}


def of_section(section: PacketSection) -> tuple[Question, ...]:
    return _BY_SECTION.get(section, ())


def screens(section: PacketSection) -> tuple[Screen, ...]:
    """The section's questions as they stand on screens."""
    return _SCREENS.get(section, ())


def by_field(field: str) -> Question:
    """The question of a field; KeyError when the packet does not ask for it."""
    return _BY_FIELD[field]


def is_asked(question: Question, answers: Mapping[str, object]) -> bool:
    """True when the question applies, and so does whatever it hangs on."""
    if not question.applies(answers):
        return False
    parent = _BY_FIELD.get(question.only_if[0]) if question.only_if else None
    return parent is None or is_asked(parent, answers)


def asked(
    section: PacketSection, answers: Mapping[str, object]
) -> tuple[Question, ...]:
    """The questions of a section that apply, given what was said so far."""
    return tuple(
        question for question in of_section(section) if is_asked(question, answers)
    )


def implied(section: PacketSection, answers: Mapping[str, object]) -> dict[str, object]:
    """What clear answers imply for questions that were therefore not asked."""
    said: dict[str, object] = {}
    for question in of_section(section):
        if question.otherwise is NOT_IMPLIED or is_asked(question, answers):
            continue
        if question.only_if and question.only_if[0] in answers:
            said[question.field] = question.otherwise
    return said


__all__ = [
    "HISTORY_SECTIONS",
    "MINUTES",
    "NEVER",
    "NONE_OF_THESE",
    "NOT_IMPLIED",
    "NOT_SURE",
    "PATIENT_SEX",
    "QUESTIONS",
    "YES_OR_UNSURE",
    "Choice",
    "Kind",
    "Question",
    "Screen",
    "asked",
    "by_field",
    "implied",
    "is_asked",
    "of_section",
    "screens",
]
