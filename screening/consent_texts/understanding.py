"""The questions on understanding of the treatment consent (clinical.md CR-09)."""

from __future__ import annotations

from typing import Final

from screening.consent_texts.parts import item

QUESTIONS: Final = (
    item(
        "off-label",
        "off-label",
        "Is ketamine approved by the FDA for depression, trauma or pain?",
        right="No. That use is legal, but not approved.",
        wrong=("Yes, for all of these.", "Yes, but only in clinics."),
        why="Ketamine is approved as an anesthetic. This use is off-label.",
    ),
    item(
        "driving",
        "going-home",
        "When may you drive again after a session?",
        right="The next day, after a night's sleep.",
        wrong=("When I feel well.", "After two hours at the clinic."),
        why="You may feel well before you are safe to drive.",
    ),
    item(
        "crisis",
        "emergency",
        "You are at home and think of killing yourself. What do you do?",
        right="I call or text 988, or 911 when life is in danger.",
        wrong=(
            "I wait for my next visit.",
            "I write the clinic an e-mail.",
        ),
        why="988 answers at any hour. 911 sends help at once.",
    ),
)
