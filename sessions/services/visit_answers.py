"""The patient answers about a visit: will come, asks for another time, cannot come."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kap.accounts.enums import Role
from kap.audit import services as audit
from kap.audit.enums import Action, Category
from kap.core.errors import DomainError
from kap.patients.models import SecureLink
from kap.worklist.services import close_for, open_item
from sessions import reminders, signals
from sessions.enums import AppointmentStatus, ReplyKind
from sessions.models import Appointment, AppointmentStatusChange, VisitReply
from sessions.permissions import check_may_schedule
from sessions.rules.visit_answers import MayAnswer, may_answer
from sessions.services.booking import check_may_go, free_slots, locked

if TYPE_CHECKING:
    from kap.accounts.models import User

OTHER_TIME: Final = "visit-other-time"
CALLED_OFF: Final = "visit-called-off"
NO_ESCORT: Final = "escort-cannot-come"
ANSWER_WITHIN: Final = timedelta(hours=4)
"""The same day; ours."""
WISH_AT_MOST: Final = 500


class CannotAnswer(DomainError):
    """The visit is not one that can still be answered in this way."""


def rights_of(appointment: Appointment, *, now: datetime) -> MayAnswer:
    """What the patient may answer; the visit's ``site`` is loaded."""
    return may_answer(
        is_booked=appointment.status == AppointmentStatus.BOOKED,
        starts_at=appointment.starts_at,
        cancel_hours=appointment.site.cancel_by_link_h,
        now=now,
    )


def confirm_by_link(
    *, appointment_id: UUID, version: int, link: SecureLink, now: datetime
) -> VisitReply:
    """The patient will come.  Said twice, it is said once."""
    with transaction.atomic():
        appointment = _held(appointment_id, version=version, now=now)
        reply, is_new = VisitReply.objects.get_or_create(
            appointment=appointment,
            version=version,
            kind=ReplyKind.CONFIRMED,
            defaults={"replied_at": now, "link": link},
        )
        if is_new:
            _record(reply, appointment, link=link, by=None)
    return reply


def confirm_by_phone(
    *, appointment_id: UUID, version: int, by: User, now: datetime
) -> VisitReply:
    """The desk heard it on the phone."""
    check_may_schedule(by)
    with transaction.atomic():
        appointment = _held(appointment_id, version=version, now=now)
        reply, is_new = VisitReply.objects.get_or_create(
            appointment=appointment,
            version=version,
            kind=ReplyKind.CONFIRMED,
            defaults={"replied_at": now, "recorded_by": by},
        )
        if is_new:
            _record(reply, appointment, link=None, by=by)
    return reply


def ask_other_time(
    *, appointment_id: UUID, version: int, wish: str, link: SecureLink, now: datetime
) -> VisitReply:
    """The patient asks for another time; the visit stands until the desk has moved it."""
    wish = wish.strip()
    if not wish:
        raise CannotAnswer(_("Write which days or times would suit you."))
    if len(wish) > WISH_AT_MOST:
        raise CannotAnswer(_("Please write it in at most 500 characters."))
    with transaction.atomic():
        appointment = _held(appointment_id, version=version, now=now)
        reply = _reply(appointment, ReplyKind.OTHER_TIME, link=link, now=now, wish=wish)
        open_item(
            kind=OTHER_TIME,
            source_key=f"appointment:{appointment.pk}:v{version}:{OTHER_TIME}",
            role=Role.FRONT_DESK,
            due_at=now + ANSWER_WITHIN,
            now=now,
            patient=appointment.patient,
            object_id=appointment.pk,
        )
    return reply


