"""The shipped protocols, and what a visit outside a protocol takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from sessions.enums import VisitKind
from sessions.models import Protocol, ProtocolStep
from sessions.rules import protocol_types
from sessions.rules.policy_json import to_json
from sessions.rules.protocol_catalogue import CATALOGUE
from sessions.rules.protocol_templates import (
    DOSE,
    INTEGRATION_MIN,
    PREPARATION_MIN,
    REVIEW,
    REVIEW_MIN,
    TALK,
)
from sessions.rules.protocol_types import ProtocolBody, StepBody

SCREENING_MIN: Final = 60
"""Lengths (clinical.md 1.3)."""
Need = dict[str, Any]


def _needs(needs: tuple[protocol_types.Need, ...]) -> tuple[Need, ...]:
    return tuple(to_json(need) for need in needs)


@dataclass(frozen=True, slots=True)
class SingleVisit:
    """What a visit outside a protocol takes."""

    minutes: int
    needs: tuple[Need, ...]
    may_be_video: bool = False


SINGLE_VISITS: Final = MappingProxyType(
    {
        VisitKind.SCREENING: SingleVisit(SCREENING_MIN, _needs(REVIEW)),
        VisitKind.PREPARATION: SingleVisit(
            PREPARATION_MIN, _needs(TALK), may_be_video=True
        ),
        VisitKind.DOSING: SingleVisit(150, _needs(DOSE)),
        VisitKind.INTEGRATION: SingleVisit(
            INTEGRATION_MIN, _needs(TALK), may_be_video=True
        ),
        VisitKind.FOLLOW_UP: SingleVisit(REVIEW_MIN, _needs(REVIEW), may_be_video=True),
    }
)


EFFECTIVE_FROM: Final = date(2026, 1, 1)
SHIPPED_REASON: Final = "Shipped with the product."


def install_protocols(now: datetime) -> None:
    """Add the shipped protocols that are missing; an edited one is never touched."""
    known = set(Protocol.objects.values_list("code", flat=True))
    missing = [body for body in CATALOGUE if body.code not in known]
    rows = [
        Protocol(
            **protocol_values(body),
            effective_from=EFFECTIVE_FROM,
            published_at=now,
            publish_reason=SHIPPED_REASON,
        )
        for body in missing
    ]
    Protocol.objects.bulk_create(rows)
    ProtocolStep.objects.bulk_create(
        step
        for protocol, body in zip(rows, missing, strict=True)
        for step in protocol_steps(body, protocol)
    )


def protocol_values(body: ProtocolBody) -> dict[str, Any]:
    """The columns of a protocol, but for its edition and dates."""
    values = to_json(body)
    del values["steps"]
    values["source"] = body.source[:300]
    return values  # type: ignore[no-any-return]  # to_json of a dataclass is a dict


def protocol_steps(body: ProtocolBody, protocol: Protocol) -> Iterator[ProtocolStep]:
    """The rows of its steps, not saved."""
    for place, step in enumerate(body.steps):
        yield ProtocolStep(protocol=protocol, position=place, **_step_values(step))


def _step_values(step: StepBody) -> dict[str, Any]:
    first = step.relations[0] if step.relations else None
    return {
        "key": step.key,
        "kind": step.kind,
        "number": step.number,
        "title": step.title,
        "duration_min": step.minutes,
        "needs": [to_json(need) for need in step.needs],
        "may_be_video": step.may_be_video,
        "after": first.to if first else "",
        "gap_from_end": first.from_end if first else False,
        "gap_min_min": first.least_min if first else None,
        "gap_ideal_min": first.ideal_min if first else None,
        "gap_max_min": first.most_min if first else None,
        "more_gaps": [
            {
                "to": relation.to,
                "from_end": relation.from_end,
                "min_min": relation.least_min,
                "ideal_min": relation.ideal_min,
                "max_min": relation.most_min,
            }
            for relation in step.relations[1:]
        ],
        "room_features": list(step.room_features),
        "devices": list(step.devices),
        "measures": list(step.measures),
        "reminders": list(step.reminders),
    }
