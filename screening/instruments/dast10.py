"""DAST-10: ten questions on drugs other than alcohol and tobacco, over the past 12 months.

Source: Skinner 1982, CAMH; clinical reference 5.5.  Total 0 to 10 points, no unit.  In this
wording "No" to item 3 is the point: an answer's value is its points, so the questionnaire's own
options say it (the other wording in circulation is scored the other way round).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from screening.instruments.scoring import Score, ScoringRule, Severity, sum_score

KEY: Final = "dast10"
SCORING: Final = ScoringRule(
    key=KEY,
    link_ids=tuple(f"dast10-{number}" for number in range(1, 11)),
    unscored_link_ids=(),
    item_max=1,
    bands=(
        (0, Severity.NONE),
        (1, Severity.LOW),
        (3, Severity.MODERATE),
        (6, Severity.SUBSTANTIAL),
        (9, Severity.SEVERE),
    ),
    max_missing=0,
    total_loinc="82667-7",
    total_display="Drug Abuse Screening Test-10 (DAST-10) total score",
    source="Skinner 1982",
)


def score(answers: Mapping[str, int | None]) -> Score:
    """Sum the points; one unanswered item leaves it without a total."""
    return sum_score(SCORING, answers)
