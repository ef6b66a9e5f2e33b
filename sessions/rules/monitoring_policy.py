"""When vital signs are due, by route: the shipped schedule.

Clinical reference 2.5, 6.2 and 6.14, edition 2026.11.  Minutes from the start of the
dose.  Closer readings early in the first sessions: V YALE-BP (43 % of severe rises fall
into the first three infusions), the intervals ID.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from sessions.rules.dose_types import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionSchedule:
    """Readings at intervals while the infusion runs and after its end."""

    baseline_max_age_min: int = 15
    early_every_min: int = 5
    early_until_min: int = 10
    intensified_until_min: int = 20
    """In place of ``early_until_min`` in the first sessions."""
    every_min: int = 10
    after_every_min: int = 15
    after_until_min: int = 60
    """Also the least time from the end of the infusion to leaving."""
    source: str = "V YALE-BP (every 10 min); ASRA18; ID"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointSchedule:
    """Readings at fixed minutes after the dose."""

    points_min: tuple[int, ...]
    observe_min: int
    """Least time from the last injection, lozenge or device to leaving."""
    effect_until_min: int
    """Up to here a reading belongs to the session, afterwards to recovery (2.5)."""
    baseline_max_age_min: int = 15
    restarts_with_second_dose: bool = True
    """A second injection or lozenge starts the points anew; a second device of one
    nasal dose does not."""
    extend_min: int | None = None
    """One more reading here when the clinician extends the watch."""
    mandatory_min: tuple[int, ...] = ()
    early_every_min: int = 5
    intensified_until_min: int = 0
    """Closer readings up to here in the first sessions; 0: none."""
    source: str


POINTS: Final[Mapping[Route, PointSchedule]] = MappingProxyType(
    {
        Route.IM: PointSchedule(
            points_min=(5, 10, 15, 30, 45, 60, 90),
            observe_min=90,
            effect_until_min=45,
            extend_min=120,
            intensified_until_min=20,
            source="seed S-31; ID",
        ),
        Route.SL: PointSchedule(
            points_min=(15, 30, 45, 60, 90),
            observe_min=90,
            effect_until_min=90,
            extend_min=120,
            source="seed S-32; ID",
        ),
        Route.IN_ESK: PointSchedule(
            points_min=(15, 30, 40, 60, 90, 120),
            observe_min=120,
            effect_until_min=60,
            restarts_with_second_dose=False,
            mandatory_min=(40,),
            source="V SPRAVATO, REMS",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringPolicy:
    version: str = "2026.11"
    iv: InfusionSchedule = field(default_factory=InfusionSchedule)
    points: Mapping[Route, PointSchedule] = field(default_factory=lambda: POINTS)
    intensified_sessions: int = 3
    grace_during_min: int = 3
    grace_after_min: int = 5
    room_after_min: int = 5
    """Minutes after the grace ends until the room shows it; then who else hears."""
    nurse_lead_after_min: int = 10
    prescriber_after_min: int = 15


DEFAULT_MONITORING_POLICY: Final = MonitoringPolicy()
