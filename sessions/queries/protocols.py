"""Protocols and their editions as pages show them, and back from rows to their data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from kap.clinic.models import Location
from sessions.enums import CarePlanStatus
from sessions.models import Protocol, ProtocolDraft, ProtocolStep
from sessions.rules.policy_json import from_json
from sessions.rules.protocol_types import (
    DEVICES,
    FEATURES,
    Need,
    ProtocolBody,
    Relation,
    StepBody,
)

RUNNING = (CarePlanStatus.DRAFT, CarePlanStatus.ACTIVE, CarePlanStatus.ON_HOLD)


@dataclass(frozen=True, slots=True)
class ProtocolLine:
    """The newest edition of one code."""

    pk: UUID
    code: str
    name: str
    edition: int
    summary: str
    is_active: bool
    visits: int
    running: int
    draft: UUID | None


def protocol_lines() -> list[ProtocolLine]:
    """Those on offer first, by name; three queries."""
    newest = (
        Protocol.objects.order_by("code", "-edition")
        .distinct("code")
        .values_list("pk", flat=True)
    )
    rows = (
        Protocol.objects.filter(pk__in=list(newest))
        .annotate(visits=Count("steps", distinct=True))
        .order_by("-is_active", "name")
    )
    running = dict(
        Protocol.objects.values("code")
        .annotate(n=Count("care_plans", filter=Q(care_plans__status__in=RUNNING)))
        .order_by("code")
        .values_list("code", "n")
    )
    drafts = dict(open_drafts().values_list("code", "pk"))
    return [
        ProtocolLine(
            row.pk,
            row.code,
            row.name,
            row.edition,
            row.summary,
            row.is_active,
            row.visits,
            running.get(row.code, 0),
            drafts.pop(row.code, None),
        )
        for row in rows
    ]


def open_drafts() -> Any:
    return ProtocolDraft.objects.filter(published=None, dropped_at=None)


def editions_of(code: str) -> list[Protocol]:
    """Newest first, with whoever published them."""
    return list(
        Protocol.objects.filter(code=code)
        .select_related("published_by")
        .order_by("-edition")
    )


def body_of(protocol: Protocol) -> ProtocolBody:
    """A published edition as data; one query."""
    steps = tuple(_step(step) for step in protocol.steps.order_by("position"))
    values = {
        name: getattr(protocol, name)
        for name in ProtocolBody.__dataclass_fields__
        if name != "steps"
    }
    body = from_json(ProtocolBody, {**values, "steps": []})
    return ProtocolBody(
        **{
            name: getattr(body, name)
            for name in ProtocolBody.__dataclass_fields__
            if name != "steps"
        },
        steps=steps,
    )


def _step(step: ProtocolStep) -> StepBody:
    relations: list[Relation] = []
    if step.after:
        relations.append(
            Relation(
                to=step.after,
                least_min=step.gap_min_min,
                ideal_min=step.gap_ideal_min,
                most_min=step.gap_max_min,
                from_end=step.gap_from_end,
            )
        )
    relations += [
        Relation(
            to=more["to"],
            least_min=more["min_min"],
            ideal_min=more["ideal_min"],
            most_min=more["max_min"],
            from_end=more["from_end"],
        )
        for more in step.more_gaps
    ]
    return StepBody(
        key=step.key,
        kind=step.kind,
        number=step.number,
        title=step.title,
        minutes=step.duration_min,
        needs=tuple(Need(**need) for need in step.needs),
        relations=tuple(relations),
        may_be_video=step.may_be_video,
        room_features=tuple(step.room_features),
        devices=tuple(step.devices),
        measures=tuple(step.measures),
        reminders=tuple(step.reminders),
    )


def known_words() -> tuple[list[str], list[str]]:
    """Room features and devices that may be asked for: ours, and what rooms here have."""
    here = {
        one
        for found in Location.objects.filter(is_active=True).values_list(
            "features", flat=True
        )
        for one in found
    }
    return sorted({*FEATURES, *here}), sorted({*DEVICES, *here})
