"""When outcomes are read: the shipped windows (clinical reference 11.1 and 1.8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class FollowUpPoint:
    """A day after the last acute dose, and how far from it a score may lie."""

    day: int
    tolerance_days: int

    @property
    def first_day(self) -> int:
        return self.day - self.tolerance_days

    @property
    def last_day(self) -> int:
        return self.day + self.tolerance_days


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomePolicy:
    version: str = "2026.11"
    source: str = "11.1; windows ID; 28 and 56 days seed S-13, S-14"
    baseline_max_age_days: int = 30
    """Before the first dose (5.0, ID)."""
    endpoint_first_day: int = 1
    endpoint_last_day: int = 14
    points: tuple[FollowUpPoint, ...] = (
        FollowUpPoint(7, 3),
        FollowUpPoint(14, 4),
        FollowUpPoint(28, 5),
        FollowUpPoint(56, 7),
        FollowUpPoint(90, 14),
        FollowUpPoint(180, 30),
        FollowUpPoint(365, 45),
    )


DEFAULT_OUTCOME_POLICY: Final = OutcomePolicy()
