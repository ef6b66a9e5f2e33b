"""Integration notes: drafted, signed, then only added to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from kap.core.constraints import all_or_none
from kap.core.models import UUIDModel
from kap.core.triggers import append_only, frozen_once
from kap.patients.models import Patient
from sessions.models import Encounter

if TYPE_CHECKING:
    from kap.accounts.models import User


class NoteStatus(models.TextChoices):
    """FHIR R4 ``composition-status``."""

    PRELIMINARY = "preliminary", "Draft"
    FINAL = "final", "Signed"


class NoteQuerySet(models.QuerySet["IntegrationNote"]):
    def visible_to(self, user: User) -> Self:
        """Own drafts, and every signed note for clinicians."""
        if not user.is_clinical:
            return self.none()
        return self.filter(Q(status=NoteStatus.FINAL) | Q(author=user))


class IntegrationNote(UUIDModel):
    """A progress note on an integration visit (clinical.md 9.3).  FHIR: Composition."""

    encounter = models.OneToOneField(
        Encounter, on_delete=models.PROTECT, related_name="integration_note"
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="integration_notes"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(
        max_length=12, choices=NoteStatus, default=NoteStatus.PRELIMINARY
    )
    modality = models.CharField(
        max_length=10, choices=[("in-person", "In person"), ("video", "Video")]
    )
    minutes = models.PositiveSmallIntegerField(null=True)
    themes = models.TextField(max_length=4000, blank=True)
    brought = models.TextField(max_length=4000, blank=True)
    interventions = models.TextField(max_length=2000, blank=True)
    risk = models.TextField(max_length=2000, blank=True)
    commitment = models.TextField(max_length=1000, blank=True)
    commitment_due_on = models.DateField(null=True)
    plan = models.TextField(max_length=2000, blank=True)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    content_sha256 = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [
            all_or_none("signed_at", "signed_by", name="note_signature_is_whole"),
            models.CheckConstraint(
                condition=Q(status="final", signed_at__isnull=False)
                | Q(status="preliminary", signed_at__isnull=True),
                name="note_signed_iff_final",
            ),
        ]
        triggers = frozen_once("OLD.status = 'final'", name="note_signed_is_fixed")

    def __str__(self) -> str:
        return f"IntegrationNote {self.pk}"


class NoteAddendum(UUIDModel):
    """What was added to a signed note, by whom and when."""

    note = models.ForeignKey(
        IntegrationNote, on_delete=models.PROTECT, related_name="addenda"
    )
    text = models.TextField(max_length=4000)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        triggers = append_only(prefix="note_addendum_")

    def __str__(self) -> str:
        return f"NoteAddendum {self.pk}"
