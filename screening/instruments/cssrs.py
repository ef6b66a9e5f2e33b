"""C-SSRS screener, recent: six questions on suicidal thoughts and acts, and their triage.

Clinical reference 5.6: 1 or 2 yes is low; 3 yes moderate; 4 or 5 yes high; 6 within three
months high, 6 longer ago moderate; the highest wins.  Without "yes" to 2, 3 to 5 are not asked.
The wording is third-party content: ``packs/c-ssrs/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from screening.instruments.scoring import (
    Flag,
    Score,
    ScoreStatus,
    ScoringRule,
    Severity,
    check_answers,
)

KEY: Final = "cssrs"

WISH_DEAD: Final = "cssrs-1"
THOUGHTS: Final = "cssrs-2"
METHOD: Final = "cssrs-3"
INTENT: Final = "cssrs-4"
PLAN: Final = "cssrs-5"
BEHAVIOR: Final = "cssrs-6"
BEHAVIOR_RECENT: Final = "cssrs-6-3m"
"""Within the past three months; asked only after "yes" to 6."""

AFTER_THOUGHTS: Final = (METHOD, INTENT, PLAN)
LINK_IDS: Final = (WISH_DEAD, THOUGHTS, *AFTER_THOUGHTS, BEHAVIOR, BEHAVIOR_RECENT)


SCORING: Final = ScoringRule(
    key=KEY,
    link_ids=LINK_IDS,
    unscored_link_ids=(),
    item_max=1,
    bands=(),
    max_missing=0,
    total_loinc="93374-7",
    total_display="Suicide risk level, C-SSRS screener",
    source="Posner 2011; triage points of the recent screener",
    top=3,
)


class Risk(StrEnum):
    """The triage level, as the screener's result is called."""

    NONE = "none"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 to 3; kept as the value of the Observation 93374-7."""
        return list(Risk).index(self)


Answers = Mapping[str, int | None]
"""1 is yes, 0 no, None or absent unanswered, by link id."""


def asked(answers: Answers) -> tuple[str, ...]:
    """The questions that apply after the answers given so far."""
    after_2 = AFTER_THOUGHTS if answers.get(THOUGHTS) == 1 else ()
    after_6 = (BEHAVIOR_RECENT,) if answers.get(BEHAVIOR) == 1 else ()
    return (WISH_DEAD, THOUGHTS, *after_2, BEHAVIOR, *after_6)


def unanswered(answers: Answers) -> tuple[str, ...]:
    """Questions that apply and have no answer."""
    return tuple(key for key in asked(answers) if answers.get(key) is None)


def risk(answers: Answers) -> Risk:
    """The highest level that the answers, or their gaps, call for.

    An unanswered 6 counts as moderate (5.6).  By the same caution (ours) so does any other
    question left open, and "yes" to 6 without its time counts as within three months.
    """
    levels = [Risk.NONE]
    if unanswered(answers):
        levels.append(Risk.MODERATE)
    levels += [level for key, level in _LEVELS if answers.get(key) == 1]
    if answers.get(BEHAVIOR) == 1 and answers.get(BEHAVIOR_RECENT) != 0:
        levels.append(Risk.HIGH)
    return max(levels, key=lambda level: level.rank)


_LEVELS: Final = (
    (WISH_DEAD, Risk.LOW),
    (THOUGHTS, Risk.LOW),
    (METHOD, Risk.MODERATE),
    (INTENT, Risk.HIGH),
    (PLAN, Risk.HIGH),
    (BEHAVIOR, Risk.MODERATE),
)


def score(answers: Answers) -> Score:
    """The level as a Score: 0 none to 3 high.  It stands also while questions are open."""
    check_answers(SCORING, answers)
    level, open_ones = risk(answers), unanswered(answers)
    return Score(
        key=KEY,
        status=ScoreStatus.INCOMPLETE if open_ones else ScoreStatus.COMPLETE,
        total=level.rank,
        severity=Severity(level.value),
        maximum=SCORING.maximum,
        missing=open_ones,
        total_loinc=SCORING.total_loinc,
        flags=tuple(
            Flag(key, "Yes") for key in asked(answers) if answers.get(key) == 1
        ),
        meets_rule=level is not Risk.NONE,
    )
