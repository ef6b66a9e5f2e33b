"""How far apart doses lie: the shipped limits (clinical reference 1.5 and 1.10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class SpacingPolicy:
    version: str = "2026.11"
    min_hours: int = 48
    """24 in a retreat that a medical director has approved."""
    min_hours_source: str = "ID, from Mon-Wed-Fri schedules (V MURROUGH13)"
    recommended_hours: int = 72
    recommended_source: str = "ID, time to integrate"
    max_per_7_days: int = 2
    """3 in a Mon-Wed-Fri protocol."""
    max_per_7_days_source: str = "V PROV-JOURNEY (at most twice a week)"
    max_per_28_days: int = 8
    max_per_28_days_source: str = "ID (8 in 4 weeks, V SPRAVATO)"
    esketamine_induction_weeks: int = 4
    esketamine_induction_per_week: int = 2
    esketamine_later_per_week: int = 1
    esketamine_source: str = "V SPRAVATO"
    esketamine_apart_hours: int = 24
    """Between esketamine and any other ketamine product, before and after."""
    esketamine_apart_source: str = "ID"
    max_per_365_days: int = 24
    """Beyond it the medical director reviews bladder, misuse and cognition."""
    max_per_365_days_source: str = "ID (bladder, misuse, cognition)"
    stale_after_days: int = 90
    stale_source: str = "V PROV-MINDBLOOM (3 months)"
    rescreen_after_days: int = 365
    rescreen_source: str = "ID"
    serious_event_source: str = "ID"
    missed_source: str = "V SPRAVATO label, at the prescriber's judgement"


DEFAULT_SPACING_POLICY: Final = SpacingPolicy()
EDUCATION: Final = (
    "More frequent sessions went together with larger improvement; that is no reason to "
    "shorten the distances."
)
"""SP-12 (seed S-08): told to clinicians in teaching, never a rule."""
