"""What has to be in order before a dose: the shipped limits.

Clinical reference 1.4, 1.10 and 2.8, edition 2026.11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from sessions.rules.dose_types import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class FastingRule:
    """How long before the dose the last food and drink may be."""

    solids: timedelta
    fatty_meal: timedelta
    clear_liquids: timedelta
    hard_floor: timedelta | None = None
    """Between this and ``solids`` it is a warning only; None: always hard."""
    also: str = ""
    source: str


_HOUR: Final = timedelta(hours=1)

FASTING: Final[Mapping[Route, FastingRule]] = MappingProxyType(
    {
        Route.IV: FastingRule(
            solids=6 * _HOUR,
            fatty_meal=8 * _HOUR,
            clear_liquids=2 * _HOUR,
            also="Milk counts as food.",
            source="V AMG (6 h, 2 h); fatty meal GK ASA",
        ),
        Route.IM: FastingRule(
            solids=6 * _HOUR,
            fatty_meal=8 * _HOUR,
            clear_liquids=2 * _HOUR,
            also="Milk counts as food.",
            source="V AMG (6 h, 2 h); fatty meal GK ASA",
        ),
        Route.SL: FastingRule(
            solids=4 * _HOUR,
            fatty_meal=4 * _HOUR,
            clear_liquids=2 * _HOUR,
            hard_floor=2 * _HOUR,
            also="No toothpaste and no sour drink in the last 30 min.",
            source="V ISHA; ID",
        ),
        Route.IN_ESK: FastingRule(
            solids=2 * _HOUR,
            fatty_meal=2 * _HOUR,
            clear_liquids=timedelta(minutes=30),
            also="No nasal spray in the last hour.",
            source="V SPRAVATO",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessPolicy:
    version: str = "2026.11"
    eligibility_max_age_days: int = 90
    consent_grace_days: int = 30
    """After a new edition without material change."""
    preparations_min: int = 1
    phq9_max_age_days: int = 7
    weight_max_age_days: Mapping[Route, int | None] = field(
        default_factory=lambda: MappingProxyType(
            {Route.IV: 0, Route.IM: 0, Route.SL: 30, Route.IN_ESK: None}
        )
    )
    """None: no weight is needed."""
    fasting: Mapping[Route, FastingRule] = field(default_factory=lambda: FASTING)
    fasting_warns_only: frozenset[Route] = frozenset()
    """Routes for which a clinic lets a failed fast warn instead of stop."""


DEFAULT_READINESS_POLICY: Final = ReadinessPolicy()
