"""Telling the front desk, once, what went wrong: unknown and failed messages."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kap.core.outbox import OutboxStatus
from kap.notifications.models import Communication
from kap.notifications.signals import communication_failed, communication_unknown

AT_ONCE = 200
QUIET = frozenset({"too-late"})
"""Nobody can do anything about these any more."""
LIMITS = frozenset({"day-limit", "week-limit", "night"})
"""Held back by our own rules; no reason to call when the letter beside it went out."""


def announce(*, now: datetime) -> int:
    """Raise the signals for messages that ended badly and were not spoken of yet."""
    with transaction.atomic():
        found = list(
            Communication.objects.filter(
                status__in=(OutboxStatus.UNKNOWN, OutboxStatus.NOT_DONE),
                announced_at=None,
                finished_at__isnull=False,
            )
            .order_by("finished_at")
            .select_for_update(skip_locked=True, of=("self",))
            .only("pk", "key", "status", "problem")[:AT_ONCE]
        )
        for message in found:
            if message.problem in QUIET or _was_said_otherwise(message):
                continue
            unknown = message.status == OutboxStatus.UNKNOWN
            signal = communication_unknown if unknown else communication_failed
            signal.send(Communication, communication_id=message.pk)
        Communication.objects.filter(pk__in=[message.pk for message in found]).update(
            announced_at=now
        )
    return len(found)


def _was_said_otherwise(message: Communication) -> bool:
    """A text that our limits held back, while the same words went out by another way."""
    if message.problem not in LIMITS:
        return False
    same, _, _ = message.key.rpartition(":")
    return Communication.objects.filter(
        key__startswith=f"{same}:", status=OutboxStatus.COMPLETED
    ).exists()
