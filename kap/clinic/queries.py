"""Reading the clinic: which policy holds on a day, who and what is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kap.clinic.enums import ActorKind, PolicyKind
from kap.clinic.models import Absence, PolicyEdition, Schedule


class NoPolicyError(LookupError):
    """A kind of policy has no edition for the day; the installation is incomplete."""


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    """One absence as a list shows it."""

    id: UUID
    who: str
    start: datetime
    end: datetime
    reason: str
    by: str


def policy_in_force(
    kind: PolicyKind, *, on: date, site: object = None
) -> PolicyEdition:
    """The latest edition that was effective on the day; the site's own comes first."""
    edition = PolicyEdition.objects.in_force(kind=kind, on=on, site=site)
    if edition is None:
        raise NoPolicyError(f"No {kind} policy is in force on {on}.")
    return edition


def schedules_of_the_house() -> list[tuple[int, str]]:
    """Every diary of a person or a room with its name, people first; one query."""
    rows = (
        Schedule.objects.filter(kind__in=(ActorKind.PRACTITIONER, ActorKind.LOCATION))
        .order_by("-kind", "practitioner__user__name", "location__name")
        .values_list("pk", "practitioner__user__name", "location__name")
    )
    return [(pk, person or room) for pk, person, room in rows]


def absences_to_come(*, now: datetime) -> list[AbsenceLine]:
    """What is blocked now or later, soonest first; one query."""
    rows = (
        Absence.objects.filter(cancelled_at=None, period__endswith__gt=now)
        .order_by("period")
        .values_list(
            "pk",
            "schedule__practitioner__user__name",
            "schedule__location__name",
            "period",
            "reason",
            "created_by__name",
        )
    )
    return [
        AbsenceLine(pk, person or room, period.lower, period.upper, reason, by)
        for pk, person, room, period, reason, by in rows
        if period.lower and period.upper
    ]
