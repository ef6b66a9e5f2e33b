"""Questionnaires that a clinic loaded itself, and which ones a site uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from kap.accounts.enums import Role
from kap.clinic.models import Site
from kap.core.models import UUIDModel
from kap.core.triggers import never_deleted
from screening.enums_instruments import DefinitionStatus, ScoringKind

if TYPE_CHECKING:
    from kap.accounts.models import User


KEPT_AS_LOADED = pgtrigger.Protect(
    name="instrument_kept_as_loaded",
    operation=pgtrigger.Update,
    condition=pgtrigger.AnyChange(
        exclude=["status", "effective_from", "published_by", "retired_at"]
    ),
)
"""Only the status moves: draft, active, retired."""


class DefinitionQuerySet(models.QuerySet["InstrumentDefinition"]):
    def visible_to(self, user: User) -> Self:
        return self.all() if user.has_role(Role.ADMIN) else self.none()

    def active(self) -> Self:
        return self.filter(status=DefinitionStatus.ACTIVE)


class InstrumentDefinition(UUIDModel):
    """One edition of a questionnaire that an admin loaded.  FHIR: Questionnaire.

    The text never changes; a changed file is the next edition of the same ``key``.
    """

    key = models.CharField(max_length=40)
    edition = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    licence = models.TextField()
    """The line shown wherever the questionnaire is shown."""
    source = models.TextField()
    """The file as it was loaded: FHIR R4 JSON."""
    sha256 = models.CharField(max_length=64)
    scoring = models.CharField(max_length=8, choices=ScoringKind)
    status = models.CharField(
        max_length=8, choices=DefinitionStatus, default=DefinitionStatus.DRAFT
    )
    effective_from = models.DateField(null=True)
    """The day it was published."""
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    retired_at = models.DateTimeField(null=True)

    objects = DefinitionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "edition"], name="instrument_edition_once"
            ),
            models.UniqueConstraint(fields=["sha256"], name="instrument_file_once"),
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(status="active"),
                name="instrument_one_edition_active",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="draft", effective_from__isnull=True, retired_at__isnull=True
                )
                | Q(
                    status="active",
                    effective_from__isnull=False,
                    published_by__isnull=False,
                    retired_at__isnull=True,
                )
                | Q(status="retired", retired_at__isnull=False),
                name="instrument_status_has_its_dates",
            ),
        ]
        triggers = [
            *never_deleted(prefix="instrument_definition_"),
            KEPT_AS_LOADED,
        ]

    def __str__(self) -> str:
        return f"InstrumentDefinition {self.pk}"


class InstrumentSetting(UUIDModel):
    """Whether a site uses a questionnaire; without a row the pack's own default holds."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    is_on = models.BooleanField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "key"], name="instrument_setting_once_a_site"
            )
        ]

    def __str__(self) -> str:
        return f"InstrumentSetting {self.pk}"
