"""Mental health (3.2, psychiatric); what needs a trained eye is asked by clinicians."""

from __future__ import annotations

from typing import Final

from screening.enums import PacketSection
from screening.questions.make import Maker
from screening.questions.shape import YES_OR_UNSURE, Question

_ask = Maker(PacketSection.MIND)
_BIPOLAR: Final = "Which kind were you told?"

MIND: Final[tuple[Question, ...]] = (
    _ask.yes_no(
        "psychosis_dx",
        "Do you hear or see things that others do not, or feel watched or followed?",
        why="This medicine can bring such experiences back.",
    ),
    _ask.yes_no(
        "psychosis_history",
        "Have you ever had psychosis, schizophrenia or schizoaffective disorder?",
    ),
    _ask.yes_no(
        "psychosis_first_degree",
        "Has a parent, a brother or sister, or a child of yours had psychosis or "
        "schizophrenia?",
    ),
    _ask.yes_no(
        "mania_note",
        "Have you ever had mania or been told you have bipolar disorder?",
        help="Mania: days of far too much energy, hardly any sleep, and risky decisions.",
        why="This medicine can lift the mood too far.",
    ),
    _ask.yes_no(
        "bipolar1_dx",
        "Bipolar I: with mania that lasted a week or led to hospital",
        group=_BIPOLAR,
        only_if=("mania_note", YES_OR_UNSURE),
        otherwise=False,
    ),
    _ask.yes_no(
        "bipolar2_dx",
        "Bipolar II: with milder highs, never with hospital",
        group=_BIPOLAR,
        only_if=("mania_note", YES_OR_UNSURE),
        otherwise=False,
    ),
    _ask.yes_no(
        "mania_hypomania_now",
        "In the last 4 weeks, have you had days of far too much energy, little need "
        "for sleep, and fast thoughts?",
    ),
    _ask.yes_no(
        "dissociative_disorder",
        "Have you been told that you have a dissociative disorder?",
        help="Losing time, or feeling like different persons.",
    ),
    _ask.yes_no(
        "severe_panic_flag",
        "Do you have panic attacks so strong that you must leave or cannot move?",
        why="Then we prepare you more, and begin with less.",
    ),
    _ask.text(
        "mind_note",
        "Stays in hospital, diagnoses, anything else about your mental health?",
        help="Leave empty if there is nothing.",
    ),
)
