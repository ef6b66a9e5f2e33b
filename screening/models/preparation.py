"""The preparation visit: what was talked through before the first dose."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kap.core.constraints import all_or_none
from kap.core.models import UUIDModel
from kap.core.triggers import never_deleted
from kap.patients.models import EpisodeOfCare
from screening.enums import TouchAgreement


class PreparationRecord(UUIDModel):
    """One preparation visit (clinical.md 1.9); fixed once it is signed."""

    episode = models.ForeignKey(
        EpisodeOfCare, on_delete=models.PROTECT, related_name="preparations"
    )
    held_at = models.DateTimeField()
    intention = models.TextField(max_length=2000, blank=True)
    covered = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    """Codes of the checklist points that were talked through."""
    touch = models.CharField(
        max_length=10, choices=TouchAgreement, default=TouchAgreement.NONE
    )
    stop_signal = models.CharField(max_length=120, blank=True)
    music = models.CharField(max_length=200, blank=True)
    eye_shades = models.BooleanField(null=True)
    grounding = models.TextField(max_length=1000, blank=True)
    route = models.CharField(max_length=10, blank=True)
    """Of the education given: iv, im, sl, in_esk, in_rac or po."""
    detail = models.JSONField(default=dict, blank=True)
    """What the sections hold beyond the columns, by field (screening.rules.preparation)."""
    notes = models.TextField(max_length=5000, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    content_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            all_or_none(
                "signed_at", "signed_by", name="preparation_signature_is_whole"
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | ~Q(intention=""),
                name="preparation_signed_has_intention",
            ),
        ]
        triggers = never_deleted(prefix="preparation_")

    def __str__(self) -> str:
        return f"PreparationRecord {self.pk}"
