"""May this patient leave?  The sixteen criteria, from what is stored and what is ticked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sessions.queries.live_facts import baseline_of, course_of, leaving_reading
from sessions.queries.readiness_facts import Room
from sessions.rules.discharge import DischargeFacts, DischargeResult, assess_discharge
from sessions.rules.dose_types import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """What people say of the patient beside the measured values."""

    ticks: Mapping[str, bool] = field(default_factory=dict)
    aldrete_items: tuple[int, ...] = ()
    is_oriented: bool | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)


def leaving_of(room: Room, said: Ticked, *, at: datetime) -> DischargeResult | None:
    """The criteria at a moment; None while no dose stands."""
    course = course_of(room, now=at)
    if course is None:
        return None
    facts = DischargeFacts(
        route=Route(room.doses[0].route),
        now=at,
        earliest_at=course.schedule.earliest_discharge,
        zone=room.zone,
        reading=leaving_reading(room, at=at),
        baseline=baseline_of(room),
        aldrete_items=said.aldrete_items,
        is_oriented=said.is_oriented,
        ticks=said.ticks,
        overrides=said.overrides,
    )
    return assess_discharge(facts, room.policies.discharge)
