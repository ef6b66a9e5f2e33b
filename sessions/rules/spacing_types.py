"""What the spacing rules read and say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum


class SpacingLevel(StrEnum):
    INFO = "info"
    """Said, nothing more."""
    SOFT = "soft"
    """Worth a thought; does not stop."""
    HARD = "hard"
    """Stops, unless a prescriber writes a reason."""
    BLOCK = "block"
    """Stops, and no reason lifts it: the rule says what does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorDose:
    """A dose given, or one that is booked."""

    given_at: datetime
    is_esketamine: bool = False

    @property
    def at(self) -> datetime:
        return self.given_at.astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpacingFacts:
    """What else the rules ask of a patient; the defaults make no rule speak."""

    zone: tzinfo = UTC
    """The site's: esketamine weeks are counted in local days."""
    prescriber_saw_at: datetime | None = None
    """The last time a prescriber saw the patient (SP-08)."""
    screened_at: datetime | None = None
    """When this episode's eligibility was signed (SP-09)."""
    exclusion_event_at: datetime | None = None
    """The last event that would exclude, such as a new exclusion-level diagnosis."""
    serious_event_open: bool = False
    """A serious event that prescriber and medical director have not both cleared."""
    sessions_missed: int = 0
    """Esketamine visits missed during the induction."""
    min_hours: int | None = None
    max_per_7_days: int | None = None
    """Where the patient's protocol differs from the policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpacingFinding:
    code: str
    level: SpacingLevel
    sentence: str
    source: str
    earliest_at: datetime | None
    """When this rule would be satisfied; None when waiting does not help."""
    asks_review: bool = False
    """The medical director gets a review to do (SP-07)."""

    @property
    def stops(self) -> bool:
        return self.level in {SpacingLevel.HARD, SpacingLevel.BLOCK}
