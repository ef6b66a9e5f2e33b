"""Calls made the day before: to whom, and what came of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kap.core.models import UUIDModel
from kap.core.triggers import append_only
from sessions.enums import CallOutcome
from sessions.models.appointments import Appointment


class ChaseCall(UUIDModel):
    """One call about a visit that is not ready yet; written once."""

    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="chase_calls"
    )
    outcome = models.CharField(max_length=12, choices=CallOutcome)
    note = models.CharField(max_length=300, blank=True)
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["appointment", "-called_at"], name="chase_call_newest")
        ]
        triggers = append_only(prefix="chase_call_")

    def __str__(self) -> str:
        return f"ChaseCall {self.pk}"
