"""Free places for one visit, with who would take it, and why a wished time is not one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from kap.accounts.enums import Role
from kap.clinic.models import Schedule, Site, WorkingHours
from sessions.enums import ParticipantRole
from sessions.queries.course_people import role_needs
from sessions.queries.diary import ClinicDiaries, make_grid, read_diaries
from sessions.rules.free_times import (
    Conflict,
    ConflictCode,
    FreeQuery,
    FreeTime,
    free_times,
    people_at,
    why_not,
)
from sessions.rules.plan_types import StepKind, StepSpec

LOOK_DAYS: Final = 28
DAYS_SHOWN: Final = 4
A_DAY: Final = 3
_KINDS: Final[Mapping[str, StepKind]] = {
    "screening": StepKind.PREPARATION,
    "preparation": StepKind.PREPARATION,
    "dosing": StepKind.DOSING,
    "integration": StepKind.INTEGRATION,
    "follow-up": StepKind.FOLLOW_UP,
}
"""The search looks at no gaps, so a screening visit is a talk like another."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One visit to place.  ``first`` and ``last`` bound its start; ``wished``: an exact one."""

    kind: str
    minutes: int
    needs: Sequence[Mapping[str, Any]]
    may_be_video: bool
    first: datetime
    last: datetime | None = None
    held: Mapping[str, str] = field(default_factory=dict)
    preferred: frozenset[str] = frozenset()
    wished: datetime | None = None
    but_not: UUID | None = None


@dataclass(frozen=True, slots=True)
class FreePlace:
    """A start that keeps every rule, and who or what takes each role."""

    start: datetime
    end: datetime
    resources: Mapping[str, int]
    is_best: bool = False

    @property
    def code(self) -> str:
        """What the form sends: ``2026-11-24T15:00~room:12~therapist:5`` (UTC)."""
        people = "".join(f"~{role}:{pk}" for role, pk in sorted(self.resources.items()))
        return f"{self.start:%Y-%m-%dT%H:%M}{people}"


@dataclass(frozen=True, slots=True)
class Places:
    """What was found: a few places a day, and why the wished time is not among them."""

    clinic: ClinicDiaries
    found: tuple[FreePlace, ...]
    why_not: tuple[str, ...] = ()
    wished: datetime | None = None


def find_places(site: Site, patient_schedule_id: int, wanted: Wanted) -> Places:
    """Look four weeks on from ``wanted.first``; five queries (six for a move)."""
    first_day = wanted.first.astimezone(site.zone).date()
    grid = make_grid(site, first=first_day, days=LOOK_DAYS)
    clinic = read_diaries(
        site, grid, patient_schedule_id=patient_schedule_id, but_not=wanted.but_not
    )
    step = StepSpec(
        key="visit",
        kind=_KINDS[wanted.kind],
        duration_min=wanted.minutes,
        needs=role_needs(
            wanted.needs,
            kind=wanted.kind,
            may_be_video=wanted.may_be_video,
            clinic=clinic,
        ),
    )
    end = grid.at(grid.slots)
    query = FreeQuery(
        grid=grid,
        step=step,
        diaries=clinic.diaries,
        first=wanted.first,
        last=min(wanted.last or end, end),
        held=wanted.held,
        preferred=wanted.preferred,
    )
    times = free_times(query) if _has_everybody(step, wanted.held) else ()
    chosen = _few_a_day(times, site)
    reasons: tuple[str, ...] = ()
    if wanted.wished is not None:
        exact = next((t for t in times if t.start == wanted.wished), None)
        chosen = [exact, *(t for t in chosen if t is not exact)] if exact else chosen
        if exact is None:
            reasons = tuple(dict.fromkeys(_reasons(query, clinic, wanted.wished, site)))
    elif not times:
        reasons = tuple(_nobody(step, wanted.held))
    return Places(clinic, tuple(_places(query, chosen)), reasons, wanted.wished)


def _has_everybody(step: StepSpec, held: Mapping[str, str]) -> bool:
    return all(need.candidates or need.role in held for need in step.needs)


def _few_a_day(times: Sequence[FreeTime], site: Site) -> list[FreeTime]:
    """The best few of each of the first days, in order of time."""
    days: dict[date, list[FreeTime]] = {}
    for free in times:
        days.setdefault(free.start.astimezone(site.zone).date(), []).append(free)
    found: list[FreeTime] = []
    for day in sorted(days)[:DAYS_SHOWN]:
        found += sorted(_spread(days[day]), key=lambda free: free.start)
    return found


def _spread(day: Sequence[FreeTime]) -> list[FreeTime]:
    """The best of the day, and others at least an hour and a half away from each other."""
    chosen: list[FreeTime] = []
    apart = timedelta(minutes=90)
    for free in sorted(day, key=lambda free: free.rank):
        if all(abs(free.start - other.start) >= apart for other in chosen):
            chosen.append(free)
        if len(chosen) == A_DAY:
            break
    return chosen


def _places(query: FreeQuery, times: Sequence[FreeTime]) -> Iterator[FreePlace]:
    best = min((free.rank for free in times), default=0)
    for free in times:
        people = {
            a.role: int(a.resource_id)
            for a in people_at(query, free.start)
            if a.role != ParticipantRole.PATIENT
        }
        yield FreePlace(free.start, free.end, people, free.rank == best)


def _reasons(
    query: FreeQuery, clinic: ClinicDiaries, wished: datetime, site: Site
) -> Iterator[str]:
    for conflict in why_not(query, wished):
        yield _sentence(conflict, clinic, site)


def _sentence(conflict: Conflict, clinic: ClinicDiaries, site: Site) -> str:
    start = conflict.start.astimezone(site.zone)
    end = conflict.end.astimezone(site.zone)
    word = ParticipantRole(conflict.role).label.lower() if conflict.role else ""
    if conflict.code is ConflictCode.NOBODY:
        return f"Nobody here works as a {word}."
    if conflict.code is ConflictCode.NOT_ALLOWED:
        return "This time lies outside the days that were asked for."
    if conflict.code is ConflictCode.SHARED:
        return f"The only {word} who is free is needed for another part of the visit."
    if conflict.role == ParticipantRole.PATIENT:
        return f"The patient has another visit from {start:%H:%M} to {end:%H:%M}."
    who = clinic.named(conflict.resource_id or "").name
    return f"{who} is not free from {start:%H:%M} to {end:%H:%M}."


def _nobody(step: StepSpec, held: Mapping[str, str]) -> Iterator[str]:
    for need in step.needs:
        if not need.candidates and need.role not in held:
            word = ParticipantRole(need.role).label.lower()
            yield f"There is no {word} here who could take such a visit."


def therapists(site: Site) -> list[tuple[int, str, UUID]]:
    """Schedule, name and user of everybody who is booked as a therapist at the site."""
    working = WorkingHours.objects.filter(site=site).values("schedule")
    rows = Schedule.objects.filter(
        pk__in=working,
        practitioner__is_bookable=True,
        practitioner__user__is_active=True,
        practitioner__user__roles__contains=[Role.THERAPIST],
    ).order_by("practitioner__user__name", "pk")
    return list(
        rows.values_list("pk", "practitioner__user__name", "practitioner__user")
    )


def at_midnight(day: date, site: Site) -> datetime:
    return datetime.combine(day, time(0), site.zone)
