"""The shipped protocols as planner requests in a clinic of the demo's size."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

from sessions.rules.plan_types import (
    Anchor,
    Diary,
    Gap,
    Grid,
    PlanRequest,
    ResourceKind,
    RoleNeed,
    RollingLimit,
    StepKind,
    StepSpec,
)
from sessions.rules.protocol_types import GROUP, VIDEO, Need, ProtocolBody, StepBody
from sessions.tests.planner_clinics import DAY, HOUR, Clinic, busy_lane, open_mask

SIZES = {
    "dosing": (ResourceKind.ROOM, 3, 1),
    "group": (ResourceKind.ROOM, 1, 4),
    "therapy": (ResourceKind.ROOM, 1, 1),
    "video": (ResourceKind.ROOM, 1, 6),
    "therapist": (ResourceKind.THERAPIST, 6, 1),
    "prescriber": (ResourceKind.PRESCRIBER, 3, 2),
    "nurse": (ResourceKind.NURSE, 3, 3),
}
"""Kind, how many, lanes: the demo's rooms and people, and one room for a group."""


def request_of(
    body: ProtocolBody,
    seed: int = 0,
    *,
    fill: float = 0.3,
    days: int = 60,
    grid_min: int = 15,
    therapists: int = 6,
    zone: str = "America/New_York",
    origin: datetime | None = None,
) -> PlanRequest:
    rng = Random(seed)
    clinic = Clinic(days=days, fill=fill, block_min=90, grid_min=grid_min)
    local = ZoneInfo(zone)
    start = origin or datetime(2026, 10, 5, tzinfo=local).astimezone(UTC)
    grid = Grid(start, days * DAY // grid_min, local, grid_min)
    people = [Diary("patient", ResourceKind.PATIENT, (grid.full & ~open_mask(grid),))]
    for name, (kind, count, lanes) in SIZES.items():
        many = therapists if name == "therapist" else count
        for number in range(many):
            busy = tuple(busy_lane(rng, clinic, grid, fill) for _ in range(lanes))
            people.append(Diary(f"{name}-{number}", kind, busy))
    steps = tuple(_spec(step, body, people) for step in body.steps)
    limit = RollingLimit(StepKind.DOSING, body.max_doses_per_7_days, 7 * DAY)
    return PlanRequest(grid, steps, tuple(people), grid.origin, (limit,))


def _spec(step: StepBody, body: ProtocolBody, people: list[Diary]) -> StepSpec:
    gaps = tuple(
        Gap(
            relation.to,
            relation.least_min,
            relation.ideal_min,
            relation.most_min,
            Anchor.END if relation.from_end else Anchor.START,
            slack_min=12 * HOUR if step.kind == "dosing" else 0,
        )
        for relation in step.relations
    )
    return StepSpec(
        step.key,
        StepKind(step.kind.replace("-", "_")),
        step.minutes,
        tuple(_need(need, step, body, people) for need in step.needs),
        gaps,
    )


def _need(
    need: Need, step: StepBody, body: ProtocolBody, people: list[Diary]
) -> RoleNeed:
    names = [need.role]
    if need.role == "room":
        names = ["therapy", "video"] if step.may_be_video else ["therapy"]
        if VIDEO in step.room_features:
            names = ["video"]
        elif step.kind == "dosing":
            names = ["group"] if GROUP in step.room_features else ["dosing"]
    return RoleNeed(
        need.role,
        tuple(d.resource_id for d in people if d.resource_id.split("-")[0] in names),
        need.from_min,
        need.to_min,
        Anchor.END if need.from_end else Anchor.START,
        Anchor.END if need.to_end else Anchor.START,
        same_throughout=body.same_therapist and need.role == "therapist",
    )


def by_wishes(request: PlanRequest) -> PlanRequest:
    return replace(request, wishes_first=True)
