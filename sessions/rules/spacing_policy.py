"""How far apart doses lie: the shipped limits (clinical reference 1.5 and 1.10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class SpacingPolicy:
    version: str = "2026.11"
    min_hours: int = 48
    min_hours_source: str = "ID, from Mon-Wed-Fri schedules (V MURROUGH13)"
    recommended_hours: int = 72
    recommended_source: str = "ID, time to integrate"
    max_per_7_days: int = 2
    """3 in a Mon-Wed-Fri protocol."""
    max_per_7_days_source: str = "V PROV-JOURNEY (at most twice a week)"
    max_per_28_days: int = 8
    max_per_28_days_source: str = "ID (8 in 4 weeks, V SPRAVATO)"
    stale_after_days: int = 90
    stale_source: str = "V PROV-MINDBLOOM (3 months)"


DEFAULT_SPACING_POLICY: Final = SpacingPolicy()
