"""How soon a clinician takes an alert on, and what must be done before it is closed.

Clinical reference 5.13 (times ID).  Numbers marked "ours" are this product's defaults.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Door(StrEnum):
    """What called for a clinician."""

    ITEM9 = "item9"
    CSSRS = "cssrs"
    HELP = "help"


class Level(StrEnum):
    """Triage of the C-SSRS screener (5.6); UNKNOWN: it was not asked yet."""

    UNKNOWN = "unknown"
    NONE = "none"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


RANK: Final = {level: place for place, level in enumerate(Level)}

ITEM9_WITHIN: Final = {
    1: timedelta(hours=4),
    2: timedelta(hours=2),
    3: timedelta(minutes=30),
}
"""PHQ-9 item 9 to the time by which it is taken on (5.13.2)."""
ITEM9_OPEN_WITHIN: Final = timedelta(hours=2)
"""Item 9 left open: "missing = ask" (5.13.9); the time is ours."""
CSSRS_WITHIN: Final = {
    Level.LOW: timedelta(hours=4),
    Level.MODERATE: timedelta(hours=1),
    Level.HIGH: timedelta(minutes=30),
}
"""Ours, within 5.13.4: moderate is contacted the same day, high within the hour."""
HELP_WITHIN: Final = timedelta(minutes=30)
"""Somebody asked to be called: as the gravest answer (ours)."""
CONTACT_WITHIN: Final = timedelta(hours=1)
"""High: contact within 1 h (5.13.4)."""
LATEST_EVENING: Final = timedelta(hours=4)
"""Where no opening hours end the day, "not left open overnight" means this long (ours)."""
URGENT_INTERVAL: Final = timedelta(minutes=15)
"""A person who was told has this long at most before the next is told (ours)."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One thing that called: ``value`` of item 9 (None: left open), ``level`` of the screener."""

    door: Door
    value: int | None = None
    level: Level = Level.UNKNOWN


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When it must be taken on, when the patient must have been reached, when it must be closed."""

    acknowledge_by: datetime
    interval: timedelta
    contact_by: datetime | None
    close_by: datetime | None


def needs_clinician(trigger: Trigger) -> bool:
    """A zero and a negative screen call nobody."""
    if trigger.door is Door.ITEM9:
        return trigger.value != 0
    if trigger.door is Door.CSSRS:
        return trigger.level in CSSRS_WITHIN
    return True


def acknowledge_within(trigger: Trigger) -> timedelta:
    """How long a clinician has to take it on."""
    if trigger.door is Door.HELP:
        return HELP_WITHIN
    if trigger.door is Door.CSSRS:
        return CSSRS_WITHIN[trigger.level]
    if trigger.value is None:
        return ITEM9_OPEN_WITHIN
    return ITEM9_WITHIN[trigger.value]


def deadlines(
    trigger: Trigger, *, at: datetime, closes_at: datetime | None
) -> Deadlines:
    """``closes_at``: when the site closes today, None when it is closed now.

    The next person is told after the same time again, but never later than an hour's
    quarter when the first time was short.
    """
    within = acknowledge_within(trigger)
    is_high = trigger.level is Level.HIGH
    same_day = is_high or trigger.level is Level.MODERATE
    evening = closes_at if closes_at and closes_at > at else at + LATEST_EVENING
    return Deadlines(
        acknowledge_by=at + within,
        interval=within if within > CONTACT_WITHIN else min(within, URGENT_INTERVAL),
        contact_by=at + CONTACT_WITHIN if is_high else None,
        close_by=evening if same_day else None,
    )


def highest(levels: Sequence[Level]) -> Level:
    """The highest wins (5.6)."""
    return max(levels, key=RANK.__getitem__, default=Level.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the checklist; ``by_prescriber``: only a prescriber ticks it."""

    code: str
    words: str
    detail: str = ""
    by_prescriber: bool = False


TALKED: Final = Step(
    "talked", "Talk with the patient", "How are they now? What would help today?"
)
SCREENED: Final = Step(
    "screened",
    "Ask the C-SSRS screener",
    "By link or yourself, today. Its result ticks this step.",
)
NOT_SCREENED: Final = Step(
    "not-screened",
    "The screener could not be asked",
    "Say why. It then counts as moderate.",
)
PLAN_OFFERED: Final = Step("plan-offered", "Offer a safety plan")
PLAN_MADE: Final = Step(
    "plan-made",
    "Make the safety plan, or go through it",
    "A new version, or read it again.",
)
PRESCRIBER_TOLD: Final = Step("prescriber-told", "Tell the prescriber")
PRESCRIBER_NOTE: Final = Step(
    "prescriber-note",
    "Prescriber's note: may dosing go on?",
    "No dose before this note.",
    by_prescriber=True,
)
STAYED: Final = Step(
    "stayed",
    "Stay with the patient or on the phone",
    "Until help or a safe person is there.",
)
EMERGENCY: Final = Step(
    "emergency",
    "Emergency services, by the clinic's policy",
    "Called, or why not, in the note.",
)
MEANS: Final = Step(
    "means", "Talk about means: what is within reach, who can take it away"
)
HANDED_OVER: Final = Step(
    "handed-over",
    "Who is with the patient tonight",
    "Name whom the patient is with, or where. Not left open overnight.",
)

STEPS: Final = {
    Level.UNKNOWN: (TALKED, SCREENED),
    Level.NONE: (TALKED, SCREENED),
    Level.LOW: (TALKED, SCREENED, PLAN_OFFERED),
    Level.MODERATE: (TALKED, SCREENED, PLAN_MADE, PRESCRIBER_TOLD, PRESCRIBER_NOTE),
    Level.HIGH: (
        TALKED,
        STAYED,
        SCREENED,
        EMERGENCY,
        MEANS,
        PRESCRIBER_TOLD,
        PLAN_MADE,
        HANDED_OVER,
        PRESCRIBER_NOTE,
    ),
}
"""What must be ticked before an alert of each level is closed (5.13.4)."""

NOTE_NEEDED: Final = frozenset(
    {NOT_SCREENED.code, EMERGENCY.code, HANDED_OVER.code, PRESCRIBER_NOTE.code}
)
"""Steps that are ticked with words."""

ALL_STEPS: Final = {step.code: step for steps in STEPS.values() for step in steps} | {
    NOT_SCREENED.code: NOT_SCREENED
}

PAPER: Final = {
    f"paper-{level}": Step(f"paper-{level}", f"Screener asked on paper: {level}")
    for level in (Level.NONE, Level.LOW, Level.MODERATE, Level.HIGH)
}
"""Where the screener is asked outside this product, its result is written down."""

SENTENCES: Final = {
    Level.UNKNOWN: "The screener says how grave it is. Until it is asked, nobody knows.",
    Level.NONE: "The screener is negative. Talk about what was answered.",
    Level.LOW: "Low: talk at the visit, offer a safety plan.",
    Level.MODERATE: "Moderate: contact today, a safety plan, no dose before the prescriber's note.",
    Level.HIGH: "High: contact within 1 hour, stay on the phone, not left open overnight.",
}


def counted_level(levels: Sequence[Level], done: Collection[str]) -> Level:
    """The highest result; without one, "could not be asked" counts as moderate (5.6)."""
    found = highest(levels)
    if found is Level.UNKNOWN and NOT_SCREENED.code in done:
        return Level.MODERATE
    return found


def missing_steps(level: Level, done: Collection[str]) -> list[Step]:
    """What still stands in the way of closing."""
    ticked = set(done)
    if NOT_SCREENED.code in ticked:
        ticked.add(SCREENED.code)
    return [step for step in STEPS[level] if step.code not in ticked]
