"""Agreements: one patient, one edition of one text, frozen as it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kap.core.models import UUIDModel
from kap.core.triggers import never_deleted
from kap.documents.models import TemplateEdition
from kap.patients.models import EpisodeOfCare, Patient
from screening.enums import ConsentStatus
from screening.enums_consent import Authority, EndKind, EndWay, SignerRole

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
    facts = models.JSONField(default=dict)
    """What the text was put together for: route, product, home and so on."""
    roles = ArrayField(
        models.CharField(max_length=14, choices=SignerRole), default=list
    )
    """Who has to sign, in order; empty: the patient alone."""
    about = models.CharField(max_length=200, blank=True)
    """For a release: who may receive what."""
    teach_back = models.JSONField(default=dict)
    """Answers on understanding: item id to ``[{answer, is_right, at, by}]``."""
    narrowed = models.JSONField(default=list)
    """Parts that were taken back after signing: ``{section, at, by, how}``."""
    interpreter_name = models.CharField(max_length=120, blank=True)
    interpreter_id = models.CharField(max_length=60, blank=True)
    representative_name = models.CharField(max_length=160, blank=True)
    representative_authority = models.CharField(
        max_length=10, choices=Authority, blank=True
    )
    authority_document = models.CharField(max_length=300, blank=True)
    """Where the paper that proves the authority is kept."""
    same_day_reason = models.CharField(max_length=300, blank=True)
    """Why it was signed less than 24 hours before the first dose (CR-01)."""
    continues = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="continued_by"
    )
    """The unsigned earlier edition that was being read when this one came."""
    signed_at = models.DateTimeField(null=True)
    """When the patient or the representative signed."""
    activated_at = models.DateTimeField(null=True)
    """When the last required signature was given."""
    ended_at = models.DateTimeField(null=True)
    end_kind = models.CharField(max_length=10, choices=EndKind, blank=True)
    end_way = models.CharField(max_length=8, choices=EndWay, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["episode", "template", "about"],
                condition=Q(status__in=("proposed", "partial")),
                name="consent_one_open_for_an_edition",
            ),
            models.UniqueConstraint(
                fields=["episode", "template", "about"],
                condition=Q(status="active"),
                name="consent_one_active_for_an_edition",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("active", "partial"))
                | (Q(signed_at__isnull=False) & ~Q(content_sha256="")),
                name="consent_active_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("inactive", "rejected"), ended_at__isnull=False)
                | Q(
                    status__in=("proposed", "partial", "active"),
                    ended_at__isnull=True,
                ),
                name="consent_ended_at_iff_ended",
            ),
            models.CheckConstraint(
                condition=Q(representative_name="")
                | (~Q(representative_authority="") & ~Q(authority_document="")),
                name="consent_representative_has_authority",
            ),
        ]
        triggers = never_deleted(prefix="consent_")

    def __str__(self) -> str:
        return f"Consent {self.pk}"


__all__ = ["Consent", "ConsentQuerySet"]
