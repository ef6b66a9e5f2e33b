"""From a protocol, a patient's wishes and the clinic's diaries to the planner's question."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from kap.patients.models import EpisodeOfCare
from sessions.enums import CarePlanStatus, ParticipantRole, VisitKind
from sessions.models import (
    Appointment,
    AppointmentParticipant,
    CarePlan,
    Protocol,
    ProtocolStep,
)
from sessions.queries.diary import (
    DOSING_ROOMS,
    TALK_OR_VIDEO,
    TALK_ROOMS,
    ClinicDiaries,
    make_grid,
    read_diaries,
)
from sessions.rules.plan_results import PlanResult
from sessions.rules.plan_types import (
    Anchor,
    Gap,
    Pin,
    PlanRequest,
    RoleNeed,
    RollingLimit,
    StepKind,
    StepSpec,
    Times,
)
from sessions.rules.planner import plan_course

DAY_MIN: Final = 24 * 60
LEAD: Final = timedelta(minutes=15)
"""Nobody is offered a place that has begun before the button is pressed."""
SLACK_DAYS: Final = 28
DOSE_LEEWAY_MIN: Final = 12 * 60
"""A dose half a day off its wished gap is as good: 84 h stand for 3 to 4 days (1.2)."""
LONGEST_DAYS: Final = 200
LIVE: Final = ("booked", "checked-in", "fulfilled")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the patient asked for.  ``upto``: the step at which planning stops."""

    first: date
    weekdays: frozenset[int] = frozenset(range(5))
    from_time: time | None = None
    to_time: time | None = None
    therapist: str = ""
    upto: str = ""


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
    """The newest edition in force of every active protocol, the default first."""
    rows = Protocol.objects.filter(is_active=True, effective_from__lte=day)
    newest = rows.order_by("code", "-edition").distinct("code")
    return sorted(newest, key=lambda p: (p.code != "six_over_three_weeks", p.name))


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
    days = _horizon_days(steps) + (wishes.first - first).days
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


def propose(question: CourseQuestion, *, now: datetime) -> PlanResult:
    """Ask the planner for the whole course."""
    return plan_course(plan_request(question, now=now))


def plan_request(question: CourseQuestion, *, now: datetime) -> PlanRequest:
    wishes, clinic = question.wishes, question.clinic
    first = datetime.combine(wishes.first, time(0), clinic.grid.zone)
    planned = question.planned
    keys = {step.key for step in planned}
    preferred = {wishes.therapist} & set(clinic.with_role(ParticipantRole.THERAPIST))
    return PlanRequest(
        grid=clinic.grid,
        steps=tuple(_spec(step, question, keys) for step in planned),
        diaries=clinic.diaries,
        earliest=max(first, now + LEAD),
        limits=(
            RollingLimit(
                StepKind.DOSING, question.protocol.max_doses_per_7_days, 7 * DAY_MIN
            ),
        ),
        pins=tuple(
            _pin(held, clinic) for held in question.held if held.step_key in keys
        ),
        preferred=frozenset(preferred),
        finish_step=None,
    )


def _pin(held: Held, clinic: ClinicDiaries) -> Pin:
    """A held visit stays; one that starts off the grid is pinned to its slot."""
    start = clinic.grid.at(clinic.grid.floor(held.starts_at))
    known = {
        role: who for role, who in held.resources.items() if int(who) in clinic.actors
    }
    known[ParticipantRole.PATIENT] = str(clinic.patient_schedule_id)
    return Pin(held.step_key, start, known)


def _spec(
    step: ProtocolStep, question: CourseQuestion, keys: Collection[str]
) -> StepSpec:
    wishes = question.wishes
    return StepSpec(
        key=step.key,
        kind=StepKind(step.kind.replace("-", "_")),
        duration_min=step.duration_min,
        needs=role_needs(
            step.needs,
            kind=step.kind,
            may_be_video=step.may_be_video,
            clinic=question.clinic,
            same_therapist=question.protocol.same_therapist,
        ),
        gaps=tuple(gaps_of(step, question.steps, keys)),
        allowed=Times(weekdays=wishes.weekdays),
        wished=Times(from_time=wishes.from_time, to_time=wishes.to_time),
    )


def gaps_of(
    step: ProtocolStep, steps: Sequence[ProtocolStep], keys: Collection[str]
) -> Iterator[Gap]:
    """The step's own gap, and for a dose: not before the talk about the one before it."""
    if step.after in keys:
        yield Gap(
            to_step=step.after,
            min_min=step.gap_min_min,
            ideal_min=step.gap_ideal_min,
            max_min=step.gap_max_min,
            anchor=Anchor.END if step.gap_from_end else Anchor.START,
            slack_min=DOSE_LEEWAY_MIN if step.kind == VisitKind.DOSING else 0,
        )
    if step.kind != VisitKind.DOSING:
        return
    for talk in steps:
        if (
            talk.kind == VisitKind.INTEGRATION
            and talk.after == step.after
            and talk.key in keys
        ):
            yield Gap(talk.key, min_min=0, anchor=Anchor.END)


def role_needs(
    needs: Sequence[Mapping[str, Any]],
    *,
    kind: str,
    may_be_video: bool,
    clinic: ClinicDiaries,
    same_therapist: bool = False,
) -> tuple[RoleNeed, ...]:
    """Each role with everybody here who can take it."""
    return tuple(
        RoleNeed(
            role=need["role"],
            candidates=candidates(
                need["role"], kind=kind, may_be_video=may_be_video, clinic=clinic
            ),
            from_min=need["from_min"],
            to_min=need["to_min"],
            from_anchor=Anchor.END if need["from_end"] else Anchor.START,
            to_anchor=Anchor.END if need["to_end"] else Anchor.START,
            same_throughout=same_therapist
            and need["role"] == ParticipantRole.THERAPIST,
        )
        for need in needs
    )


def candidates(
    role: str, *, kind: str, may_be_video: bool, clinic: ClinicDiaries
) -> tuple[str, ...]:
    """Keys of who or what can take a role in such a visit."""
    if role == ParticipantRole.PATIENT:
        return (str(clinic.patient_schedule_id),)
    if role != ParticipantRole.ROOM:
        return clinic.with_role(role)
    if kind == VisitKind.DOSING:
        return clinic.rooms(*DOSING_ROOMS)
    found = clinic.rooms(*(TALK_OR_VIDEO if may_be_video else TALK_ROOMS))
    return found or clinic.rooms(*DOSING_ROOMS)


def _horizon_days(steps: Sequence[ProtocolStep]) -> int:
    """How far the course can reach from its first day, and four weeks of slack."""
    reach: dict[str, int] = {}
    for step in steps:
        before = reach.get(step.after, 0)
        reach[step.key] = before + (step.gap_max_min or 0) + step.duration_min
    furthest = timedelta(minutes=max(reach.values(), default=0))
    return furthest.days + SLACK_DAYS
