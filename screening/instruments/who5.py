"""WHO-5: five statements on well-being over the last two weeks.

Source: WHO 2024; clinical reference 5.8.  Percentage 0 to 100: the raw sum times 4; higher is
better.  Wording: ``packs/who-5/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from screening.instruments.change import ChangeRules
from screening.instruments.scoring import (
    Score,
    ScoringRule,
    Severity,
    Subscale,
    sum_score,
)

KEY: Final = "who5"
PERCENT_PER_POINT: Final = 4
RAW_MAXIMUM: Final = 25
SCORING: Final = ScoringRule(
    key=KEY,
    link_ids=tuple(f"who5-{number}" for number in range(1, 6)),
    unscored_link_ids=(),
    item_max=5,
    bands=(
        (0, Severity.VERY_LOW_WELLBEING),
        (29, Severity.LOW_WELLBEING),
        (51, Severity.NOT_LOW),
    ),
    max_missing=0,
    total_loinc="kap-who-5",
    total_display="WHO-5 well-being index, percent",
    source="WHO 2024: 50 or less is low, 28 or less may mean depression",
    top=100,
)
CHANGE: Final = ChangeRules(
    key=KEY,
    mcid_points=10,
    deterioration_points=10,
    is_higher_better=True,
    source="10 percentage points are meaningful (5.8)",
)


def score(answers: Mapping[str, int | None]) -> Score:
    """The percentage; all five statements are needed."""
    summed = sum_score(SCORING, answers)
    if summed.total is None:
        return summed
    percent = PERCENT_PER_POINT * int(summed.total)
    raw = Subscale("raw", "Raw", Decimal(summed.total), RAW_MAXIMUM)
    return replace(
        summed, total=percent, severity=SCORING.severity(percent), subscales=(raw,)
    )
