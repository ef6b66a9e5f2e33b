"""Base models and the few tables that carry no business word."""

from __future__ import annotations

import uuid

from django.db import models

from kap.core.outbox import OutboxQuerySet, OutboxRow, OutboxStatus


class UUIDModel(models.Model):
    """A model whose key may stand in a URL."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class OnceKey(models.Model):
    """A form that was sent: the same key with the same content acts once.

    ``owner`` is the session the form was rendered for, so that a key cannot be
    tried from elsewhere.  Kept a day, then swept.
    """

    key = models.UUIDField(primary_key=True)
    owner = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    location = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="once_created")]

    def __str__(self) -> str:
        return f"OnceKey {self.key}"


class RateCounter(models.Model):
    """Hits in one window, counted by one atomic statement."""

    key = models.CharField(max_length=120, primary_key=True)
    window_start = models.DateTimeField()
    hits = models.PositiveIntegerField()

    def __str__(self) -> str:
        return "RateCounter"


class Heartbeat(models.Model):
    """When a background process last showed that it lives."""

    name = models.CharField(max_length=60, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Heartbeat {self.name}"


__all__ = [
    "Heartbeat",
    "OnceKey",
    "OutboxQuerySet",
    "OutboxRow",
    "OutboxStatus",
    "RateCounter",
    "UUIDModel",
]
