"""GAD-7: seven items on anxiety over the last two weeks.

Source: Spitzer, Kroenke, Williams & Löwe, Arch Intern Med 2006;166(10):1092-1097;
clinical reference 5.2.  Total 0 to 21 points, no unit.  Wording: ``data/gad-7.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from screening.instruments.change import ChangeRules
from screening.instruments.scoring import Score, ScoringRule, Severity, sum_score

KEY: Final = "gad7"

SCORING: Final = ScoringRule(
    key=KEY,
    link_ids=tuple(f"gad7-{number}" for number in range(1, 8)),
    unscored_link_ids=("gad7-difficulty",),
    item_max=3,
    bands=(
        (0, Severity.MINIMAL),
        (5, Severity.MILD),
        (10, Severity.MODERATE),
        (15, Severity.SEVERE),
    ),
    max_missing=2,
    total_loinc="70274-6",
    total_display="Generalized anxiety disorder 7 item (GAD-7) total score",
    source="Spitzer 2006; missing answers GK (IAPT)",
)

CHANGE: Final = ChangeRules(
    key=KEY,
    eligible_baseline_gte=10,
    response_percent=50,
    partial_response_percent=25,
    remission_lt=5,
    mcid_points=4,
    reliable_points=4,
    deterioration_points=4,
    caseness_gte=10,
    source="Response by analogy with PHQ-9 (ID); reliable change 4 points, IAPT (GK)",
)


def score(answers: Mapping[str, int | None]) -> Score:
    """Score answers by link id; an absent key or None is an unanswered item."""
    return sum_score(SCORING, answers)
