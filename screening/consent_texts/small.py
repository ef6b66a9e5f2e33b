"""The short texts: releases, contact, escort, money, privacy, statements, overrides."""

from __future__ import annotations

from typing import Final

from screening.consent_texts.parts import ShippedText, part

_FREE: Final = (
    "You may say no; your treatment is the same. You can take it back at any time."
)

TEXTS: Final = (
    ShippedText(
        "research_data",
        "Use of your data for research",
        [
            part(
                "what",
                "What is asked",
                "Researchers would like to use your answers and results. Your name, address "
                "and birth date are taken out first. "
                + _FREE
                + " What has been published "
                "cannot be called back.",
                elements=("C-27",),
            ),
            part(
                "yes",
                "Your answer",
                "My data without my name may be used for research.",
                ack="initials",
                elements=("C-27",),
            ),
        ],
    ),
    ShippedText(
        "roi",
        "Giving information to others",
        [
            part(
                "what",
                "Who may receive what",
                "You allow this clinic to give the information named on this paper to the "
                "person or office named on it. "
                + _FREE
                + " What has been given cannot be "
                "called back, and the one who receives it may pass it on. Private therapy "
                "notes are not part of it. It ends one year after you sign.",
                ack="initials",
                elements=("C-20",),
            ),
        ],
    ),
    ShippedText(
        "psychotherapy_notes_auth",
        "Giving out private therapy notes",
        [
            part(
                "what",
                "What is asked",
                "Your therapist's private notes are kept apart from your record. They are "
                "given out only if you sign this paper, to the one named on it, and for the "
                "purpose named on it. " + _FREE,
                ack="initials",
                elements=("C-20",),
            ),
        ],
    ),
    ShippedText(
        "part2_consent",
        "Records of treatment for alcohol or drugs",
        [
            part(
                "what",
                "What is asked",
                "Federal law (42 CFR Part 2) protects records of such treatment. With this "
                "paper they may be used for treatment, payment and the running of the "
                "clinic. They may not be used against you in court unless you agree or a "
                "court orders it. " + _FREE,
                ack="initials",
                elements=("C-20",),
            ),
        ],
    ),
    ShippedText(
        "contact_sms_email",
        "Text messages and e-mail",
        [
            part(
                "what",
                "How we write to you",
                "Text messages and e-mail can be read by others who hold your phone. Ours "
                "never say what you are treated for; they say that there is something to do. "
                + _FREE,
                elements=("C-20",),
            ),
            part(
                "sms",
                "Text messages",
                "You may send me text messages about my care.",
                ack="checkbox",
                required=False,
                elements=("C-20",),
            ),
            part(
                "email",
                "E-mail",
                "You may send me e-mail about my care.",
                ack="checkbox",
                required=False,
                elements=("C-20",),
            ),
        ],
    ),
    ShippedText(
        "escort_agreement",
        "Taking you home",
        [
            part(
                "what",
                "What the escort does",
                "An adult you name comes to the clinic's door, takes you home, and stays "
                "until you are settled. The escort is sober and able to drive or to travel "
                "with you. If nobody comes, you stay, or the session is moved.",
                ack="checkbox",
                elements=("C-13",),
            ),
            part(
                "watch",
                "What to watch for",
                "The escort calls us for confusion, a fall, vomiting that does not stop, or "
                "a very low mood, and calls 911 for trouble breathing, chest pain, or when "
                "nobody can wake you.",
                ack="checkbox",
                elements=("C-13", "C-29"),
            ),
        ],
    ),
    ShippedText(
        "financial",
        "What it costs",
        [
            part(
                "what",
                "Cost and insurance",
                "We have given you the prices in writing. Insurance may not pay for this "
                "treatment. You may ask for a good faith estimate. You pay for what you have "
                "had, not for what is cancelled in time.",
                ack="checkbox",
                elements=("C-26",),
            ),
            part(
                "missed",
                "Missed visits and refunds",
                "A visit that is missed or cancelled late may cost a fee, as on the price "
                "list. We never charge a fee when you stop because of your health. What you "
                "paid ahead and did not use is paid back.",
                ack="checkbox",
                elements=("C-26",),
            ),
        ],
    ),
    ShippedText(
        "practice_privacy_ack",
        "Notice of privacy practices",
        [
            part(
                "what",
                "You have received the notice",
                "The notice says how we use and share your health information, and what your "
                "rights are. Signing says only that you received it. If you do not sign, we "
                "note that, and your treatment is the same.",
                ack="checkbox",
                elements=("C-20", "C-28"),
            ),
        ],
    ),
    ShippedText(
        "pregnancy_statement",
        "Statement on pregnancy",
        [
            part(
                "what",
                "What you state",
                "To my knowledge I am not pregnant and not breastfeeding. I use reliable "
                "birth control, or have no need of it. I tell the clinic before the next "
                "session if this changes.",
                ack="initials",
                elements=("C-10",),
            ),
        ],
    ),
    ShippedText(
        "safety_plan_ack",
        "Your safety plan",
        [
            part(
                "what",
                "You have your plan",
                "We wrote a safety plan together and I have a copy. I know my warning signs, "
                "whom I call, and that 988 answers at any hour and 911 sends help at once.",
                ack="checkbox",
                elements=("C-29",),
            ),
        ],
    ),
    ShippedText(
        "override_addendum",
        "Treatment in spite of a known risk",
        [
            part(
                "what",
                "Why this paper",
                "One of our rules speaks against this treatment for you. Your prescriber "
                "told you which one and why, what could happen, and what we do to lower the "
                "risk. Your prescriber thinks that the likely gain is greater, and has "
                "written down the reason.",
                elements=("C-04", "C-09"),
            ),
            part(
                "yes",
                "Your decision",
                "I know this extra risk. I was told of other choices. I want the treatment "
                "all the same, and can change my mind at any time.",
                ack="initials",
                elements=("C-05", "C-25"),
            ),
        ],
    ),
)
