"""Home, video and group: where and with whom treatment takes place."""

from __future__ import annotations

from typing import Final

from screening.consent_texts.parts import ShippedText, item, part

TEXTS: Final = (
    ShippedText(
        "home_ketamine",
        "Ketamine at home",
        [
            part(
                "warning",
                "What is different at home",
                "At home no nurse watches your breathing and blood pressure. The FDA has "
                "warned of compounded ketamine at home for this reason. The first session is "
                "never at home. You may choose the clinic each time.",
                ack="initials",
                elements=("C-22", "C-03"),
            ),
            part(
                "rules",
                "The rules",
                "The prescriber sees you by video before the dose. A sober adult stays with "
                "you until the next morning. You take no more than the dose on the label, "
                "and never two doses together. No dose if you are ill, have drunk alcohol, "
                "took a sedative, or are alone with children.",
                ack="initials",
                elements=("C-22",),
            ),
            part(
                "storage",
                "Keeping it safe",
                "Lock it away from children and others. Never share it. Tell us at once when "
                "some is lost. Bring back what is left over.",
                ack="checkbox",
                elements=("C-21", "C-22"),
            ),
            part(
                "understood",
                "Did we explain it well?",
                "One short question. It tests our explaining, not you.",
                ack="teach_back",
                elements=("C-31",),
                teach_back=(
                    item(
                        "alone",
                        "rules",
                        "Your adult companion cannot come tonight. What do you do?",
                        right="I take no dose, and I tell the clinic.",
                        wrong=(
                            "I take half the dose.",
                            "I take it and keep my phone near.",
                        ),
                        why="Nobody takes a dose at home without a sober adult beside them.",
                    ),
                ),
            ),
        ],
    ),
    ShippedText(
        "telehealth",
        "Visits by video or phone",
        [
            part(
                "how",
                "How it works",
                "You tell us at the start of each visit where you are, and who is with you. "
                "We may treat you only in states where we are licensed. A call may fail, or "
                "somebody may overhear it. Some things can only be seen in person. You may "
                "ask for a visit in person instead.",
                elements=("C-23",),
            ),
            part(
                "fails",
                "If the line fails or there is danger",
                "We call you on the number you gave us. If you are in danger we send help to "
                "the place you named, and call your contact person.",
                ack="checkbox",
                elements=("C-23",),
            ),
        ],
    ),
    ShippedText(
        "group_session",
        "Sessions in a group",
        [
            part(
                "others",
                "Others will be there",
                "Others in the group will know that you are a patient here. They may see and "
                "hear you when you are under the medicine. You may say no and have sessions "
                "of your own.",
                elements=("C-19",),
            ),
            part(
                "rules",
                "What all of us keep",
                "What others say and do stays in the room. No photos, no recording, no names "
                "outside. We ask everyone to keep this, but cannot promise that all will. "
                "Nobody touches another.",
                ack="checkbox",
                elements=("C-19", "C-20"),
            ),
        ],
    ),
)
