"""Touch, recording and esketamine: texts with a signature of their own."""

from __future__ import annotations

from typing import Final

from screening.consent_texts.parts import ShippedText, item, part

TEXTS: Final = (
    ShippedText(
        "esketamine_addendum",
        "Esketamine nasal spray",
        [
            part(
                "approved",
                "What it is for",
                "Esketamine is a nasal spray. The FDA has approved it for depression that "
                "other medicines did not help, and for depression with thoughts of suicide. "
                "It is a controlled medicine.",
                elements=("C-24",),
            ),
            part(
                "program",
                "The safety program",
                "It is given only in clinics certified by the REMS program. You are enrolled "
                "on a form of that program, which is kept beside this paper. The program "
                "gets reports on each session. You never take the spray home.",
                ack="initials",
                elements=("C-24",),
            ),
            part(
                "warnings",
                "The boxed warnings",
                "It can make you very sleepy or faint. You may feel apart from yourself or "
                "the world. Breathing may slow or stop. Some people misuse it. In people of "
                "24 years and younger, medicines against depression can bring more thoughts "
                "of suicide. We watch all of this for at least two hours after each dose.",
                ack="initials",
                elements=("C-24",),
            ),
            part(
                "device",
                "Using the device",
                "You use the spray yourself, as we show you, with a nurse beside you. Each "
                "device holds two sprays. No food for two hours and no drink for half an "
                "hour before. No other nasal spray in the hour before. You do not drive "
                "until the next day, after a night's sleep.",
                ack="checkbox",
                elements=("C-24",),
            ),
            part(
                "understood",
                "Did we explain it well?",
                "One short question. It tests our explaining, not you.",
                ack="teach_back",
                elements=("C-31",),
                teach_back=(
                    item(
                        "stay",
                        "warnings",
                        "How long do you stay after each dose?",
                        right="At least two hours, until the team says I may go.",
                        wrong=("Half an hour.", "Until I feel well."),
                        why="The program asks for two hours of watching after each dose.",
                    ),
                ),
            ),
        ],
    ),
    ShippedText(
        "touch",
        "Touch during sessions",
        [
            part(
                "rule",
                "The rule",
                "Nobody touches you beyond medical care unless you agree here. You may say "
                "no to all of it; your treatment is the same. Sexual touch never happens, "
                "whatever anyone says during a session.",
                elements=("C-17",),
            ),
            part(
                "hand",
                "A hand to hold",
                "My therapist may hold my hand when I ask for it or reach out.",
                ack="checkbox",
                elements=("C-17",),
                required=False,
            ),
            part(
                "shoulder",
                "A hand on the shoulder",
                "My therapist may lay a hand on my shoulder or upper arm when I ask for it.",
                ack="checkbox",
                elements=("C-17",),
                required=False,
            ),
            part(
                "stop",
                "How you end it",
                "Your stop signal or any no ends touch at once. You can take this back at "
                "any moment, also during a session. You cannot agree to more touch during a "
                "session; that waits until the next day. You may have a second person in the "
                "room.",
                ack="initials",
                elements=("C-17",),
            ),
        ],
    ),
    ShippedText(
        "recording",
        "Sound or picture recording",
        [
            part(
                "rule",
                "What is asked",
                "Sessions are not recorded unless you agree here. You may say no; your "
                "treatment is the same. The purpose, who may hear or see it, where it is "
                "kept and when it is deleted are told to you before you sign.",
                elements=("C-18",),
            ),
            part(
                "sound",
                "Sound",
                "My sessions may be recorded in sound for the purpose I was told.",
                ack="checkbox",
                elements=("C-18",),
                required=False,
            ),
            part(
                "picture",
                "Picture",
                "My sessions may be recorded in picture for the purpose I was told.",
                ack="checkbox",
                elements=("C-18",),
                required=False,
            ),
            part(
                "stop",
                "How you end it",
                "Recording stops at once when you say so. You can ask that a recording be "
                "deleted. You cannot agree to a recording during a session.",
                ack="initials",
                elements=("C-18",),
            ),
        ],
    ),
)
