"""The links a patient comes in by, and the sessions they open."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kap.core.models import UUIDModel
from kap.core.triggers import never_deleted
from kap.patients.models.people import Patient

IDLE: Final = timedelta(minutes=30)
TABLET_IDLE: Final = timedelta(minutes=15)
"""On the clinic's own tablet, which others may pick up, it ends sooner."""
LONGEST: Final = timedelta(hours=2)
"""A link session ends this long after the last page, and this long after it began."""


class SecureLinkQuerySet(models.QuerySet["SecureLink"]):
    def live(self, *, now: datetime) -> Self:
        return self.filter(
            revoked_at=None, expires_at__gt=now, use_count__lt=F("max_uses")
        )


class SecureLink(UUIDModel):
    """A way in for one patient, one purpose and one object, for a while.

    Only the SHA-256 of the token is kept.  ``object_id`` names the row the purpose
    opens; the purpose's registry entry knows which table that is.
    """

    token_sha256 = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=30)
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="secure_links"
    )
    object_id = models.UUIDField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    expires_at = models.DateTimeField()
    max_uses = models.PositiveSmallIntegerField(default=20)
    use_count = models.PositiveSmallIntegerField(default=0)
    failed_proofs = models.PositiveSmallIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = SecureLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(use_count__lte=F("max_uses")), name="secure_link_use_limit"
            )
        ]
        indexes = [
            models.Index(
                fields=["patient", "-created_at"], name="secure_link_by_patient"
            ),
            models.Index(fields=["object_id"], name="secure_link_by_object"),
        ]
        triggers = never_deleted(prefix="secure_link_")

    def __str__(self) -> str:
        return f"SecureLink {self.pk}"


class PatientLinkSession(UUIDModel):
    """A while in which a proven link is open in one browser; the cookie holds its secret.

    Idle for 30 minutes or two hours after it began, it is over (kap.patients.link_sessions).
    """

    secret_sha256 = models.CharField(max_length=64, unique=True)
    link = models.ForeignKey(
        SecureLink, on_delete=models.PROTECT, related_name="link_sessions"
    )
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """Who knew the patient and gave them the clinic's tablet; None: the birth date was given."""

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="link_session_seen")]

    def __str__(self) -> str:
        return f"PatientLinkSession {self.pk}"

    @property
    def ends_at(self) -> datetime:
        """When it will be over if no other page is opened."""
        idle = TABLET_IDLE if self.is_on_tablet else IDLE
        return min(self.seen_at + idle, self.opened_at + LONGEST)

    @property
    def is_on_tablet(self) -> bool:
        return self.handed_over_by_id is not None
