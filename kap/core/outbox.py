"""The outbox: a row for whatever happens later or leaves the building.

A row is written in the transaction of its cause, with a unique key that says why
(``appointment:ID:v4:reminder-24h:sms``) and a due time.  Models inherit OutboxRow;
the dispatcher (kap.core.dispatch) claims due rows and hands their ids to Celery.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

class OutboxStatus(models.TextChoices):
    """FHIR R4 ``event-status`` codes, as the outbox uses them."""

    PREPARATION = "preparation", "Waiting"
    IN_PROGRESS = "in-progress", "Being done"
    COMPLETED = "completed", "Done"
    NOT_DONE = "not-done", "Not done"
    STOPPED = "stopped", "Cancelled"
    UNKNOWN = "unknown", "Unknown"


class OutboxQuerySet(models.QuerySet["OutboxRow"]):
    def due(self, *, now: datetime) -> Self:
        return self.filter(status=OutboxStatus.PREPARATION, due_at__lte=now)

    def claim(self, *, now: datetime) -> bool:
        """Take the right to act on this one row; false if another worker has it."""
        taken = self.filter(
            status__in=(OutboxStatus.PREPARATION,), due_at__lte=now
        ).update(
            status=OutboxStatus.IN_PROGRESS,
            claimed_at=now,
            attempts=models.F("attempts") + 1,
        )
        return taken == 1

    def stop(self, *, key_prefix: str) -> int:
        """Cancel what still waits under a key; what left the building stays."""
        return self.filter(
            key__startswith=key_prefix, status=OutboxStatus.PREPARATION
        ).update(status=OutboxStatus.STOPPED)


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
    """A short code for why it was not done; never text from outside."""

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(useless_after__gt=models.F("due_at")),
                name="%(app_label)s_%(class)s_useless_after_due",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(status="preparation"),
                name="%(app_label).8s_%(class).10s_due",
            )
        ]

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"
