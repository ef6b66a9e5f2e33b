"""The steps of a course that have no visit yet, and between which times each may start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sessions.models import CarePlan, PlannedStep, ProtocolStep
from sessions.queries.course import Held, gaps_of, held_visits, totals
from sessions.queries.course_words import visit_label
from sessions.rules.plan_types import Anchor, Gap

Bound = datetime | None


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A visit still to be booked.  None as a bound: the visits that stand set none."""

    planned_step_id: UUID
    step: ProtocolStep
    of_total: int
    earliest: Bound = None
    latest: Bound = None

    @property
    def label(self) -> str:
        return visit_label(self.step.kind, self.step.number, self.of_total)


def open_steps(plan: CarePlan) -> list[OpenStep]:
    """In the order of the protocol; four queries."""
    held = {visit.step_key: visit for visit in held_visits(plan)}
    steps = list(
        ProtocolStep.objects.filter(protocol=plan.protocol_id).order_by("position")
    )
    rows = dict(
        PlannedStep.objects.filter(care_plan=plan, dropped_at=None).values_list(
            "step", "pk"
        )
    )
    numbers = totals(steps)
    return [
        OpenStep(rows[step.pk], step, numbers[step.kind], *window(step, steps, held))
        for step in steps
        if step.pk in rows and step.key not in held
    ]


def window(
    step: ProtocolStep, steps: Sequence[ProtocolStep], held: Mapping[str, Held]
) -> tuple[Bound, Bound]:
    """Bounds of the start, from the visits before it and those that hang on it."""
    earliest: list[datetime] = []
    latest: list[datetime] = []
    length = timedelta(minutes=step.duration_min)
    for gap in gaps_of(step, steps, held):
        other = held[gap.to_step]
        base = other.ends_at if gap.anchor is Anchor.END else other.starts_at
        _add(earliest, base, gap.min_min)
        _add(latest, base, gap.max_min)
    for later in steps:
        if later.key not in held:
            continue
        for gap in _to(step, later, steps, held):
            base = held[later.key].starts_at
            base -= length if gap.anchor is Anchor.END else timedelta(0)
            _add(latest, base, -gap.min_min if gap.min_min is not None else None)
            _add(earliest, base, -gap.max_min if gap.max_min is not None else None)
    return max(earliest, default=None), min(latest, default=None)


def _to(
    step: ProtocolStep,
    later: ProtocolStep,
    steps: Sequence[ProtocolStep],
    held: Mapping[str, Held],
) -> list[Gap]:
    """The gaps of a held visit that run from ``step``."""
    found = gaps_of(later, steps, {*held, step.key})
    return [gap for gap in found if gap.to_step == step.key]


def _add(bounds: list[datetime], base: datetime, minutes: int | None) -> None:
    if minutes is not None:
        bounds.append(base + timedelta(minutes=minutes))
