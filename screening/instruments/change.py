"""What a change between two scores means: response, remission, reliable change.

Clinical reference 5.1 to 5.9 and 11.1.  Unrounded numbers meet the thresholds:
49.99 % is no response.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

BASELINE_MAX_AGE_DAYS: Final = 30
"""Days before the first dose (5.0, ID)."""

Points = int | Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRules:
    """Thresholds of one instrument.  Points, no unit; None where none is published."""

    key: str
    source: str
    eligible_baseline_gte: int = 1
    response_percent: int | None = None
    partial_response_percent: int | None = None
    remission_lt: int | None = None
    mcid_points: int | None = None
    reliable_points: int | None = None
    deterioration_points: int | None = None
    caseness_gte: int | None = None
    significant_end_lte: int | None = None
    """A reliable improvement that ends here or below is clinically significant."""
    is_higher_better: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The step from a baseline to a later score."""

    baseline: Points
    latest: Points
    points: Points
    """Latest minus baseline."""
    percent_fall: Decimal | None
    """Rounded to one decimal for reading; None from a baseline of 0."""
    counts_for_response: bool
    """False when the baseline is too low to speak of response or remission."""
    response: bool | None
    partial_response: bool | None
    remission: bool | None
    reliable_improvement: bool
    noticeable_improvement: bool
    """At least the smallest difference that patients notice (MCID)."""
    deterioration: bool
    clinically_significant: bool | None = None
    """None when the instrument has no such rule."""


def assess_change(*, baseline: Points, latest: Points, rules: ChangeRules) -> Change:
    """Compare a later score with the baseline under the instrument's rules."""
    fall = Fraction(baseline) - Fraction(latest)
    better = -fall if rules.is_higher_better else fall
    percent = 100 * fall / Fraction(baseline) if baseline else None
    counts = baseline >= rules.eligible_baseline_gte
    response = _reaches(percent, rules.response_percent) if counts else None
    partial = _reaches(percent, rules.partial_response_percent) if counts else None
    reliable = bool(_reaches(better, rules.reliable_points))
    return Change(
        baseline=baseline,
        latest=latest,
        points=latest - baseline,
        percent_fall=None if percent is None else _one_decimal(percent),
        counts_for_response=counts,
        response=response,
        partial_response=None if partial is None else partial and not response,
        remission=_remission(latest, rules) if counts else None,
        reliable_improvement=reliable,
        noticeable_improvement=bool(_reaches(better, rules.mcid_points)),
        deterioration=bool(_reaches(-better, rules.deterioration_points)),
        clinically_significant=_significant(latest, rules, is_reliable=reliable),
    )


def change_words(change: Change) -> list[str]:
    """What the change amounts to, the strongest first; nothing is claimed without a rule."""
    said = [
        (change.remission, "remission"),
        (change.response, "response"),
        (change.partial_response, "partial response"),
        (change.clinically_significant, "clinically significant"),
        (change.reliable_improvement, "reliable improvement"),
        (change.deterioration, "reliably worse"),
    ]
    words = [word for holds, word in said if holds]
    if not words and change.noticeable_improvement:
        words.append("noticeable improvement")
    return words


def baseline_index(days: Sequence[date], first_dose_on: date | None) -> int | None:
    """Which of the valid scores, oldest first, is the baseline; None when there is none.

    The last one at most 30 days before the first dose, or on its day (5.0); before any dose
    the newest one will be it, so that nothing is compared yet; without one that fits, none.
    """
    if first_dose_on is None:
        return None
    fitting = [
        index
        for index, day in enumerate(days)
        if 0 <= (first_dose_on - day).days <= BASELINE_MAX_AGE_DAYS
    ]
    return fitting[-1] if fitting else None


def _reaches(value: Fraction | None, threshold: int | None) -> bool | None:
    """None where there is no threshold; a change in percent from 0 reaches none."""
    if threshold is None:
        return None
    return value is not None and value >= threshold


def _remission(latest: Points, rules: ChangeRules) -> bool | None:
    return None if rules.remission_lt is None else latest < rules.remission_lt


def _significant(
    latest: Points, rules: ChangeRules, *, is_reliable: bool
) -> bool | None:
    end = rules.significant_end_lte
    return None if end is None else is_reliable and latest <= end


def _one_decimal(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
