"""Agreements: one patient, one edition of one text, frozen as it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from kap.core.models import UUIDModel
from kap.core.triggers import never_deleted
from kap.documents.models import TemplateEdition
from kap.patients.models import EpisodeOfCare, Patient
from screening.enums import ConsentStatus

if TYPE_CHECKING:
    from kap.accounts.models import User


class ConsentQuerySet(models.QuerySet["Consent"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(patient__in=Patient.objects.visible_to(user))

    def in_force(self) -> Self:
        return self.filter(status=ConsentStatus.ACTIVE)


class Consent(UUIDModel):
    """A signed agreement to one edition of one text.  FHIR: Consent.

    ``frozen_html`` is exactly what was shown and ``content_sha256`` its digest;
    ``acknowledgements`` maps section ids to what was ticked or initialled.
    """

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="consents"
    )
    episode = models.ForeignKey(
        EpisodeOfCare, on_delete=models.PROTECT, related_name="consents"
    )
    template = models.ForeignKey(
        TemplateEdition, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(
        max_length=10, choices=ConsentStatus, default=ConsentStatus.PROPOSED
    )
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField(null=True)
    read_sections = models.JSONField(default=list)
    acknowledgements = models.JSONField(default=dict)
    questions = models.JSONField(default=list)
    """What the patient asked before signing: ``{section, text, at, answered_at}``;
    while one is open, the signature waits."""
    frozen_html = models.TextField(blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["episode", "template"],
                condition=Q(status__in=("proposed", "active")),
                name="consent_one_live_for_an_edition",
            ),
            models.CheckConstraint(
                condition=~Q(status="active")
                | (Q(signed_at__isnull=False) & ~Q(content_sha256="")),
                name="consent_active_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("inactive", "rejected"), ended_at__isnull=False)
                | Q(status__in=("proposed", "active"), ended_at__isnull=True),
                name="consent_ended_at_iff_ended",
            ),
        ]
        triggers = never_deleted(prefix="consent_")

    def __str__(self) -> str:
        return f"Consent {self.pk}"


__all__ = ["Consent", "ConsentQuerySet"]
