"""What a preparation visit talks through, and what is missing before it is signed.

Clinical reference 1.9; figures of the routes from 2.1, 2.5 and 2.8.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

Point = tuple[str, str]
"""Code and words of something that is ticked once it was talked through."""

ROUTES: Final = {
    "iv": "IV infusion",
    "im": "IM injection",
    "sl": "Sublingual",
    "in_esk": "Esketamine, nasal spray",
}

EDUCATION_ALL: Final[tuple[Point, ...]] = (
    ("edu-effects", "Floating, changed sight, sound, time and body; it passes"),
    ("edu-body", "Blood pressure and pulse rise for a while; nausea, dizziness"),
    ("edu-after", "Tired until the next morning's sleep; no driving before it"),
)
EDUCATION: Final[Mapping[str, tuple[Point, ...]]] = {
    "iv": (
        *EDUCATION_ALL,
        ("edu-iv-course", "Drip of 40 min; felt within 5 min, about 1 hour in all"),
        ("edu-iv-strength", "Strong and even; the drip can be stopped at once"),
        ("edu-iv-stay", "At least 100 min from the start, then the leaving check"),
    ),
    "im": (
        *EDUCATION_ALL,
        (
            "edu-im-course",
            "Felt within minutes, peak at 5 to 20 min, 30 to 45 min in all",
        ),
        ("edu-im-strength", "Slightly stronger than a drip; what is given stays"),
        ("edu-im-stay", "At least 90 min from the last injection"),
    ),
    "sl": (
        *EDUCATION_ALL,
        (
            "edu-sl-course",
            "Hold 10 to 15 min; felt after 10 to 20 min, up to 90 min in all",
        ),
        ("edu-sl-strength", "Gentler; empty mouth before, do not swallow early"),
        ("edu-sl-stay", "At least 90 min from the dose"),
    ),
    "in_esk": (
        *EDUCATION_ALL,
        (
            "edu-esk-course",
            "5 min between devices; felt after 5 to 10 min, about 1 hour in all",
        ),
        (
            "edu-esk-strength",
            "Gentle to middle; head back, sniff, do not blow the nose",
        ),
        ("edu-esk-stay", "At least 120 min after the last device (REMS)"),
    ),
}
EXPECTATIONS: Final[tuple[Point, ...]] = (
    ("exp-varies", "Each session is different; one does not predict the next"),
    ("exp-none", "There may be no effect, or a short one"),
    ("exp-hard", "Hard feelings may come; they are met, not pushed away"),
)
NAVIGATION: Final[tuple[Point, ...]] = (
    ("nav-trust", "Trust, let go, be open to what comes"),
    ("nav-breathe", "Back to the breath when it is too much"),
    ("nav-ask", "Ask for a hand, a word or quiet at any time"),
)
THERAPIST: Final[tuple[Point, ...]] = (
    ("role-does", "Stays in the room, listens, keeps safe, writes down"),
    ("role-not", "Does not lead, does not interpret, does not leave alone"),
)
SETTING: Final[tuple[Point, ...]] = (
    ("set-toilet", "Toilet before the dose; help to it during the session"),
)
LOGISTICS: Final[tuple[Point, ...]] = (
    ("log-fasting", "Food and drink: times before the dose"),
    ("log-medicines", "Medicines: what to take and what to leave that morning"),
    ("log-escort", "An adult takes them home"),
    ("log-driving", "No driving until the next day after sleep"),
    ("log-phone", "Phone off and away"),
)
EVENING: Final[tuple[Point, ...]] = (
    ("eve-rest", "Rest, light food, nothing planned"),
    ("eve-decisions", "No big decisions until the next day"),
    ("eve-journal", "Journal that evening and the next morning"),
)
TOUCH: Final[tuple[Point, ...]] = (
    ("touch-revocable", "Any touch ends at once by the stop signal"),
)
INTEGRATION: Final = "integration-booked"

LIGHT: Final = {"dark": "Dark", "dim": "Dim", "soft": "Soft daylight"}
WARMTH: Final = {"cool": "Cool", "usual": "As usual", "warm": "Warm, with a blanket"}

RISKS: Final[tuple[Point, ...]] = (
    ("risk-strange", "Feeling strange, far away or frightened for a while (C-06)"),
    ("risk-pressure", "Blood pressure and pulse rise (C-06, C-07)"),
    ("risk-driving", "Not safe to drive or decide until after sleep (C-13)"),
    (
        "risk-mood",
        "Mood may get worse, also thoughts of suicide: whom to call (C-07, C-29)",
    ),
    ("risk-habit", "Bladder, habit and tolerance with frequent use (C-08)"),
)
"""Key risks of the consent (part 8) that are said back in the patient's own words."""
RISKS_NEEDED: Final = 3
"""1.9: "patient repeats 3 key risks in own words"."""
SENTENCES_MOST: Final = 3
"""1.9: the intention has one to three sentences."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the visit."""

    key: str
    title: str


