"""The next edition of the eligibility rules while somebody works on it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce

from kap.clinic.models import PolicyEdition, Site
from kap.core.models import UUIDModel
from kap.core.triggers import never_deleted

ALL_SITES = "00000000-0000-0000-0000-000000000000"
"""Stands for "no site" where each site has at most one open draft."""


class EligibilityDraft(UUIDModel):
    """One draft for each site, or for all sites; closed by publishing or by discarding."""

    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, related_name="+"
    )
    based_on = models.ForeignKey(
        PolicyEdition, on_delete=models.PROTECT, related_name="+"
    )
    body = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    published = models.OneToOneField(
        PolicyEdition, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Coalesce("site", models.Value(ALL_SITES, models.UUIDField())),
                condition=models.Q(closed_at=None),
                name="eligibility_draft_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by=None, published=None)
                | models.Q(closed_at__isnull=False, closed_by__isnull=False),
                name="eligibility_draft_closed_is_whole",
            ),
        ]
        triggers = never_deleted(prefix="eligibility_draft_")

    def __str__(self) -> str:
        return f"EligibilityDraft {self.pk}"
