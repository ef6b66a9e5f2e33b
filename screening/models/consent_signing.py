"""Who signed an agreement as what and in which order, and its history."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from kap.core.models import UUIDModel
from kap.core.triggers import append_only
from kap.documents.models import Signature
from kap.patients.models import SecureLink
from screening.enums_consent import ConsentAct, SignerRole
from screening.models.consent import Consent

_IN_ORDER = """
IF NEW.position > 1 AND NOT EXISTS (
  SELECT 1 FROM screening_consentsignature AS earlier
  WHERE earlier.consent_id = NEW.consent_id AND earlier.position = NEW.position - 1
    AND earlier.signed_at <= NEW.signed_at
) THEN
  RAISE EXCEPTION 'consent_signatures_in_order' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class ConsentSignature(UUIDModel):
    """One place under an agreement, filled: the role, its place in the order, what was said."""

    consent = models.ForeignKey(
        Consent, on_delete=models.PROTECT, related_name="consent_signatures"
    )
    signature = models.OneToOneField(
        Signature, on_delete=models.PROTECT, related_name="under_consent"
    )
    role = models.CharField(max_length=14, choices=SignerRole)
    position = models.PositiveSmallIntegerField()
    signed_at = models.DateTimeField()
    statement = models.TextField(max_length=4000, blank=True)
    """What this signer declares beyond the text; it is part of what they signed."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consent", "role"], name="consent_signature_role_once"
            ),
            models.UniqueConstraint(
                fields=["consent", "position"], name="consent_signature_place_once"
            ),
            models.CheckConstraint(
                condition=Q(position__range=(1, len(SignerRole))),
                name="consent_signature_place_is_possible",
            ),
        ]
        triggers = [
            *append_only(prefix="consent_signature_"),
            pgtrigger.Trigger(
                name="consent_signatures_in_order",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_IN_ORDER,
            ),
        ]

    def __str__(self) -> str:
        return f"ConsentSignature {self.pk}"


class ConsentEvent(UUIDModel):
    """One step in the life of an agreement; its history is these rows."""

    consent = models.ForeignKey(
        Consent, on_delete=models.PROTECT, related_name="events"
    )
    act = models.CharField(max_length=14, choices=ConsentAct)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    link = models.ForeignKey(
        SecureLink, on_delete=models.PROTECT, null=True, related_name="+"
    )
    section = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["consent", "at"], name="consent_event_by_consent")
        ]
        triggers = append_only(prefix="consent_event_")

    def __str__(self) -> str:
        return f"ConsentEvent {self.pk}"


__all__ = ["ConsentEvent", "ConsentSignature"]
