"""PHQ-9: nine items on depressive symptoms over the last two weeks.

Source: Kroenke, Spitzer & Williams, J Gen Intern Med 2001;16(9):606-613; clinical
reference 5.1.  Total 0 to 27 points, no unit.  Wording: ``data/phq-9.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from screening.instruments.change import ChangeRules
from screening.instruments.scoring import (
    Score,
    ScoringRule,
    Severity,
    Syndrome,
    sum_score,
)

KEY: Final = "phq9"
ITEM9: Final = "phq9-9"
"""Thoughts of being better off dead, or of self-harm.  Never made up (5.1)."""

CARDINAL: Final = ("phq9-1", "phq9-2")
"""Little interest, and feeling down: one of them must be present (5.1)."""
PRESENT_FROM: Final = 2
"""“More than half the days” counts an item as present."""
ITEM9_PRESENT_FROM: Final = 1
OTHER_SYNDROME_FROM: Final = 2
MAJOR_SYNDROME_FROM: Final = 5
"""Number of items present (5.1, diagnostic algorithm)."""

SCORING: Final = ScoringRule(
    key=KEY,
    link_ids=tuple(f"phq9-{number}" for number in range(1, 10)),
    unscored_link_ids=("phq9-difficulty",),
    item_max=3,
    bands=(
        (0, Severity.MINIMAL),
        (5, Severity.MILD),
        (10, Severity.MODERATE),
        (15, Severity.MODERATELY_SEVERE),
        (20, Severity.SEVERE),
    ),
    max_missing=2,
    total_loinc="44261-6",
    total_display="Patient Health Questionnaire 9 item (PHQ-9) total score",
    source="Kroenke 2001; missing answers GK (PHQ manual)",
    safety_link_id=ITEM9,
)

CHANGE: Final = ChangeRules(
    key=KEY,
    eligible_baseline_gte=10,
    response_percent=50,
    partial_response_percent=25,
    remission_lt=5,
    mcid_points=5,
    reliable_points=6,
    deterioration_points=6,
    caseness_gte=10,
    source="HEDIS DRR-E (V); reliable change 6 points, IAPT (GK)",
)


def score(answers: Mapping[str, int | None]) -> Score:
    """Score answers by link id; an absent key or None is an unanswered item."""
    return replace(sum_score(SCORING, answers), syndrome=syndrome(answers))


def syndrome(answers: Mapping[str, int | None]) -> Syndrome | None:
    """The diagnostic algorithm; None while unanswered items could change it."""
    at_least = _syndrome(answers, if_missing=0)
    at_most = _syndrome(answers, if_missing=SCORING.item_max)
    return at_least if at_least is at_most else None


def _syndrome(answers: Mapping[str, int | None], *, if_missing: int) -> Syndrome:
    present = {key for key in SCORING.link_ids if _present(answers, key, if_missing)}
    if not present.intersection(CARDINAL):
        return Syndrome.NONE
    if len(present) >= MAJOR_SYNDROME_FROM:
        return Syndrome.MAJOR_DEPRESSIVE
    if len(present) >= OTHER_SYNDROME_FROM:
        return Syndrome.OTHER_DEPRESSIVE
    return Syndrome.NONE


def _present(answers: Mapping[str, int | None], key: str, if_missing: int) -> bool:
    answer = answers.get(key)
    value = if_missing if answer is None else answer
    return value >= (ITEM9_PRESENT_FROM if key == ITEM9 else PRESENT_FROM)
