"""Texts with editions, signatures that freeze them, and the files made from them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.safestring import SafeString

from kap.core.models import UUIDModel
from kap.core.outbox import OutboxQuerySet, OutboxRow
from kap.core.triggers import append_only, never_deleted
from kap.documents import registry
from kap.patients.models import Patient, SecureLink

if TYPE_CHECKING:
    from kap.accounts.models import User


class TemplateEditionQuerySet(models.QuerySet["TemplateEdition"]):
    def in_force(self, *, kind: str, language: str, on: date) -> TemplateEdition | None:
        return (
            self.filter(kind=kind, language=language, effective_from__lte=on)
            .order_by("-effective_from", "-edition")
            .first()
        )


class TemplateEdition(UUIDModel):
    """One dated edition of a text that is read and signed; never edited.

    ``sections`` is a list of ``{id, title, body, ack, required}``: plain text
    paragraphs, ``ack`` one of none, checkbox, initials.
    """

    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=10, default="en")
    edition = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    sections = models.JSONField()
    is_material = models.BooleanField(
        default=True, help_text="A material change must be signed before the next dose."
    )
    effective_from = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = TemplateEditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language", "edition"], name="template_edition_once"
            )
        ]
        triggers = append_only(prefix="template_edition_")

    def __str__(self) -> str:
        return f"{self.title}, edition {self.edition}"


class Meaning(models.TextChoices):
    """What a signature says (21 CFR 11.50)."""

    CONSENT = "consent", "Consent given"
    EXPLAINED = "explained", "Explained, questions answered"
    WITNESS = "witness", "Witnessed"
    REPRESENT = "represent", "Consent given for the patient"
    ASSENT = "assent", "Patient agrees to it"
    INTERPRET = "interpret", "Interpreted"
    ESCORT = "escort", "Escort agrees"
    AUTHOR = "author", "Written by"
    REVIEW = "review", "Reviewed"
    DECISION = "decision", "Decided"
    ORDER = "order", "Ordered"


class Signature(UUIDModel):
    """Who signed which frozen text, meaning what, when and how proven.  Written once."""

    object_type = models.CharField(max_length=40)
    object_id = models.UUIDField()
    meaning = models.CharField(max_length=10, choices=Meaning)
    content_sha256 = models.CharField(max_length=64)
    """Digest of everything that was shown to the signer."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, null=True, related_name="signatures"
    )
    link = models.ForeignKey(
        SecureLink, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signer_key = models.CharField(max_length=60)
    """``user:ID``, ``patient:ID`` or ``link:ID`` for somebody who came by a link of
    their own: one signature for each signer and meaning."""
    printed_name = models.CharField(max_length=160)
    proof = models.CharField(max_length=60)
    """How the signer was known: password, link and birth date, staff beside the tablet."""
    drawing_svg = models.TextField(max_length=60_000, blank=True)
    signed_at = models.DateTimeField()
    ip = models.GenericIPAddressField(null=True)
    agent_sha256 = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64)
    """HMAC over the row with a key that is not in the database."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "object_type",
                    "object_id",
                    "content_sha256",
                    "meaning",
                    "signer_key",
                ],
                name="signature_once",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, patient__isnull=True)
                | Q(user__isnull=True, patient__isnull=False),
                name="signature_by_one_signer",
            ),
        ]
        indexes = [
            models.Index(
                fields=["object_type", "object_id"], name="signature_of_object"
            )
        ]
        triggers = append_only(prefix="signature_")

    def __str__(self) -> str:
        return f"Signature {self.pk}"

    @property
    def drawing(self) -> SafeString:
        """The strokes as SVG; written by clean_drawing, never by a browser."""
        return SafeString(self.drawing_svg)


class RenderJobQuerySet(OutboxQuerySet["RenderJob"]):
    def visible_to(self, user: User) -> Self:
        """Jobs whose document this user may open."""
        return self.filter(kind__in=registry.kinds_for(user))


class RenderJob(OutboxRow):
    """A PDF to make; the key is its kind and source, so one source gives one file."""

    kind = models.CharField(max_length=40)
    source_id = models.UUIDField()
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="render_jobs"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = RenderJobQuerySet.as_manager()

    class Meta(OutboxRow.Meta):
        indexes = [
            *OutboxRow.Meta.indexes,
            models.Index(fields=["source_id", "kind"], name="render_job_by_source"),
            models.Index(
                fields=["patient", "-created_at"], name="render_job_by_patient"
            ),
            models.Index(
                fields=["-created_at"],
                condition=~Q(status__in=("completed", "stopped")),
                name="render_job_unfinished",
            ),
        ]


class DocumentStatus(models.TextChoices):
    """FHIR R4 ``document-reference-status``."""

    CURRENT = "current", "Current"
    SUPERSEDED = "superseded", "Superseded"
    ENTERED_IN_ERROR = "entered-in-error", "Entered in error"


class DocumentQuerySet(models.QuerySet["DocumentReference"]):
    def visible_to(self, user: User) -> Self:
        """Documents of kinds this user's roles may open (kap.documents.registry)."""
        return self.filter(kind__in=registry.kinds_for(user))

    def current(self) -> Self:
        return self.filter(status=DocumentStatus.CURRENT)


class DocumentReference(UUIDModel):
    """A finished file in the record.  FHIR: DocumentReference."""

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="documents"
    )
    kind = models.CharField(max_length=40)
    source_key = models.CharField(max_length=200, unique=True)
    source_id = models.UUIDField()
    title = models.CharField(max_length=120)
    status = models.CharField(
        max_length=16, choices=DocumentStatus, default=DocumentStatus.CURRENT
    )
    path = models.CharField(max_length=120)
    """Random name under the private files folder."""
    content_sha256 = models.CharField(max_length=64)
    facts_sha256 = models.CharField(max_length=64, blank=True)
    """Digest of what the paper says; the same again is not worth a second file."""
    byte_count = models.PositiveIntegerField()
    page_count = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    superseded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["patient", "-made_at"], name="document_by_patient"),
            models.Index(fields=["content_sha256"], name="document_by_hash"),
            models.Index(fields=["-made_at", "-id"], name="document_newest"),
            models.Index(fields=["source_id", "kind"], name="document_by_source"),
        ]
        triggers = never_deleted(prefix="document_")

    def __str__(self) -> str:
        return f"DocumentReference {self.pk}"


__all__ = [
    "DocumentReference",
    "DocumentStatus",
    "Meaning",
    "RenderJob",
    "Signature",
    "TemplateEdition",
]
