"""What a change between two scores means: response, remission, reliable change.

Clinical reference 5.1, 5.2 and 11.1.  Unrounded numbers meet the thresholds:
49.99 % is no response.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRules:
    """Thresholds of one instrument on which lower is better.  Points, no unit."""

    key: str
    eligible_baseline_gte: int
    response_percent: int
    partial_response_percent: int
    remission_lt: int
    mcid_points: int
    reliable_points: int
    deterioration_points: int
    caseness_gte: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The step from a baseline to a later score."""

    baseline: int
    latest: int
    points: int
    """Latest minus baseline: negative is better."""
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


def assess_change(*, baseline: int, latest: int, rules: ChangeRules) -> Change:
    """Compare a later score with the baseline under the instrument's rules."""
    fall = baseline - latest
    percent = Fraction(100 * fall, baseline) if baseline else None
    counts = baseline >= rules.eligible_baseline_gte
    response = percent is not None and percent >= rules.response_percent
    partial = percent is not None and percent >= rules.partial_response_percent
    return Change(
        baseline=baseline,
        latest=latest,
        points=-fall,
        percent_fall=None if percent is None else _one_decimal(percent),
        counts_for_response=counts,
        response=response if counts else None,
        partial_response=(partial and not response) if counts else None,
        remission=latest < rules.remission_lt if counts else None,
        reliable_improvement=fall >= rules.reliable_points,
        noticeable_improvement=fall >= rules.mcid_points,
        deterioration=-fall >= rules.deterioration_points,
    )


def _one_decimal(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
