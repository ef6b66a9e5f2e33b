"""What every summed questionnaire shares: totals, missing answers, bands.

Missing answers: clinical reference 5.1 and 5.2 (GK, PHQ manual and IAPT practice).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class ScoreStatus(StrEnum):
    COMPLETE = "complete"
    PRORATED = "prorated"
    ITEM9_MISSING = "item9_missing"
    """The safety item is unanswered.  It is asked, never guessed."""
    INVALID = "invalid"


class Severity(StrEnum):
    MINIMAL = "minimal"
    MILD = "mild"
    MODERATE = "moderate"
    MODERATELY_SEVERE = "moderately-severe"
    SEVERE = "severe"

    @property
    def label(self) -> str:
        return self.value.replace("-", " ")


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
    """Lowest total of each band, ascending, the first from 0."""
    max_missing: int
    """With more unanswered items than this there is no total."""
    total_loinc: str
    total_display: str
    source: str
    safety_link_id: str | None = None
    """An item that must be answered by a person and is never made up."""

    @property
    def maximum(self) -> int:
        return self.item_max * len(self.link_ids)

    def severity(self, total: int) -> Severity:
        return [band for start, band in self.bands if total >= start][-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The result of one filled-in questionnaire."""

    key: str
    status: ScoreStatus
    total: int | None
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

    @property
    def prorated(self) -> bool:
        """True when the total holds a share for unanswered items."""
        return self.total is not None and bool(self.missing)

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
        if value is not None and not 0 <= value <= rule.item_max:
            raise AnswerRefused(
                f"{link_id}: {value} is not possible. Answers are 0 to {rule.item_max}."
            )


def sum_score(rule: ScoringRule, answers: Mapping[str, int | None]) -> Score:
    """Sum the answers; up to ``max_missing`` gaps count as the mean of the rest."""
    check_answers(rule, answers)
    given = [value for key in rule.link_ids if (value := answers.get(key)) is not None]
    missing = tuple(key for key in rule.link_ids if answers.get(key) is None)
    total = None if len(missing) > rule.max_missing else _prorate(rule, given)
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


def _prorate(rule: ScoringRule, given: list[int]) -> int:
    """Mean of the answered items times the number of items, half rounded up."""
    exact = Fraction(sum(given) * len(rule.link_ids), len(given))
    return int(exact + Fraction(1, 2))


def _status(
    rule: ScoringRule, total: int | None, missing: tuple[str, ...]
) -> ScoreStatus:
    if total is None:
        return ScoreStatus.INVALID
    if rule.safety_link_id in missing:
        return ScoreStatus.ITEM9_MISSING
    return ScoreStatus.PRORATED if missing else ScoreStatus.COMPLETE
