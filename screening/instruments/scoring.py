"""What every scored questionnaire shares: totals, missing answers, bands, findings.

Missing answers: clinical reference 5.1 and 5.2 (GK, PHQ manual and IAPT practice).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class ScoreStatus(StrEnum):
    COMPLETE = "complete"
    PRORATED = "prorated"
    ITEM9_MISSING = "item9_missing"
    """The safety item is unanswered.  It is asked, never guessed."""
    INCOMPLETE = "incomplete"
    """A level is shown all the same: the least that has to be assumed."""
    INVALID = "invalid"


class Severity(StrEnum):
    """The bands of all instruments; each uses some of them."""

    NONE = "none"
    MINIMAL = "minimal"
    MILD = "mild"
    LOW = "low"
    MODERATE = "moderate"
    MODERATELY_SEVERE = "moderately-severe"
    SUBSTANTIAL = "substantial"
    SEVERE = "severe"
    HIGH = "high"
    NEGATIVE = "negative"
    POSITIVE = "positive"
    BELOW_CUT = "below-the-cut-point"
    AT_CUT = "at-the-cut-point"
    ZONE_1 = "zone-I-low-risk"
    ZONE_2 = "zone-II-hazardous"
    ZONE_3 = "zone-III-harmful"
    ZONE_4 = "zone-IV-dependence-possible"
    LOW_WELLBEING = "low-well-being"
    VERY_LOW_WELLBEING = "very-low-well-being"
    NOT_LOW = "not-low"

    @property
    def label(self) -> str:
        return self.value.replace("-", " ").replace("well being", "well-being")


class Syndrome(StrEnum):
    """The PHQ-9 diagnostic algorithm.  A flag for the clinician, no diagnosis."""

    NONE = "none"
    OTHER_DEPRESSIVE = "other-depressive-syndrome"
    MAJOR_DEPRESSIVE = "major-depressive-syndrome"


class AnswerRefused(ValueError):
    """An answer that the questionnaire does not offer."""


@dataclass(frozen=True, slots=True)
class ScoringRule:
    """How one questionnaire is summed.  Points have no unit."""

    key: str
    link_ids: tuple[str, ...]
    unscored_link_ids: tuple[str, ...]
    item_max: int
    bands: tuple[tuple[int, Severity], ...]
    """Lowest total of each band, ascending, the first from 0.  Empty: none published."""
    max_missing: int
    """With more unanswered items than this there is no total."""
    total_loinc: str
    total_display: str
    source: str
    safety_link_id: str | None = None
    """An item that must be answered by a person and is never made up."""
    values: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Values of an item that takes others than 0 to ``item_max``."""
    top: int | None = None
    """The highest result where it is not the sum of all items."""
    edition: int = 1
    """Goes up when the module is corrected; responses can then be scored anew."""

    @property
    def maximum(self) -> int:
        return self.item_max * len(self.link_ids) if self.top is None else self.top

    def severity(self, total: float | Decimal | Fraction) -> Severity | None:
        """The band of a total."""
        return next(
            (band for start, band in reversed(self.bands) if total >= start), None
        )

    def allowed(self, link_id: str) -> tuple[int, ...]:
        return self.values.get(link_id) or tuple(range(self.item_max + 1))


@dataclass(frozen=True, slots=True)
class Subscale:
    """A part of the score, such as a cluster of symptoms."""

    key: str
    label: str
    total: Decimal
    maximum: int


@dataclass(frozen=True, slots=True)
class Flag:
    """An answer that a clinician looks at."""

    link_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The result of one filled-in questionnaire."""

    key: str
    status: ScoreStatus
    total: int | Decimal | None
    """None when too much is unanswered."""
    severity: Severity | None
    maximum: int
    missing: tuple[str, ...]
    """Link ids of scored items without an answer."""
    total_loinc: str
    self_harm_value: int | None = None
    """PHQ-9 item 9, 0 to 3; None when unanswered or when there is no such item."""
    syndrome: Syndrome | None = None
    """None when unanswered items leave it open, or when there is no algorithm."""
    subscales: tuple[Subscale, ...] = ()
    flags: tuple[Flag, ...] = ()
    meets_rule: bool | None = None
    """The instrument's rule beyond the total; None when it has none or gaps leave it open."""

    @property
    def prorated(self) -> bool:
        """True when the total holds a share for unanswered items."""
        return (
            self.total is not None
            and bool(self.missing)
            and self.status is not ScoreStatus.INCOMPLETE
        )

    @property
    def self_harm_reported(self) -> bool | None:
        """True for any answer above “Not at all”; None when nobody has answered."""
        return None if self.self_harm_value is None else self.self_harm_value > 0


def check_answers(rule: ScoringRule, answers: Mapping[str, int | None]) -> None:
    """Raise AnswerRefused for an item or a value the questionnaire does not have."""
    known = {*rule.link_ids, *rule.unscored_link_ids}
    for link_id, value in answers.items():
        if link_id not in known:
            raise AnswerRefused(f"{rule.key} has no item {link_id!r}.")
        allowed = rule.allowed(link_id)
        if value is not None and value not in allowed:
            raise AnswerRefused(
                f"{link_id}: {value} is not possible."
                f" Answers are {allowed[0]} to {allowed[-1]}."
            )


def sum_score(
    rule: ScoringRule,
    answers: Mapping[str, int | None],
    *,
    asked: tuple[str, ...] | None = None,
) -> Score:
    """Sum the answers; up to ``max_missing`` gaps count as the mean of the rest.

    ``asked``: the items that apply, when some were left out by rule; those count nothing.
    """
    check_answers(rule, answers)
    items = rule.link_ids if asked is None else asked
    given = [value for key in items if (value := answers.get(key)) is not None]
    missing = tuple(key for key in items if answers.get(key) is None)
    total = None if len(missing) > rule.max_missing else _prorate(items, given)
    return Score(
        key=rule.key,
        status=_status(rule, total, missing),
        total=total,
        severity=None if total is None else rule.severity(total),
        maximum=rule.maximum,
        missing=missing,
        total_loinc=rule.total_loinc,
        self_harm_value=answers.get(rule.safety_link_id or ""),
    )


def _prorate(items: tuple[str, ...], given: list[int]) -> int:
    """Mean of the answered items times the number of items, half rounded up."""
    return half_up(Fraction(sum(given) * len(items), len(given)))


def half_up(value: Fraction) -> int:
    """The nearest whole number; halves go up.  For values from 0 up."""
    return int(value + Fraction(1, 2))


def _status(
    rule: ScoringRule, total: int | None, missing: tuple[str, ...]
) -> ScoreStatus:
    if total is None:
        return ScoreStatus.INVALID
    if rule.safety_link_id in missing:
        return ScoreStatus.ITEM9_MISSING
    return ScoreStatus.PRORATED if missing else ScoreStatus.COMPLETE
