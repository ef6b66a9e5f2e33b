"""Planning messages, and stopping those that have not gone out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import IllegalTransition
from kap.core.outbox import OutboxStatus
from kap.notifications import planned_rows, registry
from kap.notifications.models import Communication
from kap.notifications.queries import CHANNELS, channel_problem, phone_of
from kap.notifications.signals import communication_settled
from kap.patients.enums import CHANNEL_OF_FIELD, Channel, ContactPurpose

if TYPE_CHECKING:
    from kap.accounts.models import User
    from kap.patients.models import Patient, RelatedPerson

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """One reason to write to one person; becomes a row for each channel they agreed to.

    ``key`` says why (``appointment:ID:v4:visit-24h``); planned again, it is one reason.
    ``link_purpose`` and ``link_object_id``: a secure link that is made when it is sent.
    """

    kind: str
    key: str
    patient: Patient
    due_at: datetime
    useless_after: datetime
    about_id: UUID | None = None
    about_at: datetime | None = None
    purpose: ContactPurpose = ContactPurpose.CARE
    by: User | None = None
    related_person: RelatedPerson | None = None
    to_user: User | None = None
    link_purpose: str = ""
    link_object_id: UUID | None = None


def plan_message(
    *,
    kind: str,
    key: str,
    patient: Patient,
    due_at: datetime,
    useless_after: datetime,
    now: datetime,
    about_id: UUID | None = None,
    about_at: datetime | None = None,
    purpose: ContactPurpose = ContactPurpose.CARE,
    by: User | None = None,
    related_person: RelatedPerson | None = None,
    to_user: User | None = None,
    link_purpose: str = "",
    link_object_id: UUID | None = None,
) -> list[Communication]:
    """Plan one message, on each channel the person agreed to; the same key, once."""
    message = PlannedMessage(
        kind=kind,
        key=key,
        patient=patient,
        due_at=due_at,
        useless_after=useless_after,
        about_id=about_id,
        about_at=about_at,
        purpose=purpose,
        by=by,
        related_person=related_person,
        to_user=to_user,
        link_purpose=link_purpose,
        link_object_id=link_object_id,
    )
    return plan_many([message], now=now)


@transaction.atomic
def plan_many(
    messages: Sequence[PlannedMessage], *, now: datetime
) -> list[Communication]:
    """Plan many messages with two queries; what is of no use any more is left out.

    A message whose due time has passed goes out at once.  Returns the rows that hold
    the reasons, whether they were made now or before.
    """
    keys = plan_unread(messages, now=now)
    return list(Communication.objects.filter(key__in=keys)) if keys else []


def plan_unread(messages: Sequence[PlannedMessage], *, now: datetime) -> list[str]:
    """As ``plan_many``, without reading the rows back: one query.

    For the paths where each query counts, such as booking.  Returns the keys that can
    have been written; the database leaves out what the patient has not agreed to.
    """
    rows = [
        _row(message, channel, now=now)
        for message in messages
        if message.useless_after > now
        for channel in _channels(message)
    ]
    planned_rows.insert(rows)
    return [row[1] for row in rows]


def _channels(message: PlannedMessage) -> list[Channel]:
    """By which channels this message can go; whether it may is asked as it is written."""
    if message.to_user is not None:
        wanted = [Channel.EMAIL]
        if _wakes(message.kind) and phone_of(message.to_user):
            wanted.append(Channel.SMS)
    elif message.related_person is not None:
        wanted = [Channel.SMS] if message.related_person.phone else []
    else:
        wanted = [
            channel
            for channel in CHANNELS
            if getattr(message.patient, CHANNEL_OF_FIELD[channel])
        ]
    return [channel for channel in wanted if not channel_problem(channel)]


def _wakes(kind: str) -> bool:
    found = registry.kind(kind)
    return found is not None and found.day_and_night


def _row(message: PlannedMessage, channel: Channel, *, now: datetime) -> Row:
    """The values of ``planned_rows.COLUMNS``."""
    return (
        str(uuid.uuid4()),
        f"{message.key}:{channel}",
        str(message.patient.pk),
        str(message.related_person.pk) if message.related_person else None,
        str(message.to_user.pk) if message.to_user else None,
        message.kind,
        channel.value,
        str(message.purpose),
        str(message.about_id) if message.about_id else None,
        message.about_at,
        message.link_purpose,
        str(message.link_object_id) if message.link_object_id else None,
        str(message.by.pk) if message.by else None,
        max(message.due_at, now),
        message.useless_after,
        now,
    )


def stop_messages(*, key_prefix: str, now: datetime) -> int:
    """Cancel what still waits under a key; returns how many were stopped."""
    return Communication.objects.stop(key_prefix=key_prefix, now=now)


@transaction.atomic
def take_back(*, communication_id: UUID, by: User, now: datetime) -> Communication:
    """Stop one message that still waits, because a person says so."""
    stopped = Communication.objects.filter(
        pk=communication_id, status=OutboxStatus.PREPARATION
    ).update(status=OutboxStatus.STOPPED, finished_at=now, problem="taken-back")
    message = Communication.objects.get(pk=communication_id)
    if not stopped:
        raise IllegalTransition(
            "This message cannot be taken back: it no longer waits."
        )
    _audit(message, by=by, reason="taken-back")
    return message


@transaction.atomic
def settle(
    *, communication_id: UUID, arrived: bool, by: User, now: datetime
) -> Communication:
    """Say what became of an unknown message, after asking the person it was for."""
    found = Communication.objects.filter(
        pk=communication_id, status=OutboxStatus.UNKNOWN
    ).update(
        status=OutboxStatus.COMPLETED if arrived else OutboxStatus.NOT_DONE,
        finished_at=now,
        announced_at=now,
        problem="asked-arrived" if arrived else "asked-not-arrived",
    )
    message = Communication.objects.get(pk=communication_id)
    if not found:
        raise IllegalTransition("This message is no longer unknown.")
    _audit(message, by=by, reason=message.problem)
    transaction.on_commit(
        partial(
            communication_settled.send,
            Communication,
            communication_id=message.pk,
            by_id=by.pk,
        )
    )
    return message


def _audit(message: Communication, *, by: User, reason: str) -> None:
    record(
        by=by,
        action=Action.UPDATE,
        category=Category.MESSAGE,
        patient_id=message.patient_id,
        object_type="Communication",
        object_id=message.pk,
        reason_code=reason,
    )


__all__ = [
    "PlannedMessage",
    "plan_many",
    "plan_message",
    "settle",
    "stop_messages",
    "take_back",
]
