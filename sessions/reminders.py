"""The messages of a visit: when each is due, and whether the world still wants it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from kap.clinic.models import Site
from kap.notifications import registry, services as notifications
from kap.notifications.models import Communication
from kap.notifications.services import PlannedMessage
from kap.patients.enums import ContactPurpose, RelatedKind
from kap.patients.models import RelatedPerson
from sessions.enums import AppointmentStatus, VisitKind
from sessions.models import Appointment, CarePlan

if TYPE_CHECKING:
    from kap.accounts.models import User

CONFIRM: Final = "visit-booked"
COURSE: Final = "course-booked"
WEEK_BEFORE: Final = "visit-7d"
TWO_DAYS_BEFORE: Final = "visit-48h"
DAY_BEFORE: Final = "visit-24h"
TWO_HOURS_BEFORE: Final = "visit-2h"
DAY_AFTER: Final = "visit-next-day"
ESCORT: Final = "escort-24h"

EARLIEST, LATEST = time(8), time(20)
"""Messages go out between these, by the site's clock (clinical.md 10.1)."""
CHECK_AT, CHECK_USELESS = time(9), time(17)
"""The check-in on the morning after a dose (clinical.md 10.2, R-10)."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A message so long before a visit; ``doses_only``: not for talks."""

    kind: str
    before: timedelta
    doses_only: bool


REMINDERS: Final = (
    Reminder(WEEK_BEFORE, timedelta(days=7), doses_only=True),
    Reminder(TWO_DAYS_BEFORE, timedelta(hours=48), doses_only=True),
    Reminder(DAY_BEFORE, timedelta(hours=24), doses_only=False),
    Reminder(TWO_HOURS_BEFORE, timedelta(hours=2), doses_only=True),
)
"""Clinical.md 10.2: R-02, R-04, R-05, R-08."""


def plan(
    appointments: Sequence[Appointment],
    *,
    site: Site,
    by: User,
    now: datetime,
    confirm: bool = True,
    also: Sequence[PlannedMessage] = (),
) -> None:
    """Plan every message of these visits; a handful of queries for any number.

    Their ``patient`` must be loaded.  ``confirm``: also say at once that it is booked.
    """
    escorts = _escorts(appointments)
    messages = [
        message
        for appointment in appointments
        for message in _messages(
            appointment,
            zone=site.zone,
            escort=escorts.get(appointment.patient_id),
            by=by,
            now=now,
            confirm=confirm,
        )
    ]
    notifications.plan_unread([*also, *messages], now=now)


def plan_course(
    care_plan: CarePlan,
    appointments: Sequence[Appointment],
    *,
    site: Site,
    by: User,
    now: datetime,
) -> None:
    """The messages of a whole course, with one confirmation instead of one a visit."""
    first = min(appointments, key=lambda visit: visit.starts_at)
    confirmation = PlannedMessage(
        kind=COURSE,
        key=f"care-plan:{care_plan.pk}:{COURSE}:{first.pk}",
        patient=first.patient,
        due_at=now,
        useless_after=first.starts_at,
        about_id=care_plan.pk,
        about_at=first.starts_at,
        by=by,
    )
    plan(appointments, site=site, by=by, now=now, confirm=False, also=(confirmation,))


def stop(appointment: Appointment, *, now: datetime) -> None:
    """Stop what still waits for the visit as it stands now."""
    notifications.stop_messages(key_prefix=prefix(appointment), now=now)


def stop_before(appointment: Appointment, *, now: datetime) -> None:
    """The patient is here: stop what was to be said before, keep the morning after."""
    for kind in (*(reminder.kind for reminder in REMINDERS), ESCORT, CONFIRM):
        notifications.stop_messages(key_prefix=f"{prefix(appointment)}{kind}", now=now)


def prefix(appointment: Appointment) -> str:
    """How the keys of a visit's messages begin; a move raises the version."""
    return f"appointment:{appointment.pk}:v{appointment.version}:"


def due_times(
    kind: str, starts_at: datetime, *, zone: ZoneInfo, now: datetime, confirm: bool = True
) -> Iterator[tuple[str, datetime]]:
    """Which messages a patient will get for such a visit, and when, in order of time."""
    if confirm:
        yield CONFIRM, now
    for reminder in REMINDERS:
        if reminder.doses_only and kind != VisitKind.DOSING:
            continue
        due = starts_at - reminder.before
        if due > now:
            yield reminder.kind, in_waking_hours(due, event=starts_at, zone=zone)
    if kind == VisitKind.DOSING:
        yield DAY_AFTER, _morning_after(starts_at, CHECK_AT, zone)


