"""Booking a whole course: every visit, or nothing at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from kap.audit import services as audit
from kap.audit.enums import Action, Category
from kap.clinic.models import Schedule
from kap.core.errors import ChangedMeanwhile
from kap.patients.models import EpisodeOfCare
from sessions import reminders, signals
from sessions.enums import ParticipantRole
from sessions.models import (
    Appointment,
    CarePlan,
    PlannedStep,
    Protocol,
    ProtocolStep,
)
from sessions.permissions import check_may_book_course
from sessions.queries import course as courses
from sessions.queries.course_words import step_label
from sessions.queries.diary import make_grid, read_diaries
from sessions.services.booking import with_patient
from sessions.services.booking_checks import check_drafts
from sessions.services.booking_lanes import (
    all_or_nothing,
    choose_lanes,
    lock_diaries,
)
from sessions.services.booking_rows import write_visits
from sessions.services.booking_types import AlreadyBooked, Draft
from sessions.services.course_approval import (
    check_approved,
    check_exceptions,
    note_exceptions,
)
from sessions.services.course_checks import check_course
from sessions.services.course_types import (
    NO_EXCEPTIONS,
    CourseRefused,
    Exceptions,
    Pick,
)
from sessions.services.presence_checks import check_presence
from sessions.services.spacing_checks import check_spacing, note_spacing

if TYPE_CHECKING:
    from kap.accounts.models import User


@dataclass(frozen=True, slots=True)
class BookedCourse:
    """``open_steps``: how many steps still wait for a visit."""

    care_plan: CarePlan
    appointments: Sequence[Appointment]
    open_steps: int


def book_course(
    *,
    episode_id: UUID,
    protocol_id: UUID,
    picks: Sequence[Pick],
    by: User,
    now: datetime,
    exceptions: Exceptions = NO_EXCEPTIONS,
) -> BookedCourse:
    """Book every picked visit in one transaction, or change nothing.

    Everything is checked again: people, gaps, spacing, hours, licences.  Steps that are
    not picked become part of the plan too and stay visible as still to be booked.
    Raises AlreadyBooked (its sentence names the visit), CourseRefused, CannotBook,
    SpacingRefused (a prescriber passes it with a reason), NotCleared or
    ChangedMeanwhile.
    """
    with all_or_nothing():
        episode = (
            EpisodeOfCare.objects.select_for_update(of=("self",))
            .select_related("patient", "site")
            .get(pk=episode_id)
        )
        check_may_book_course(by, episode, now=now)
        protocol = _protocol(protocol_id)
        check_approved(episode, protocol)
        steps = list(protocol.steps.order_by("position"))
        plan, planned, held = _plan(episode, protocol, steps, by=by, now=now)
        check_exceptions(exceptions, by=by)
        _check(picks, episode, protocol, steps, held, exceptions)
        drafts = _drafts(picks, episode, steps, planned)
        check_drafts(drafts, site=episode.site, now=now)
        lock_diaries(drafts)
        visits = [draft.appointment for draft in drafts]
        found = check_spacing(
            visits, protocol=protocol, by=by, now=now, reason=exceptions.reason
        )
        check_presence(drafts, site=episode.site, route=protocol.route)
        try:
            lanes = choose_lanes(drafts, zone=episode.site.zone)
        except AlreadyBooked as taken:
            raise _named(taken, picks, steps) from taken
        write_visits(drafts, lanes, by=by, now=now)
        _name_team(episode, drafts)
        note_spacing(visits, found, by=by, now=now, reason=exceptions.reason)
        note_exceptions(visits, exceptions, by=by, now=now)
        reminders.plan_course(plan, visits, site=episode.site, by=by, now=now)
        audit.record(
            by=by,
            action=Action.CREATE,
            category=Category.SCHEDULE,
            patient_id=episode.patient_id,
            object_type="CarePlan",
            object_id=plan.pk,
            reason_code="course-booked",
        )
        transaction.on_commit(
            partial(
                signals.course_booked.send,
                CarePlan,
                care_plan_id=plan.pk,
                patient_id=episode.patient_id,
                episode_id=episode.pk,
            )
        )
    return BookedCourse(plan, visits, len(steps) - len(held) - len(picks))


def _name_team(episode: EpisodeOfCare, drafts: Sequence[Draft]) -> None:
    """An episode without a therapist or a prescriber gets those who see most of it."""
    open_roles = {
        role: getattr(episode, f"{role}_id") is None
        for role in (ParticipantRole.THERAPIST, ParticipantRole.PRESCRIBER)
    }
    if not any(open_roles.values()):
        return
    seen = Counter(
        (part.role, part.schedule_id) for draft in drafts for part in draft.parts
    )
    users = dict(
        Schedule.objects.filter(pk__in={schedule for _, schedule in seen}).values_list(
            "pk", "practitioner__user"
        )
    )
    for role, is_open in open_roles.items():
        most = [schedule for (kind, schedule), _ in seen.most_common() if kind == role]
        if is_open and most:
            setattr(episode, f"{role}_id", users[most[0]])
    episode.save(update_fields=["therapist", "prescriber"])


def _protocol(protocol_id: UUID) -> Protocol:
    found = Protocol.objects.filter(pk=protocol_id).first()
    if found is None:
        raise CourseRefused("This protocol is not on record. Propose again.")
    return found


def _plan(
    episode: EpisodeOfCare,
    protocol: Protocol,
    steps: Sequence[ProtocolStep],
    *,
    by: User,
    now: datetime,
) -> tuple[CarePlan, dict[str, PlannedStep], Sequence[courses.Held]]:
    """The episode's live plan, made when there is none, with one row for each step."""
    plan = courses.live_plan(episode)
    if plan is None:
        plan = CarePlan.objects.create(
            episode=episode, protocol=protocol, created_at=now, created_by=by
        )
        rows = PlannedStep.objects.bulk_create(
            PlannedStep(care_plan=plan, step=step) for step in steps
        )
        return plan, {row.step.key: row for row in rows}, ()
    if plan.protocol_id != protocol.pk:
        raise ChangedMeanwhile(
            f"Another course is planned already: {plan.protocol.name}. Look at it first."
        )
    rows = list(plan.planned_steps.select_related("step"))
    return plan, {row.step.key: row for row in rows}, courses.held_visits(plan)


