"""Head and nerves, and pregnancy (3.2, neurological and reproductive)."""

from __future__ import annotations

from typing import Final

from screening.enums import PacketSection
from screening.questions.make import Maker
from screening.questions.shape import YES_OR_UNSURE, Question

_ask = Maker(PacketSection.NERVES)
_CHILD = Maker(PacketSection.PREGNANCY)
PATIENT_SEX: Final = "patient_sex"
"""Not a question: the sex of the record, which a condition may look at."""

NERVES: Final[tuple[Question, ...]] = (
    _ask.yes_no(
        "seizure_dx",
        "Has a doctor told you that you have epilepsy?",
    ),
    _ask.choice(
        "seizure_control",
        "Are your seizures under control?",
        {
            "controlled": "Yes, or I have had none for a long time",
            "uncontrolled": "No, they still come",
        },
        only_if=("seizure_dx", YES_OR_UNSURE),
        otherwise="none",
    ),
    _ask.date(
        "last_seizure_date",
        "When did you last have a seizure or a fit, for whatever reason?",
    ),
    _ask.date(
        "head_injury_date",
        "When did you last have a concussion or a serious blow to the head?",
    ),
    _ask.yes_no(
        "icp_raised",
        "Have you ever been told that the pressure inside your head is too high?",
        why="This medicine may raise that pressure.",
    ),
    _ask.many(
        "neuro_dx",
        "Do you have any of these?",
        {
            "mass_lesion": "A tumor or another growth in the head",
            "untreated_hydrocephalus": "Too much fluid around the brain, not treated",
            "dementia": "Dementia or serious loss of memory",
            "delirium": "Sudden confusion in the last weeks (delirium)",
            "migraine": "Migraine",
            "other": "Another disease of brain or nerves",
        },
    ),
)

PREGNANCY: Final[tuple[Question, ...]] = (
    _CHILD.yes_no(
        "can_be_pregnant",
        "Is it possible for you to become pregnant?",
        help="Choose “No” if your body cannot, for whatever reason.",
        why="This medicine may harm an unborn child.",
    ),
    _CHILD.choice(
        "pregnant",
        "Are you pregnant now?",
        {"no": "No", "yes": "Yes", "unknown": "I may be"},
        only_if=("can_be_pregnant", YES_OR_UNSURE),
        otherwise="na",
    ),
    _CHILD.yes_no(
        "trying_to_conceive",
        "Are you trying to become pregnant, also with medical help?",
        only_if=("can_be_pregnant", YES_OR_UNSURE),
        otherwise=False,
    ),
    _CHILD.yes_no(
        "breastfeeding",
        "Are you breastfeeding?",
        why="The medicine passes into the milk.",
        only_if=(PATIENT_SEX, ("female", "other", "unknown")),
    ),
)
