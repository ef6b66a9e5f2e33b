"""PEG: three items on pain, its intensity and what it keeps one from, over the past week.

Source: Krebs et al., J Gen Intern Med 2009; clinical reference 5.9.  Mean 0.0 to 10.0, no
unit.  Wording: ``data/peg.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from screening.instruments.change import ChangeRules
from screening.instruments.scoring import Score, ScoringRule, sum_score

KEY: Final = "peg"
SCORING: Final = ScoringRule(
    key=KEY,
    link_ids=("peg-1", "peg-2", "peg-3"),
    unscored_link_ids=(),
    item_max=10,
    bands=(),
    max_missing=1,
    total_loinc="91147-9",
    total_display="PEG mean",
    source="Krebs 2009; with one item missing the mean of two, marked (ID)",
    top=10,
)
CHANGE: Final = ChangeRules(
    key=KEY, response_percent=30, source="A fall of 30 % is a meaningful response (5.9)"
)


def score(answers: Mapping[str, int | None]) -> Score:
    """The mean to one decimal; an absent key or None is an unanswered item."""
    summed = sum_score(SCORING, answers)
    if summed.total is None:
        return summed
    given = [
        value for key in SCORING.link_ids if (value := answers.get(key)) is not None
    ]
    mean = Decimal(sum(given)) / len(given)
    return replace(summed, total=mean.quantize(Decimal("0.1"), ROUND_HALF_UP))
