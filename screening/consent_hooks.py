"""What screening must know of dosing to guard a signature: sessions says it.

Screening imports no later phase, so sessions fills these in its ``ready``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from screening.rules.consent_signing import UnderEffect


@dataclass(frozen=True, slots=True)
class PlannedCare:
    """The treatment as it is planned for an episode; None: not known yet."""

    route: str | None = None
    product: str | None = None
    is_compounded: bool | None = None
    is_home: bool = False
    is_telehealth: bool = False
    is_group: bool = False
    first_dose_at: datetime | None = None
    """The first dose given or booked."""


PlanSource = Callable[[Sequence[UUID]], Mapping[UUID, PlannedCare]]
"""Given episodes, what is planned for each; one query for any number."""
EffectSource = Callable[[UUID, datetime], UnderEffect]
"""Given a patient and now, what happened in the last two days; at most three queries."""

_plans: list[PlanSource] = []
_effects: list[EffectSource] = []


def register_plan(source: PlanSource) -> PlanSource:
    if source not in _plans:
        _plans.append(source)
    return source


def register_effect(source: EffectSource) -> EffectSource:
    if source not in _effects:
        _effects.append(source)
    return source


def planned_care(episode_ids: Iterable[UUID]) -> dict[UUID, PlannedCare]:
    wanted = list(episode_ids)
    found = {episode: PlannedCare() for episode in wanted}
    for source in _plans:
        found |= source(wanted)
    return found


def under_effect(patient_id: UUID, *, now: datetime) -> UnderEffect:
    found = UnderEffect()
    for source in _effects:
        said = source(patient_id, now)
        found = replace(
            found,
            dose_started_at=said.dose_started_at or found.dose_started_at,
            sedative_said_at=said.sedative_said_at or found.sedative_said_at,
            lowest_moaas_at=said.lowest_moaas_at or found.lowest_moaas_at,
        )
    return found