def in_waking_hours(at: datetime, *, event: datetime, zone: ZoneInfo) -> datetime:
    """Moved to the next moment between 08:00 and 20:00, unless the event comes first."""
    local = at.astimezone(zone)
    if EARLIEST <= local.time() <= LATEST:
        return at
    day = local.date() + timedelta(days=local.time() > LATEST)
    morning = datetime.combine(day, EARLIEST, zone)
    if morning < event:
        return morning.astimezone(at.tzinfo)
    evening = datetime.combine(day - timedelta(days=1), LATEST, zone)
    return evening.astimezone(at.tzinfo)


def _messages(
    appointment: Appointment,
    *,
    zone: ZoneInfo,
    escort: RelatedPerson | None,
    by: User,
    now: datetime,
    confirm: bool,
) -> Iterator[PlannedMessage]:
    start, key = appointment.starts_at, prefix(appointment)

    def message(
        kind: str, due: datetime, until: datetime, to: RelatedPerson | None = None
    ) -> PlannedMessage:
        return PlannedMessage(
            kind=kind,
            key=key + kind,
            patient=appointment.patient,
            due_at=due,
            useless_after=until,
            about_id=appointment.pk,
            about_at=start,
            by=by,
            related_person=to,
        )

    for kind, due in due_times(
        appointment.kind, start, zone=zone, now=now, confirm=confirm
    ):
        until = start if kind != DAY_AFTER else _morning_after(start, CHECK_USELESS, zone)
        yield message(kind, due, until)
    day_before = start - timedelta(hours=24)
    if escort is not None and appointment.kind == VisitKind.DOSING and day_before > now:
        due = in_waking_hours(day_before, event=start, zone=zone)
        yield message(ESCORT, due, start, escort)


def _morning_after(starts_at: datetime, at: time, zone: ZoneInfo) -> datetime:
    day = starts_at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, at, zone)


def _escorts(appointments: Iterable[Appointment]) -> Mapping[UUID, RelatedPerson]:
    """The newest named escort of each patient who comes for a dose."""
    patients = {a.patient_id for a in appointments if a.kind == VisitKind.DOSING}
    if not patients:
        return MappingProxyType({})
    people = RelatedPerson.objects.filter(
        patient_id__in=patients, kind=RelatedKind.ESCORT, ended_at=None
    ).order_by("patient_id", "created_at")
    return {person.patient_id: person for person in people}


def _appointment_of(communication: Communication) -> Appointment | None:
    """The visit, when it still stands as it did when the message was planned."""
    found = Appointment.objects.filter(pk=communication.about_id).first()
    if found is None or not communication.key.startswith(prefix(found)):
        return None
    return found


def still_booked(communication: Communication, now: datetime) -> bool:
    """The visit has neither moved, nor been cancelled, nor begun."""
    appointment = _appointment_of(communication)
    return appointment is not None and (
        appointment.status == AppointmentStatus.BOOKED and appointment.starts_at > now
    )


def took_place(communication: Communication, now: datetime) -> bool:  # noqa: ARG001 -- registry's shape
    """The visit was held; nobody is asked about a dose that was not given."""
    appointment = _appointment_of(communication)
    return appointment is not None and (
        appointment.status == AppointmentStatus.FULFILLED
    )


def register() -> None:
    """Called when the app is ready."""
    before = "the visit is moved, cancelled or begun"
    for key, label in (
        (CONFIRM, "Visit booked"),
        (WEEK_BEFORE, "A week before"),
        (TWO_DAYS_BEFORE, "Two days before"),
        (DAY_BEFORE, "The day before"),
        (TWO_HOURS_BEFORE, "Two hours before"),
        (ESCORT, "Escort, the day before"),
    ):
        registry.register(
            registry.MessageKind(
                key=key,
                purpose=ContactPurpose.CARE,
                still_wanted=still_booked,
                label=label,
                stops_when=before,
                is_asked_for=key == CONFIRM,
            )
        )
    registry.register(
        registry.MessageKind(
            key=COURSE,
            purpose=ContactPurpose.CARE,
            label="Course booked",
            stops_when="its first visit has begun",
            is_asked_for=True,
        )
    )
    registry.register(
        registry.MessageKind(
            key=DAY_AFTER,
            purpose=ContactPurpose.CARE,
            still_wanted=took_place,
            label="The morning after",
            stops_when="the visit did not take place",
        )
    )
