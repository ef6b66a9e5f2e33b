"""Alcohol, other substances, and ketamine before (3.2)."""

from __future__ import annotations

from typing import Final

from screening.enums import PacketSection
from screening.questions.make import Maker
from screening.questions.shape import YES_OR_UNSURE, Question

_ask = Maker(PacketSection.SUBSTANCES)
_before = Maker(PacketSection.KETAMINE)
_HAD_IT: Final[tuple[object, ...]] = (
    "none",
    "nausea",
    "distressing",
    "severe_psych",
    "severe_medical",
    "hypersensitivity",
    "other",
    None,
)

SUBSTANCES: Final[tuple[Question, ...]] = (
    _ask.yes_no(
        "sud_active",
        "In the last 3 months, has alcohol or another substance caused you trouble, "
        "or has it been hard to stop?",
        why="Not to judge. Together with this medicine it can be dangerous.",
    ),
    _ask.yes_no(
        "sud_history",
        "Before that, have you ever been treated for alcohol or another substance, or "
        "been told that you depend on one?",
    ),
    _ask.band(
        "sud_remission_days",
        "How long have you been free of it?",
        {
            "0": "Less than 3 months",
            "90": "3 months to a year",
            "365": "A year or longer",
        },
        only_if=("sud_history", YES_OR_UNSURE),
    ),
    _ask.yes_no(
        "alcohol_withdrawal_risk",
        "When you do not drink alcohol for a day, do you tremble or sweat, or have you "
        "had a fit from it?",
        help="Choose “No” if you do not drink.",
    ),
    _ask.choice(
        "cannabis_use",
        "How often do you use cannabis or THC?",
        {
            "none": "Never",
            "occasional": "Less than once a week",
            "weekly": "Weekly, not every day",
            "daily": "Every day or almost",
        },
        why="You will be asked to leave it for a day or two before a session.",
    ),
    _ask.text(
        "substances_note",
        "What else do you use, how much and how often?",
        help="Alcohol, nicotine, anything else. Leave empty if nothing.",
    ),
)

KETAMINE: Final[tuple[Question, ...]] = (
    _before.choice(
        "ketamine_reaction",
        "Have you had ketamine or esketamine before, and how did you react?",
        {
            "never_had": "I have never had it",
            "none": "I had it, without problems",
            "nausea": "I felt sick",
            "distressing": "It was a frightening experience",
            "severe_psych": "Severe anxiety, confusion or unreality that lasted",
            "severe_medical": "A severe medical reaction",
            "hypersensitivity": "An allergic reaction",
            "other": "Something else",
        },
    ),
    _before.number(
        "dosings_12m",
        "How many treatments with it have you had in the last 12 months?",
        400,
        unit="treatments",
        only_if=("ketamine_reaction", _HAD_IT),
        otherwise=0,
    ),
    _before.yes_no(
        "esk_hypersensitivity",
        "Have you ever had an allergic reaction to ketamine, to esketamine (Spravato) "
        "or to something given with it?",
    ),
    _before.yes_no(
        "ketamine_misuse_history",
        "Have you used ketamine or PCP outside of treatment, more than once or twice?",
        why="Not to judge. It tells us which form is safe for you.",
    ),
)
