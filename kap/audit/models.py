"""Who changed or looked at what: inserted once, sealed in a chain at commit."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from kap.audit.enums import Action, Category, Outcome
from kap.core.triggers import append_only


class AuditEvent(models.Model):
    """One act on the record.  FHIR: AuditEvent.

    No foreign keys: history never blocks a live row and never vanishes with one.
    No clinical text and no names: ids, codes and the database's own clock.
    """

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recorded_at = models.DateTimeField(db_default=Now())
    actor_id = models.UUIDField(null=True)
    actor_roles = ArrayField(models.CharField(max_length=20), default=list)
    link_id = models.UUIDField(null=True)
    """The secure link a patient or escort acted through."""
    job = models.CharField(max_length=60, blank=True)
    """The task or command that acted, when no person did."""
    patient_id = models.UUIDField(null=True)
    action = models.CharField(max_length=10, choices=Action)
    category = models.CharField(max_length=20, choices=Category)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.SUCCESS)
    reason_code = models.CharField(max_length=60, blank=True)
    request_id = models.UUIDField(null=True)
    ip = models.GenericIPAddressField(null=True)
    agent_sha256 = models.CharField(max_length=64, blank=True)
    app_version = models.CharField(max_length=20)

    class Meta:
        indexes = [
            models.Index(fields=["patient_id", "-seq"], name="audit_by_patient"),
            models.Index(fields=["actor_id", "-seq"], name="audit_by_actor"),
        ]
        triggers = append_only(prefix="audit_event_")

    def __str__(self) -> str:
        return f"AuditEvent {self.seq}"


class AuditSeal(models.Model):
    """One link of the chain, written by a deferred trigger when the event commits."""

    position = models.BigIntegerField(primary_key=True)
    event_seq = models.BigIntegerField(unique=True)
    hash = models.BinaryField(max_length=32)

    class Meta:
        triggers = append_only(prefix="audit_seal_")

    def __str__(self) -> str:
        return f"AuditSeal {self.position}"


class AuditAnchor(models.Model):
    """The chain's head at a moment, signed with a key that is not in the database."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    position = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    anchored_at = models.DateTimeField()
    signature = models.CharField(max_length=128)

    class Meta:
        triggers = append_only(prefix="audit_anchor_")

    def __str__(self) -> str:
        return f"AuditAnchor {self.position}"