def cancel_by_link(
    *, appointment_id: UUID, version: int, link: SecureLink, now: datetime
) -> VisitReply:
    """The patient cannot come: the place is free at once, the step stays to be planned."""
    with transaction.atomic():
        appointment = _held(appointment_id, version=version, now=now)
        rights = rights_of(appointment, now=now)
        if not rights.cancel:
            raise CannotAnswer(
                _("It is too late to cancel here. Please call us: %(phone)s.")
                % {"phone": appointment.site.phone}
            )
        check_may_go(appointment, AppointmentStatus.CANCELLED)
        AppointmentStatusChange.objects.create(
            appointment=appointment,
            old_status=appointment.status,
            new_status=AppointmentStatus.CANCELLED,
            changed_at=now,
            reason="Called off by the patient",
        )
        _mark_cancelled(appointment, link=link, now=now)
        free_slots(appointment)
        reminders.stop(appointment, now=now)
        reply = _reply(appointment, ReplyKind.CANCELLED, link=link, now=now)
        open_item(
            kind=CALLED_OFF,
            source_key=f"appointment:{appointment.pk}:{CALLED_OFF}",
            role=Role.FRONT_DESK,
            due_at=now + ANSWER_WITHIN,
            now=now,
            patient=appointment.patient,
            object_id=appointment.pk,
        )
        transaction.on_commit(
            partial(
                signals.appointment_cancelled.send,
                Appointment,
                appointment_id=appointment.pk,
                patient_id=appointment.patient_id,
                episode_id=appointment.episode_id,
            )
        )
    return reply


def escort_cannot_come(
    *, appointment_id: UUID, link: SecureLink, now: datetime
) -> None:
    """Nobody takes the patient home any more: the desk is told at once."""
    with transaction.atomic():
        appointment = locked(appointment_id)
        open_item(
            kind=NO_ESCORT,
            source_key=f"appointment:{appointment.pk}:{NO_ESCORT}:{link.pk}",
            role=Role.FRONT_DESK,
            due_at=min(now + ANSWER_WITHIN, appointment.starts_at),
            now=now,
            patient=appointment.patient,
            object_id=appointment.pk,
        )


def settle_wish(*, appointment: Appointment, by: User, now: datetime) -> None:
    """The visit was moved or kept on purpose: the question is answered."""
    for version in range(1, appointment.version + 1):
        key = f"appointment:{appointment.pk}:v{version}:{OTHER_TIME}"
        close_for(source_key=key, by=by, now=now)


def _held(appointment_id: UUID, *, version: int, now: datetime) -> Appointment:
    """The visit as the patient saw it; else a sentence with the time it has now."""
    appointment = locked(appointment_id)
    if appointment.status == AppointmentStatus.CANCELLED:
        raise CannotAnswer(_("This visit was already cancelled."))
    if not rights_of(appointment, now=now).confirm:
        raise CannotAnswer(_("This visit has begun or is over. Please call us."))
    if appointment.version != version:
        local = appointment.starts_at.astimezone(appointment.site.zone)
        raise CannotAnswer(
            _("The visit was moved meanwhile. It is now on %(day)s at %(time)s.")
            % {
                "day": date_format(local, "l, F j"),
                "time": date_format(local, "g:i a"),
            }
        )
    return appointment


def _mark_cancelled(
    appointment: Appointment, *, link: SecureLink, now: datetime
) -> None:
    appointment.status = AppointmentStatus.CANCELLED
    appointment.cancelled_at = now
    appointment.cancelled_link = link
    appointment.cancellation_reason = "Called off by the patient"
    appointment.save(
        update_fields=[
            "status",
            "cancelled_at",
            "cancelled_link",
            "cancellation_reason",
        ]
    )


def _reply(
    appointment: Appointment,
    kind: ReplyKind,
    *,
    link: SecureLink,
    now: datetime,
    wish: str = "",
) -> VisitReply:
    reply = VisitReply.objects.create(
        appointment=appointment,
        version=appointment.version,
        kind=kind,
        wish=wish,
        replied_at=now,
        link=link,
    )
    _record(reply, appointment, link=link, by=None)
    return reply


def _record(
    reply: VisitReply,
    appointment: Appointment,
    *,
    link: SecureLink | None,
    by: User | None,
) -> None:
    audit.record(
        by=by,
        action=Action.CREATE,
        category=Category.SCHEDULE,
        patient_id=appointment.patient_id,
        object_type="VisitReply",
        object_id=reply.pk,
        reason_code=reply.kind,
        link_id=link.pk if link else None,
    )