SECTIONS: Final = (
    Section("education", "The route and its effects"),
    Section("intention", "Intention"),
    Section("expectations", "Expectations and how to meet them"),
    Section("touch", "Therapist, touch, stop signal"),
    Section("setting", "Room, music, eye shades"),
    Section("grounding", "Triggers and grounding"),
    Section("support", "Support and safety plan"),
    Section("logistics", "The day and the evening"),
    Section("teach-back", "Risks said back"),
    Section("integration", "Integration visits"),
)
TITLES: Final = {section.key: section.title for section in SECTIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Talked:
    """What is written down so far."""

    route: str = ""
    ticked: Collection[str] = ()
    intention: str = ""
    touch: str = ""
    stop_signal: str = ""
    music: str = ""
    eye_shades: bool | None = None
    grounding: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)
    said_back: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Risk to (``yes`` or ``no`` or nothing, own words)."""
    integration_booked: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not there yet, and in which section."""

    section: str
    sentence: str


def sentences_in(text: str) -> int:
    """How many sentences a text has, by its full stops."""
    return len([part for part in re.split(r"[.!?]+(?:\s|$)", text) if part.strip()])


def missing(talked: Talked) -> list[Missing]:
    """Everything that stands in the way of signing, in the order of the sections."""
    return [
        *_education(talked),
        *_intention(talked),
        *_ticks(talked, "expectations", (*EXPECTATIONS, *NAVIGATION)),
        *_touch(talked),
        *_setting(talked),
        *_text(
            talked, "grounding", "triggers", "Triggers, or that there are none known."
        ),
        *_own(
            talked.grounding, "grounding", "What brings the patient back to the ground."
        ),
        *_text(
            talked, "support", "support_person", "Who supports, and how to reach them."
        ),
        *_ticks(talked, "logistics", (*LOGISTICS, *EVENING)),
        *_said_back(talked),
        *_integration(talked),
    ]


def progress(talked: Talked) -> dict[str, int]:
    """How many things each section still lacks; 0 is done."""
    found = dict.fromkeys(TITLES, 0)
    for one in missing(talked):
        found[one.section] += 1
    return found


def _education(talked: Talked) -> list[Missing]:
    if talked.route not in EDUCATION:
        return [Missing("education", "Choose the route that was explained.")]
    return _ticks(talked, "education", EDUCATION[talked.route])


def _ticks(talked: Talked, section: str, points: Collection[Point]) -> list[Missing]:
    return [
        Missing(section, f"Not talked through: {words[0].lower()}{words[1:]}.")
        for code, words in points
        if code not in talked.ticked
    ]


def _intention(talked: Talked) -> list[Missing]:
    if not talked.intention.strip():
        sentence = "Write down the patient's intention before signing."
        return [Missing("intention", sentence)]
    if sentences_in(talked.intention) > SENTENCES_MOST:
        return [Missing("intention", "Shorten the intention to three sentences.")]
    return []


def _touch(talked: Talked) -> list[Missing]:
    found = _ticks(talked, "touch", THERAPIST)
    if not talked.touch:
        found.append(Missing("touch", "Say which touch is agreed, if any."))
    if talked.touch not in ("", "none"):
        found += _ticks(talked, "touch", TOUCH)
    return [*found, *_own(talked.stop_signal, "touch", "Agree on a stop signal.")]


def _setting(talked: Talked) -> list[Missing]:
    found = _ticks(talked, "setting", SETTING)
    found += _own(talked.music, "setting", "What music, or none.")
    if talked.eye_shades is None:
        found.append(Missing("setting", "Eye shades: yes or no."))
    for name, sentence in (
        ("lyrics", "Music with words: yes or no."),
        ("light", "Which light."),
        ("warmth", "How warm."),
    ):
        found += _text(talked, "setting", name, sentence)
    return found


def _text(talked: Talked, section: str, name: str, sentence: str) -> list[Missing]:
    return _own(talked.detail.get(name, ""), section, sentence)


def _own(text: str, section: str, sentence: str) -> list[Missing]:
    return [] if text.strip() else [Missing(section, sentence)]


def _said_back(talked: Talked) -> list[Missing]:
    """Three risks said back with words; one that was not understood is explained again."""
    found, good = [], 0
    for code, words in RISKS:
        answer, own = talked.said_back.get(code, ("", ""))
        if answer == "no":
            found.append(
                Missing(
                    "teach-back", f"Not understood yet: {words[0].lower()}{words[1:]}."
                )
            )
        elif answer == "yes" and not own.strip():
            found.append(Missing("teach-back", f"In the patient's words: {words}."))
        elif answer == "yes":
            good += 1
    if good < RISKS_NEEDED:
        found.append(
            Missing("teach-back", f"{good} of {RISKS_NEEDED} risks are said back.")
        )
    return found


def _integration(talked: Talked) -> list[Missing]:
    if talked.integration_booked or INTEGRATION in talked.ticked:
        return []
    sentence = "Book the integration visits before the first dose, or tick why not yet."
    return [Missing("integration", sentence)]
