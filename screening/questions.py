"""What the intake packet asks, part by part, in plain words.

Pure data.  ``field`` names come from the clinical reference 3.2; fields that no
rule reads are kept for the clinician.  "I am not sure" is always an answer and is
stored as null: it reaches the reviewer as an open question, never as a no.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from screening.enums import PacketSection


class Kind(StrEnum):
    YES_NO = "yes-no"
    CHOICE = "choice"
    MANY = "many"
    DATE_OR_NEVER = "date-or-never"
    TEXT = "text"
    NUMBER = "number"


NEVER: Final = "never"
"""Stored for a date that was asked for and does not exist."""
NOT_SURE: Final = "not-sure"
"""What the form sends for "I am not sure"; stored as null."""
NONE_OF_THESE: Final = "none"
"""What the form sends when no entry of a list applies; stored as an empty list."""


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.  ``only_if`` names a field and the answers under which it is asked."""

    field: str
    section: PacketSection
    kind: Kind
    text: str
    help: str = ""
    why: str = ""
    choices: tuple[Choice, ...] = ()
    low: int = 0
    high: int = 0
    unit: str = ""
    only_if: tuple[str, tuple[object, ...]] | None = None

    def applies(self, answers: dict[str, object]) -> bool:
        """True when the answers so far make this question one to ask."""
        if self.only_if is None:
            return True
        field, wanted = self.only_if
        given = answers.get(field)
        if isinstance(given, list):
            return any(item in wanted for item in given)
        return given in wanted


_HEALTH = PacketSection.HEALTH
_MIND = PacketSection.MIND
_SUBSTANCES = PacketSection.SUBSTANCES

