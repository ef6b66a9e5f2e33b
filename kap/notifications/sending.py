"""Sending one message at most once: claim, commit, look again, hand over, write down."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.outbox import OutboxStatus, next_attempt_at
from kap.notifications.compose import CannotComposeError, Letter, compose
from kap.notifications.guards import Obstacle, obstacle
from kap.notifications.models import Communication
from kap.notifications.transports import transport_for
from kap.notifications.transports.base import AmbiguousError, NotSentError, RefusedError
from kap.patients.models import SecureLink

MAX_TRIES = 4
"""For faults of our own before anything was handed over; a server that is away waits longer."""
JOB = "notifications.send"

log = structlog.get_logger(__name__)


def send(communication_id: UUID, *, now: datetime) -> None:
    """Send a message that is due; when another worker has it, or it is gone, do nothing.

    The claim is committed before anything leaves: a worker that dies after it leaves
    the message *unknown*, and an unknown message is never sent again by itself.
    """
    message = Communication.objects.select_related(
        "patient__site", "related_person", "to_user", "caused_by"
    ).claim(communication_id, now=now)
    if message is None:
        return
    try:
        found = obstacle(message, now=now)
        letter = None if found else compose(message, now=now)
    except CannotComposeError as error:
        found, letter = Obstacle(error.code), None
    except Exception as error:
        # Nothing has left; another try is safe.
        log.warning("message_not_ready", row_id=str(message.pk), exc_info=True)
        _try_later(message, code=type(error).__name__[:40], now=now, tries=MAX_TRIES)
        return
    if letter is None:
        _held_back(message, found or Obstacle("no-words"), now=now)
        return
    _hand_over(message, letter, now=now)


def _held_back(message: Communication, found: Obstacle, *, now: datetime) -> None:
    if found.due_at is not None and found.due_at < message.useless_after:
        message.give_back(
            due_at=found.due_at, problem=found.code, now=now, counts=False
        )
        return
    _end(message, found.status, now=now, problem=found.code)


def _hand_over(message: Communication, letter: Letter, *, now: datetime) -> None:
    try:
        transport_for(message.channel).send(letter)
    except NotSentError as error:
        _try_later(message, code=error.code, now=now)
    except RefusedError as error:
        _end(message, OutboxStatus.NOT_DONE, now=now, problem=error.code)
    except AmbiguousError as error:
        _end(message, OutboxStatus.UNKNOWN, now=now, problem=error.code)
    except Exception:
        # It may have left; only a person can find out.
        log.warning("message_unknown", row_id=str(message.pk), exc_info=True)
        _end(message, OutboxStatus.UNKNOWN, now=now, problem="error")
    else:
        _end(message, OutboxStatus.COMPLETED, now=now)


@transaction.atomic
def _try_later(
    message: Communication, *, code: str, now: datetime, tries: int = 1000
) -> None:
    """Give the claim back; the link that did not go out opens nothing."""
    if message.link is not None:
        SecureLink.objects.filter(pk=message.link.pk).update(revoked_at=now)
        Communication.objects.filter(pk=message.pk).update(link=None)
    spread = timedelta(seconds=message.pk.int % 30)
    due_at = next_attempt_at(attempts=message.attempts, now=now) + spread
    if message.attempts >= tries or due_at >= message.useless_after:
        _end(message, OutboxStatus.NOT_DONE, now=now, problem=code)
        return
    message.give_back(due_at=due_at, problem=code, now=now)


@transaction.atomic
def _end(
    message: Communication, status: OutboxStatus, *, now: datetime, problem: str = ""
) -> None:
    """Write down how it ended, with one row of history."""
    if not message.finish(status, now=now, problem=problem):
        return
    record(
        by=message.caused_by,
        action=Action.SEND,
        category=Category.MESSAGE,
        patient_id=message.patient_id,
        object_type="Communication",
        object_id=message.pk,
        reason_code=problem or str(status),
        link_id=message.link_id,
        job=JOB,
    )
