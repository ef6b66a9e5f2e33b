"""The messages of a visit: when each is due, and whether the world still wants it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from kap.clinic.models import Site
from kap.core import prepared
from kap.core.reminder_times import Offset, reminder_time
from kap.notifications import registry, services as notifications
from kap.notifications.models import Communication
from kap.notifications.services import PlannedMessage
from kap.patients.enums import ContactPurpose, RelatedKind
from kap.patients.models import RelatedPerson
from sessions import links
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
_ESCORT: Final = ("id", "patient_id", "phone")
_ESCORTS: Final = prepared.Statement(
    "kap_escorts",
    ("uuid[]", "varchar"),
    "SELECT DISTINCT ON (patient_id) id, patient_id, phone FROM patients_relatedperson"
    " WHERE patient_id = ANY($1) AND kind = $2 AND ended_at IS NULL"
    " ORDER BY patient_id, created_at DESC",
)

_RANKS: Final = MappingProxyType({DAY_BEFORE: 1, TWO_DAYS_BEFORE: 2})
"""Whom a text must reach: fasting and the way home first, then the medicines."""

LINKS: Final = MappingProxyType(
    {
        CONFIRM: links.VISIT,
        WEEK_BEFORE: links.VISIT,
        TWO_DAYS_BEFORE: links.VISIT,
        DAY_BEFORE: links.VISIT,
        TWO_HOURS_BEFORE: links.VISIT,
        ESCORT: links.ESCORT,
    }
)
"""Which page of the visit a message leads to; the link is made when it is sent."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A kind of message and its moment; ``doses_only``: not for talks."""

    kind: str
    offset: Offset
    doses_only: bool = True


REMINDERS: Final = (
    Reminder(WEEK_BEFORE, Offset.WEEK_BEFORE),
    Reminder(TWO_DAYS_BEFORE, Offset.TWO_DAYS_BEFORE),
    Reminder(DAY_BEFORE, Offset.DAY_BEFORE, doses_only=False),
    Reminder(TWO_HOURS_BEFORE, Offset.TWO_HOURS_BEFORE),
    Reminder(DAY_AFTER, Offset.NEXT_MORNING),
)
"""Clinical.md 10.2: R-02, R-04, R-05, R-08, R-10."""


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
        link_purpose=links.VISIT,
        link_object_id=first.pk,
    )
    plan(appointments, site=site, by=by, now=now, confirm=False, also=(confirmation,))


def stop(appointment: Appointment, *, now: datetime) -> None:
    """Stop what still waits for the visit as it stands now."""
    notifications.stop_messages(key_prefix=prefix(appointment), now=now)


def stop_before(appointment: Appointment, *, now: datetime) -> None:
    """The patient is here: stop what was to be said before, keep the morning after."""
    before = [reminder.kind for reminder in REMINDERS if reminder.kind != DAY_AFTER]
    for kind in (*before, ESCORT, CONFIRM):
        notifications.stop_messages(key_prefix=f"{prefix(appointment)}{kind}", now=now)


def prefix(appointment: Appointment) -> str:
    """How the keys of a visit's messages begin; a move raises the version."""
    return f"appointment:{appointment.pk}:v{appointment.version}:"


def due_times(
    kind: str,
    starts_at: datetime,
    *,
    zone: ZoneInfo,
    now: datetime,
    confirm: bool = True,
) -> list[tuple[str, datetime, datetime]]:
    """Which messages a patient will get for such a visit: kind, due, useless after.

    In order of time.  What would have been due already when it is planned is left out.
    """
    found = [(CONFIRM, now, starts_at)] if confirm else []
    for reminder in REMINDERS:
        if reminder.doses_only and kind != VisitKind.DOSING:
            continue
        at = reminder_time(reminder.offset, starts_at=starts_at, zone=zone)
        if at.send_at > now:
            found.append((reminder.kind, at.send_at, at.useless_after))
    return found


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
            link_purpose=LINKS.get(kind, ""),
            link_object_id=appointment.pk if kind in LINKS else None,
        )

    for kind, due, until in due_times(
        appointment.kind, start, zone=zone, now=now, confirm=confirm
    ):
        yield message(kind, due, until)
    if escort is not None and appointment.kind == VisitKind.DOSING:
        at = reminder_time(Offset.DAY_BEFORE, starts_at=start, zone=zone)
        if at.send_at > now:
            yield message(ESCORT, at.send_at, at.useless_after, escort)


def _escorts(appointments: Iterable[Appointment]) -> Mapping[UUID, RelatedPerson]:
    """The newest named escort of each patient who comes for a dose."""
    patients = {a.patient_id for a in appointments if a.kind == VisitKind.DOSING}
    if not patients:
        return MappingProxyType({})
    ids = [str(patient) for patient in patients]
    found = prepared.rows((_ESCORTS, [ids, RelatedKind.ESCORT.value]))
    people = (RelatedPerson.from_db(connection.alias, _ESCORT, row) for row in found)
    return {person.patient_id: person for person in people}


def _appointment_of(communication: Communication) -> Appointment | None:
    """The visit, when it still stands as it did when the message was planned."""
    if communication.about_id is None:
        return None
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
                rank=_RANKS.get(key, 3),
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
