"""Why somebody comes, what was tried, who else treats them, and how life is arranged."""

from __future__ import annotations

from typing import Final

from screening.enums import PacketSection
from screening.questions.make import Maker
from screening.questions.shape import YES_OR_UNSURE, Question

_ask = Maker(PacketSection.STORY)

STORY: Final[tuple[Question, ...]] = (
    _ask.many(
        "reasons",
        "What brings you to us?",
        {
            "trd": "Depression that other treatments have not helped enough",
            "mdd_si": "Depression with thoughts of ending my life",
            "ptsd": "What a bad experience has left behind (PTSD)",
            "anxiety": "Anxiety, worry or panic",
            "chronic_pain": "Pain that does not go away",
            "other_reviewed": "Something else",
        },
    ),
    _ask.text(
        "main_reason",
        "In your own words: what do you hope will be different?",
        help="A few words are enough. Leave empty if you would rather tell us in person.",
    ),
    _ask.text(
        "treatments_tried",
        "Which treatments have you tried, and did they help?",
        help="Medicines, therapy, anything. A few words each are enough.",
    ),
    _ask.text(
        "referring_clinician",
        "Did somebody send you to us?",
        help="Name and telephone of the doctor or therapist. Leave empty if nobody did.",
        group="Who else looks after you",
    ),
    _ask.text(
        "regular_doctor",
        "Who is your regular doctor?",
        help="Leave empty if you have none.",
        group="Who else looks after you",
    ),
    _ask.text(
        "pharmacy",
        "Which pharmacy do you use?",
        help="Name and street or town.",
        group="Pharmacy and payment",
    ),
    _ask.text(
        "payment",
        "How will you pay?",
        help="Insurance with member number, or “myself”. We go through it with you.",
        group="Pharmacy and payment",
    ),
    _ask.yes_no(
        "escort_available",
        "Can an adult take you home after each session?",
        why="You must not drive until the next day, and should not go home alone.",
    ),
    _ask.yes_no(
        "sole_carer_no_cover_24h",
        "Are you the only one who looks after a child or another person, with nobody "
        "to take over for a day?",
        why="You cannot look after others until the day after a session.",
    ),
    _ask.yes_no(
        "home_route_requested",
        "Do you wish to take this medicine at home?",
        help="Most treatments here take place in the clinic.",
    ),
    _ask.yes_no(
        "has_housing_phone",
        "Do you have a safe place to stay, and a telephone that works there?",
        why="We must be able to reach you, and somebody must be able to help.",
        only_if=("home_route_requested", YES_OR_UNSURE),
    ),
)
