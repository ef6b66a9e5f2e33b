"""The intention, as long as it may change: until the time-out of the first dose."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kap.core.models import UUIDModel
from kap.core.triggers import append_only
from screening.models.preparation import PreparationRecord


class IntentionChange(UUIDModel):
    """New words for the intention of a signed preparation.  Written once; the newest counts."""

    record = models.ForeignKey(
        PreparationRecord, on_delete=models.PROTECT, related_name="intention_changes"
    )
    text = models.TextField(max_length=2000)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""), name="intention_change_has_words"
            )
        ]
        triggers = append_only(prefix="intention_change_")

    def __str__(self) -> str:
        return f"IntentionChange {self.pk}"