def _check(
    picks: Sequence[Pick],
    episode: EpisodeOfCare,
    protocol: Protocol,
    steps: Sequence[ProtocolStep],
    held: Sequence[courses.Held],
    exceptions: Exceptions,
) -> None:
    """Read who can take which role here, and hold the picks against the protocol."""
    zone = episode.site.zone
    days = [pick.starts_at.astimezone(zone).date() for pick in picks]
    first = min(days, default=episode.started_at.astimezone(zone).date())
    grid = make_grid(episode.site, first=first, days=1)
    clinic = read_diaries(
        episode.site, grid, patient_schedule_id=episode.patient.schedule_id
    )
    check_course(
        picks,
        protocol=protocol,
        steps=steps,
        held=held,
        clinic=clinic,
        exceptions=exceptions,
    )


def _drafts(
    picks: Sequence[Pick],
    episode: EpisodeOfCare,
    steps: Collection[ProtocolStep],
    planned: Mapping[str, PlannedStep],
) -> list[Draft]:
    totals = courses.totals(steps)
    known = {step.key: step for step in steps}
    found: list[Draft] = []
    for pick in picks:
        step = known[pick.step_key]
        end = pick.starts_at + timedelta(minutes=step.duration_min)
        appointment = Appointment(
            patient=episode.patient,
            episode=episode,
            planned_step=planned[step.key],
            site=episode.site,
            kind=step.kind,
            number=step.number,
            of_total=totals[step.kind],
            starts_at=pick.starts_at,
            ends_at=end,
        )
        parts = with_patient(episode.patient, pick.starts_at, end, pick.parts(step))
        found.append(Draft(appointment, parts))
    return found


def _named(
    taken: AlreadyBooked, picks: Sequence[Pick], steps: Collection[ProtocolStep]
) -> AlreadyBooked:
    """The same refusal, beginning with the visit it struck."""
    if taken.place is None:
        return taken
    key = picks[taken.place].step_key
    label = next(step_label(step) for step in steps if step.key == key)
    return AlreadyBooked(f"{label}: {taken} Nothing was booked.", place=taken.place)
