"""From a protocol, a patient's wishes and the clinic's diaries to the planner's question."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from kap.patients.models import EpisodeOfCare
from sessions.enums import CarePlanStatus, VisitKind
from sessions.models import (
    Appointment,
    AppointmentParticipant,
    CarePlan,
    Protocol,
    ProtocolStep,
)
from sessions.queries.diary import ClinicDiaries, make_grid, read_diaries
from sessions.rules.plan_types import Anchor, Gap
from sessions.rules.protocol_catalogue import DEFAULT_CODE

LEAD: Final = timedelta(minutes=15)
"""Nobody is offered a place that has begun before the button is pressed."""
SLACK_DAYS: Final = 28
DOSE_LEEWAY_MIN: Final = 12 * 60
"""A dose half a day off its wished gap is as good: 84 h stand for 3 to 4 days (1.2)."""
LONGEST_DAYS: Final = 260
WIDER_MIN: Final = 48 * 60
"""Ours: how much later a step may come where a clinician writes a reason."""
LIVE: Final = ("booked", "checked-in", "fulfilled")


@dataclass(frozen=True, slots=True)
class PinWish:
    """A visit that stays where somebody put it; who takes it is found."""

    step_key: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the patient asked for.  ``upto``: the step at which planning stops."""

    first: date
    weekdays: frozenset[int] = frozenset(range(5))
    from_time: time | None = None
    to_time: time | None = None
    therapist: str = ""
    upto: str = ""
    language: str = ""
    sex: str = ""
    """Of the therapist."""
    features: frozenset[str] = frozenset()
    """Of the rooms."""
    pins: tuple[PinWish, ...] = ()
    second_therapist: bool = False
    """Any therapist at any visit, though the protocol keeps one."""
    wider: frozenset[str] = frozenset()
    """Steps that may come ``WIDER_MIN`` later than their protocol says."""
    more_weeks: int = 0
    """How much further than usual is looked."""

    @property
    def breaks_protocol(self) -> bool:
        return self.second_therapist or bool(self.wider)


@dataclass(frozen=True, slots=True)
class Held:
    """A step that has its visit already."""

    step_key: str
    starts_at: datetime
    ends_at: datetime
    resources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CourseQuestion:
    """Everything a proposal is made from and shown with."""

    protocol: Protocol
    steps: tuple[ProtocolStep, ...]
    clinic: ClinicDiaries
    wishes: Wishes
    held: tuple[Held, ...] = ()
    totals: Mapping[str, int] = field(default_factory=dict)

    @property
    def wanted(self) -> tuple[ProtocolStep, ...]:
        """The steps to place now."""
        done = {held.step_key for held in self.held}
        return tuple(step for step in self.planned if step.key not in done)

    @property
    def planned(self) -> tuple[ProtocolStep, ...]:
        """The steps the planner sees: all, or those before ``wishes.upto``."""
        keys = [step.key for step in self.steps]
        if self.wishes.upto not in keys:
            return self.steps
        return self.steps[: keys.index(self.wishes.upto)]


def protocols_on(day: date) -> list[Protocol]:
    """The newest edition in force of every protocol on offer, the default first."""
    rows = Protocol.objects.filter(effective_from__lte=day)
    newest = rows.order_by("code", "-edition").distinct("code")
    offered = [protocol for protocol in newest if protocol.is_active]
    return sorted(offered, key=lambda p: (p.code != DEFAULT_CODE, p.name))


def live_plan(episode: EpisodeOfCare) -> CarePlan | None:
    return (
        CarePlan.objects.filter(
            episode=episode,
            status__in=(
                CarePlanStatus.DRAFT,
                CarePlanStatus.ACTIVE,
                CarePlanStatus.ON_HOLD,
            ),
        )
        .select_related("protocol")
        .first()
    )


def ask(
    episode: EpisodeOfCare, protocol: Protocol, wishes: Wishes, *, plan: CarePlan | None
) -> CourseQuestion:
    """Read steps, held visits and diaries; eight queries for any protocol and any clinic."""
    steps = tuple(protocol.steps.order_by("position"))
    held = held_visits(plan) if plan is not None else ()
    firsts = [
        wishes.first,
        *(h.starts_at.astimezone(episode.site.zone).date() for h in held),
    ]
    first = min(firsts)
    days = _horizon_days(steps) + (wishes.first - first).days + 7 * wishes.more_weeks
    grid = make_grid(episode.site, first=first, days=min(days, LONGEST_DAYS))
    clinic = read_diaries(
        episode.site, grid, patient_schedule_id=episode.patient.schedule_id
    )
    return CourseQuestion(protocol, steps, clinic, wishes, held, totals(steps))


def totals(steps: Collection[ProtocolStep]) -> dict[str, int]:
    """How many visits of each kind the protocol has: the 6 of "dose 3 of 6"."""
    found: dict[str, int] = {}
    for step in steps:
        found[step.kind] = found.get(step.kind, 0) + 1
    return found


def held_visits(plan: CarePlan) -> tuple[Held, ...]:
    """The steps of a course that are booked, under way or done; two queries."""
    visits = Appointment.objects.filter(
        planned_step__care_plan=plan, status__in=LIVE
    ).values_list("pk", "planned_step__step__key", "starts_at", "ends_at")
    people: dict[Any, dict[str, str]] = {}
    for pk, role, schedule in AppointmentParticipant.objects.filter(
        appointment__planned_step__care_plan=plan,
        appointment__status__in=LIVE,
        is_current=True,
    ).values_list("appointment", "role", "schedule"):
        people.setdefault(pk, {})[role] = str(schedule)
    return tuple(
        Held(key, starts_at, ends_at, people.get(pk, {}))
        for pk, key, starts_at, ends_at in visits
    )


def gaps_of(
    step: ProtocolStep, steps: Sequence[ProtocolStep], keys: Collection[str]
) -> Iterator[Gap]:
    """The step's own gaps, and for a dose: not before the talk about the one before it."""
    if step.after in keys:
        yield Gap(
            to_step=step.after,
            min_min=step.gap_min_min,
            ideal_min=step.gap_ideal_min,
            max_min=step.gap_max_min,
            anchor=Anchor.END if step.gap_from_end else Anchor.START,
            slack_min=DOSE_LEEWAY_MIN if step.kind == VisitKind.DOSING else 0,
        )
    for more in step.more_gaps:
        if more["to"] in keys:
            yield Gap(
                to_step=more["to"],
                min_min=more["min_min"],
                ideal_min=more["ideal_min"],
                max_min=more["max_min"],
                anchor=Anchor.END if more["from_end"] else Anchor.START,
            )
    if step.kind == VisitKind.DOSING:
        yield from _after_talk(step, steps, keys)


def _after_talk(
    step: ProtocolStep, steps: Sequence[ProtocolStep], keys: Collection[str]
) -> Iterator[Gap]:
    for talk in steps:
        if (
            talk.kind == VisitKind.INTEGRATION
            and talk.after == step.after
            and talk.key in keys
        ):
            yield Gap(talk.key, min_min=0, anchor=Anchor.END)


def _horizon_days(steps: Sequence[ProtocolStep]) -> int:
    """How far the course can reach from its first day, and four weeks of slack."""
    reach: dict[str, int] = {}
    for step in steps:
        before = reach.get(step.after, 0)
        reach[step.key] = before + (step.gap_max_min or 0) + step.duration_min
    furthest = timedelta(minutes=max(reach.values(), default=0))
    return furthest.days + SLACK_DAYS
