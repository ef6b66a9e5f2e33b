"""The outbox: a row for whatever happens later or leaves the building.

A row is written in the transaction of its cause, with a unique key that says why
(``appointment:ID:v4:reminder-24h:sms``) and a due time.  Models inherit OutboxRow;
the dispatcher (kap.core.dispatch) hands the ids of due rows to Celery.  A worker
claims a row, commits the claim, looks at the world again, acts, and says how it
ended.  Only the worker that holds the claim can say so.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q

BACKOFF = (1, 2, 5, 10, 20, 30)
"""Minutes to wait after the first, second, … attempt that certainly had no effect."""


class OutboxStatus(models.TextChoices):
    """FHIR R4 ``event-status`` codes, as the outbox uses them."""

    PREPARATION = "preparation", "Waiting"
    IN_PROGRESS = "in-progress", "Being done"
    COMPLETED = "completed", "Done"
    NOT_DONE = "not-done", "Not done"
    STOPPED = "stopped", "Cancelled"
    UNKNOWN = "unknown", "Unknown"


def next_attempt_at(*, attempts: int, now: datetime) -> datetime:
    """When to try again what certainly had no effect."""
    step = min(max(attempts, 1), len(BACKOFF)) - 1
    return now + timedelta(minutes=BACKOFF[step])


Row = TypeVar("Row", bound="OutboxRow")


class OutboxQuerySet(models.QuerySet[Row]):
    def waiting(self) -> Self:
        return self.filter(status=OutboxStatus.PREPARATION)

    def due(self, *, now: datetime) -> Self:
        return self.waiting().filter(due_at__lte=now)

    def claim(self, row_id: UUID, *, now: datetime) -> Row | None:
        """Take the right to act on one row; None if it is gone, done, or another's.

        Commit before acting: then a killed worker leaves a claim behind, and
        nobody acts twice.
        """
        taken = (
            self.filter(pk=row_id)
            .due(now=now)
            .update(
                status=OutboxStatus.IN_PROGRESS,
                claimed_at=now,
                attempts=F("attempts") + 1,
                problem="",
            )
        )
        return self.filter(pk=row_id).first() if taken else None

    def stop(self, *, key_prefix: str, now: datetime) -> int:
        """Cancel what still waits under a key; what left the building stays."""
        return (
            self.waiting()
            .filter(key__startswith=key_prefix)
            .update(status=OutboxStatus.STOPPED, finished_at=now)
        )


class OutboxRow(models.Model):
    """Something to do once, when due, if the world still wants it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    status = models.CharField(
        max_length=20, choices=OutboxStatus, default=OutboxStatus.PREPARATION
    )
    due_at = models.DateTimeField()
    useless_after = models.DateTimeField()
    created_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True)
    """A short code for why it was not done, or still waits; never text from outside."""

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(useless_after__gt=F("due_at")),
                name="%(app_label)s_%(class)s_useless_after_due",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(status="preparation"),
                name="%(app_label).8s_%(class).10s_due",
            ),
            models.Index(
                fields=["claimed_at"],
                condition=Q(status="in-progress"),
                name="%(app_label).6s_%(class).8s_claimed",
            ),
        ]

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"

    def finish(self, status: OutboxStatus, *, now: datetime, problem: str = "") -> bool:
        """Say how it ended; false when this claim was taken away meanwhile."""
        return self._leave_claim(status=status, finished_at=now, problem=problem)

    def give_back(
        self, *, due_at: datetime, problem: str, now: datetime, counts: bool = True
    ) -> bool:
        """Wait for a later attempt; too late for one means it is not done.

        ``counts`` false: this was no attempt, only a look (a full disk, a daily limit).
        """
        if due_at >= self.useless_after:
            return self.finish(OutboxStatus.NOT_DONE, now=now, problem=problem)
        return self._leave_claim(
            status=OutboxStatus.PREPARATION,
            due_at=due_at,
            queued_at=None,
            claimed_at=None,
            attempts=self.attempts if counts else self.attempts - 1,
            problem=problem,
        )

    def _leave_claim(self, **changes: object) -> bool:
        """Change the row if it still is under the very claim that this worker took."""
        held = type(self)._default_manager.filter(
            pk=self.pk,
            status=OutboxStatus.IN_PROGRESS,
            claimed_at=self.claimed_at,
            attempts=self.attempts,
        )
        if held.update(**changes) != 1:
            return False
        for name, value in changes.items():
            setattr(self, name, value)
        return True
