"""The consent text that ships: treatment with ketamine and therapy, in the clinic.

Our own words for the elements C-01 to C-32 of the clinical reference, part 8, in
seven short parts.  A clinic publishes its own edition in the admin.
"""

from __future__ import annotations

from typing import Any, Final

TITLE: Final = "Consent to treatment"

SECTIONS: Final[list[dict[str, Any]]] = [
    {
        "id": "what",
        "title": "What this treatment is",
        "ack": "none",
        "required": True,
        "elements": ["C-01", "C-02", "C-04", "C-05"],
        "body": (
            "You will be treated by a team: a prescriber who decides on the medicine, a "
            "therapist who stays with you, and a nurse who watches your blood pressure and "
            "breathing. You can ask each of them about their training and licence.\n\n"
            "The treatment has three parts that belong together: preparation, four to six "
            "sessions with the medicine over two to four weeks, and talks after each session "
            "to work with what came up. The medicine is ketamine. The dose is chosen for you "
            "and adjusted after each session.\n\n"
            "Many people with depression, trauma, anxiety or pain feel better during such a "
            "course, about 6 or 7 in 10 in some studies. It may help you a lot, a little or "
            "not at all, and the effect may fade. Nobody can promise a result.\n\n"
            "You have other choices: medicines such as antidepressants, talking therapy alone, "
            "magnetic stimulation, electroconvulsive therapy, the approved nasal spray "
            "esketamine, or no treatment now. We are glad to talk about each of them."
        ),
    },
    {
        "id": "off-label",
        "title": "Not approved for this use",
        "ack": "initials",
        "required": True,
        "elements": ["C-03"],
        "body": (
            "Ketamine is approved as an anesthetic. It is not approved by the FDA for "
            "depression, trauma, anxiety or pain. Using it for these is allowed and is called "
            "off-label use. Lozenges made by a compounding pharmacy are not approved products."
        ),
    },
    {
        "id": "risks",
        "title": "What can go wrong",
        "ack": "initials",
        "required": True,
        "elements": ["C-06", "C-07", "C-08", "C-10", "C-16", "C-29"],
        "body": (
            "During a session most people feel far away from their body or the room, and see "
            "or hear things differently. Nausea, dizziness, sleepiness and a rise of blood "
            "pressure and pulse are common. Afterwards you may be tired, have a headache or "
            "feel your mood go up and down for a day or two.\n\n"
            "Rarely something serious happens: very high blood pressure, stroke or heart "
            "attack, slow breathing, loss of consciousness, a seizure, an allergic reaction, a "
            "fall, food in the lungs, confusion, psychosis or mania, or stronger thoughts of "
            "suicide.\n\n"
            "If it is taken often over a long time it can harm the bladder, the liver and "
            "perhaps memory, and people can come to depend on it. What is known about long use "
            "is still growing.\n\n"
            "Difficult feelings and memories may come up. A memory that appears in a session is "
            "not proof that something happened.\n\n"
            "It may harm an unborn child and passes into milk. Tell us at once if you may be "
            "pregnant.\n\n"
            "If you think of hurting yourself, tell us, or call or text 988 at any hour."
        ),
    },
    {
        "id": "your-part",
        "title": "What we need from you",
        "ack": "initials",
        "required": True,
        "elements": ["C-09", "C-11", "C-12", "C-21"],
        "body": (
            "Tell us the truth about your health, medicines, alcohol and other substances, and "
            "tell us about every change before each session. People who are pregnant, have "
            "uncontrolled blood pressure, severe heart disease, psychosis, an active substance "
            "problem or a bad reaction to ketamine should not have it.\n\n"
            "Do not stop any medicine on your own. We tell you which ones to take on the day.\n\n"
            "Come fasting as the instructions say. No alcohol or cannabis for at least a day "
            "before.\n\n"
            "We look at the state's record of controlled medicines. You do not share or sell "
            "medicine."
        ),
    },
    {
        "id": "going-home",
        "title": "Staying until it is safe, and going home",
        "ack": "initials",
        "required": True,
        "elements": ["C-13", "C-14", "C-15"],
        "body": (
            "We measure your blood pressure and breathing during the session. You stay until "
            "the team says it is safe to leave, and longer if needed. In an emergency we treat "
            "you, call an ambulance and call your contact person.\n\n"
            "An adult you have named takes you home. Until the next day, after a night's sleep, "
            "you do not drive, use machines, sign contracts, make big decisions, or look after "
            "children alone."
        ),
    },
    {
        "id": "privacy",
        "title": "Touch, recording and who sees your record",
        "ack": "checkbox",
        "required": True,
        "elements": ["C-17", "C-18", "C-20", "C-27"],
        "body": (
            "Nobody touches you beyond medical care unless you agree on it beforehand, and you "
            "can end it at any moment with your stop signal. Sexual touch never happens. "
            "Sessions are not recorded. Touch and recording each have a paper of their own.\n\n"
            "Your record is confidential. It is shared when the law demands it, for example "
            "when somebody is in danger or a child is abused. A therapist's private notes are "
            "kept apart. Text messages and e-mail are not fully private; ours say only that "
            "there is something to do.\n\n"
            "We may count results without names to make care better. Research has its own paper."
        ),
    },
    {
        "id": "choice",
        "title": "Your choice",
        "ack": "initials",
        "required": True,
        "elements": ["C-25", "C-26", "C-28", "C-31", "C-32"],
        "body": (
            "This is your decision. You can stop at any time, also during a session, without "
            "giving a reason and without losing other care here. You can refuse any part.\n\n"
            "We have told you what it costs, what your insurance may not pay, and what a missed "
            "visit costs.\n\n"
            "You can complain to us or to the state's licensing board. You have had time to ask, "
            "and you get a copy of this text."
        ),
    },
]