QUESTIONS: Final[tuple[Question, ...]] = (
    Question(
        field="htn_dx",
        section=_HEALTH,
        kind=Kind.YES_NO,
        text="Has a doctor ever told you that you have high blood pressure?",
        why="This medicine raises blood pressure for about an hour.",
    ),
    Question(
        field="htn_steady_4_weeks",
        section=_HEALTH,
        kind=Kind.YES_NO,
        text="Have your blood pressure pills stayed the same for the last 4 weeks?",
        only_if=("htn_dx", (True,)),
    ),
    Question(
        field="cvd",
        section=_HEALTH,
        kind=Kind.MANY,
        text="Have you ever been told that you have any of these?",
        help="Choose all that apply.",
        why="The heart works harder during a session.",
        choices=(
            Choice(
                "unstable_angina", "Chest pain that comes at rest or is getting worse"
            ),
            Choice(
                "symptomatic_cad", "Narrowed heart arteries that still give chest pain"
            ),
            Choice("cad_stable", "Narrowed heart arteries, no symptoms now"),
            Choice(
                "decompensated_hf", "Heart failure with swelling or breathlessness now"
            ),
            Choice("hf_nyha_1_2", "Heart failure, mild or well controlled"),
            Choice("cardiomyopathy_severe", "A severe weakness of the heart muscle"),
            Choice(
                "uncontrolled_arrhythmia",
                "An irregular heartbeat that is not controlled",
            ),
            Choice("af_rate_controlled", "An irregular heartbeat, controlled"),
            Choice("severe_valve_stenosis", "A severely narrowed heart valve"),
            Choice("valve_moderate", "A heart valve problem, moderate"),
            Choice("pacemaker", "A pacemaker"),
            Choice("congenital_repaired", "A heart defect from birth, repaired"),
        ),
    ),
    Question(
        field="mi_date",
        section=_HEALTH,
        kind=Kind.DATE_OR_NEVER,
        text="When did you last have a heart attack?",
    ),
    Question(
        field="revascularisation_date",
        section=_HEALTH,
        kind=Kind.DATE_OR_NEVER,
        text="When did you last have a stent or a bypass operation on the heart?",
    ),
    Question(
        field="liver_note",
        section=_HEALTH,
        kind=Kind.TEXT,
        text="Anything about your liver we should know?",
        help="For example hepatitis or cirrhosis. Leave empty if there is nothing.",
    ),
    Question(
        field="kidney_note",
        section=_HEALTH,
        kind=Kind.TEXT,
        text="Anything about your kidneys or bladder we should know?",
        help="Leave empty if there is nothing.",
    ),
    Question(
        field="neuro_note",
        section=_HEALTH,
        kind=Kind.TEXT,
        text="Seizures, head injuries or other conditions of the brain?",
        help="Leave empty if there is nothing.",
    ),
    Question(
        field="can_be_pregnant",
        section=_HEALTH,
        kind=Kind.YES_NO,
        text="Is it possible for you to become pregnant?",
        why="This medicine may harm an unborn child.",
    ),
    Question(
        field="pregnant",
        section=_HEALTH,
        kind=Kind.CHOICE,
        text="Are you pregnant now?",
        choices=(
            Choice("no", "No"),
            Choice("yes", "Yes"),
            Choice("unknown", "I may be"),
        ),
        only_if=("can_be_pregnant", (True,)),
    ),
    Question(
        field="ketamine_reaction",
        section=_HEALTH,
        kind=Kind.CHOICE,
        text="Have you had ketamine before, and how did you react?",
        choices=(
            Choice("never_had", "I have never had it"),
            Choice("none", "I had it, without problems"),
            Choice("nausea", "I felt sick"),
            Choice("distressing", "It was a frightening experience"),
            Choice(
                "severe_psych", "Severe anxiety, confusion or unreality that lasted"
            ),
            Choice("severe_medical", "A severe medical reaction"),
            Choice("hypersensitivity", "An allergic reaction"),
            Choice("other", "Something else"),
        ),
    ),
    Question(
        field="psychosis_dx",
        section=_MIND,
        kind=Kind.YES_NO,
        text="Do you hear or see things that others do not, or feel watched or followed?",
        why="This medicine can bring such experiences back.",
    ),
    Question(
        field="psychosis_history",
        section=_MIND,
        kind=Kind.YES_NO,
        text="Have you ever had psychosis, schizophrenia or schizoaffective disorder?",
    ),
    Question(
        field="mania_note",
        section=_MIND,
        kind=Kind.YES_NO,
        text="Have you ever had mania or been told you have bipolar disorder?",
    ),
    Question(
        field="treatments_tried",
        section=_MIND,
        kind=Kind.TEXT,
        text="Which treatments have you tried, and did they help?",
        help="Medicines, therapy, anything. A few words each are enough.",
    ),
    Question(
        field="sud_active",
        section=_SUBSTANCES,
        kind=Kind.YES_NO,
        text=(
            "In the last 3 months, has alcohol or another substance caused you trouble, "
            "or has it been hard to stop?"
        ),
        why="Not to judge. Together with this medicine it can be dangerous.",
    ),
    Question(
        field="substances_note",
        section=_SUBSTANCES,
        kind=Kind.TEXT,
        text="What do you use, how much and how often?",
        help="Alcohol, cannabis, nicotine, anything else. Leave empty if nothing.",
    ),
)

HISTORY_SECTIONS: Final = (_HEALTH, _MIND, _SUBSTANCES)
MINUTES: Final = {
    PacketSection.IDENTITY: 2,
    PacketSection.CONTACT: 2,
    PacketSection.HEALTH: 6,
    PacketSection.MIND: 4,
    PacketSection.SUBSTANCES: 2,
    PacketSection.MEDICATIONS: 5,
    PacketSection.PHQ9: 3,
    PacketSection.GAD7: 2,
}
"""About how long a part takes; ours, to be corrected by what is measured."""


def of_section(section: PacketSection) -> tuple[Question, ...]:
    return tuple(question for question in QUESTIONS if question.section == section)


def by_field(field: str) -> Question:
    """The question of a field; KeyError when the packet does not ask for it."""
    for question in QUESTIONS:
        if question.field == field:
            return question
    raise KeyError(field)
