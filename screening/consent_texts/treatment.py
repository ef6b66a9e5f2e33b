"""Consent to treatment with ketamine and therapy: elements C-01 to C-32."""

from __future__ import annotations

from typing import Final

from screening.consent_texts.parts import ShippedText, part
from screening.consent_texts.understanding import QUESTIONS

RACEMIC: Final = ["route", "not_eq", "in_esk"]
"""Also while no route has been chosen."""

TEXT: Final = ShippedText(
    kind="kap_treatment",
    title="Consent to treatment",
    sections=[
        part(
            "what",
            "What this treatment is",
            "You will be treated by a team. A prescriber decides on the medicine. A "
            "therapist stays with you. A nurse watches your blood pressure and breathing. "
            "Ask each of them about their license, their training and what they do. If a "
            "trainee or another person would like to be present, we ask you first.",
            "The treatment has three parts that belong together: getting ready, four to six "
            "sessions with the medicine over two to four weeks, and talks after each session "
            "to work with what came up. The medicine is ketamine or its close relative "
            "esketamine. How it is given and how much is chosen for you, and may change "
            "after each session by how you respond.",
            elements=("C-01", "C-02"),
        ),
        part(
            "benefit",
            "What you may gain, and other choices",
            "Many people with depression, trauma, anxiety or pain feel better during such a "
            "course. It may help you a lot, a little or not at all. Some of the good effect "
            "may come from hope and care, as with any treatment. The effect may fade, and "
            "symptoms may come back. Studies are small and short. Nobody can promise a "
            "result.",
            "You have other choices: medicines such as antidepressants, talking therapy alone, "
            "magnetic stimulation, electroconvulsive therapy, the approved nasal spray "
            "esketamine where it fits, or no treatment now. We are glad to talk about each.",
            elements=("C-04", "C-05"),
        ),
        part(
            "off-label",
            "Not approved for this use",
            "Ketamine is approved as an anesthetic. It is not approved by the FDA for "
            "depression, trauma, anxiety or pain. Using it for these is legal and is called "
            "off-label use. Esketamine nasal spray is approved for some kinds of depression.",
            ack="initials",
            elements=("C-03",),
            applies_when=RACEMIC,
        ),
        part(
            "compounded",
            "A medicine made by a pharmacy",
            "Your lozenges are made for you by a compounding pharmacy. The FDA has not "
            "checked or approved such products for safety, strength or quality.",
            ack="initials",
            elements=("C-03",),
            applies_when=["compounded", "eq", True],
        ),
        part(
            "common",
            "What often happens",
            "During a session most people feel far from their body or the room. They may "
            "see, hear or feel things in a strange way. Nausea, dizziness, sleepiness and a "
            "rise of blood pressure and pulse are common. Afterwards you may be tired, have "
            "a headache, or feel your mood go up and down for a day or two.",
            ack="initials",
            elements=("C-06",),
        ),
        part(
            "risks",
            "What can go wrong, though rarely",
            "Very high blood pressure, a stroke or a heart attack. Slow or stopped "
            "breathing. Loss of consciousness. A seizure. An allergic reaction. A fall or "
            "another injury. Food or fluid in the lungs. Confusion, psychosis or mania. "
            "Stronger thoughts of suicide.",
            ack="initials",
            elements=("C-07",),
        ),
        part(
            "long-use",
            "If it is used often and for long",
            "It can harm the bladder and the liver, and perhaps memory and thinking. The "
            "body may get used to it, so that it works less. Some people come to crave it "
            "or to misuse it. What is known about long use is still growing.",
            ack="initials",
            elements=("C-08",),
        ),
        part(
            "your-part",
            "Who should not have it, and what you tell us",
            "You should not have it if you are pregnant, or have blood pressure that is not "
            "under control, severe heart disease, psychosis, an active problem with alcohol "
            "or drugs, or an allergy or bad reaction to ketamine. Some medicines do not go "
            "with it.",
            "Tell us the truth about your health, your medicines, alcohol and other "
            "substances. Tell us about every change before each session.",
            ack="initials",
            elements=("C-09",),
        ),
        part(
            "pregnancy",
            "Pregnancy and breastfeeding",
            "Ketamine may harm an unborn child, and it passes into milk. Use reliable birth "
            "control during the course. We ask for a pregnancy test before the first session "
            "and again during the course. Tell us at once if you may be pregnant, or if you "
            "are breastfeeding.",
            ack="initials",
            elements=("C-10",),
            applies_when=["can_be_pregnant", "not_false", True],
        ),
        part(
            "medicines",
            "Your medicines, alcohol and food",
            "Do not stop any medicine on your own. We tell you which ones to take on the day "
            "and which ones to hold. No alcohol or cannabis for one to two days before, as "
            "we tell you.",
            "Come with an empty stomach, as the instructions for your visit say. If you have "
            "eaten, we may have to give the session another day.",
            ack="checkbox",
            elements=("C-11", "C-12"),
        ),
        part(
            "going-home",
            "Going home and the day after",
            "An adult you have named takes you home. A taxi or a ride app alone is not "
            "enough. Until the next day, after a night's sleep, you do not drive, use "
            "machines, sign contracts, make big decisions, or look after children alone.",
            ack="initials",
            elements=("C-13",),
        ),
        part(
            "staying",
            "Staying until it is safe",
            "We check your blood pressure, pulse and breathing during the session. You stay "
            "until the team says it is safe to leave; after esketamine at least two hours. "
            "You have the right and the duty to stay that long. You may be kept longer, or "
            "taken to an emergency room.",
            ack="initials",
            elements=("C-14",),
        ),
        part(
            "emergency",
            "In an emergency",
            "We treat you, call an ambulance and call your contact person. If you have an "
            "advance directive, give us a copy; we tell you how this clinic handles it. If "
            "you think of hurting yourself, tell us, or call or text 988 at any hour. Call "
            "911 when life is in danger. We write a safety plan with you if you need one.",
            ack="checkbox",
            elements=("C-15", "C-29"),
        ),
        part(
            "therapy",
            "The work of therapy",
            "Your therapist keeps clear limits: the relation is about your care and nothing "
            "else. Strong feelings and hard memories may come up. A memory that appears in a "
            "session is not proof that something happened. The talks afterwards are needed "
            "to make good use of it.",
            elements=("C-16",),
        ),
        part(
            "touch-recording",
            "Touch and recording",
            "Nobody touches you beyond medical care unless you agree on it beforehand, on a "
            "paper of its own. You can end it at any moment with your stop signal. You can "
            "ask for a second person in the room. Sexual touch never happens. Sessions are "
            "not recorded unless you sign a paper for that.",
            elements=("C-17", "C-18"),
        ),
        part(
            "group",
            "Sessions in a group",
            "Others will see that you are a patient here, and what you say and do. All agree "
            "to keep it to themselves, but we cannot promise that everyone will. You can "
            "always ask for a session of your own.",
            ack="checkbox",
            elements=("C-19",),
            applies_when=["group", "eq", True],
        ),
        part(
            "privacy",
            "Who sees your record",
            "Your record is private. Those who treat you see it. It is shared when the law "
            "demands it: when somebody is in danger, a child or an older person is abused, "
            "or a court orders it. A therapist's private notes are kept apart. Records of "
            "treatment for alcohol or drugs have extra protection under federal law. Text "
            "messages and e-mail are not fully private; ours say only that there is "
            "something to do.",
            elements=("C-20",),
        ),
        part(
            "controlled",
            "A controlled medicine",
            "The law controls ketamine. We look at the state's record of such medicines. You "
            "do not share or sell it. If you are given any to take home, you lock it away, "
            "tell us when some is lost, and bring back what is left.",
            ack="checkbox",
            elements=("C-21",),
        ),
        part(
            "home",
            "Doses at home",
            "The first session is never at home. The prescriber sees you by video. A sober "
            "adult stays with you. You take no more than the dose on the label. You lock the "
            "medicine away. The FDA warns of compounded ketamine at home, where nobody "
            "watches your breathing and blood pressure. No dose at home if you are ill, have "
            "drunk alcohol, or are alone.",
            ack="initials",
            elements=("C-22",),
            applies_when=["home", "eq", True],
        ),
        part(
            "telehealth",
            "Visits by video",
            "You tell us at each visit where you are. A video may fail or be overheard. If it "
            "fails we call you. In an emergency we send help to the place you named.",
            ack="checkbox",
            elements=("C-23",),
            applies_when=["telehealth", "eq", True],
        ),
        part(
            "esketamine",
            "Esketamine nasal spray",
            "It is given only in clinics that the REMS safety program has certified, and you "
            "must be enrolled in it. You use the device yourself while we watch; you never "
            "take it home; you stay at least two hours. Its boxed warnings are: sleepiness, "
            "feeling apart from yourself, slow breathing, misuse, and thoughts of suicide.",
            ack="initials",
            elements=("C-24",),
            applies_when=["route", "eq", "in_esk"],
        ),
        part(
            "choice",
            "Your choice",
            "This is your decision. You can stop at any time, before or during a session, "
            "without giving a reason and without losing other care here. You can refuse any "
            "part.",
            ack="initials",
            elements=("C-25",),
        ),
        part(
            "cost",
            "Cost, complaints and your rights",
            "We have told you what it costs, what your insurance may not pay, what a missed "
            "or late cancelled visit costs, and what is refunded.",
            "You can complain to us or to the state's licensing board, without harm to your "
            "care. You may have an interpreter at no cost to you.",
            elements=("C-26", "C-28"),
        ),
        part(
            "outcomes",
            "May we count your results?",
            "We would like to count results without names, to make care better. You may say "
            "no; your treatment is the same. Research has a paper of its own.",
            ack="checkbox",
            elements=("C-27",),
            required=False,
        ),
        part(
            "understood",
            "Did we explain it well?",
            "Three short questions. They test our explaining, not you. You have had time to "
            "ask, and you get a copy. You sign at the end; then the clinician who explained "
            "it signs, and an interpreter or witness where one was there.",
            ack="teach_back",
            elements=("C-31", "C-32"),
            teach_back=QUESTIONS,
        ),
    ],
)
