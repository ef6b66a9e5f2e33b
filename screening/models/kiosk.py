"""The short code by which staff hand a tablet over to a patient."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from kap.core.models import UUIDModel
from kap.core.triggers import never_deleted
from kap.patients.models import Patient

MOST_TRIES: Final = 5


class KioskCodeQuerySet(models.QuerySet["KioskCode"]):
    def live(self, *, now: datetime) -> Self:
        return self.filter(
            used_at=None, expires_at__gt=now, failed_tries__lt=MOST_TRIES
        )


class KioskCode(UUIDModel):
    """Six digits that open one form on the clinic's tablet, once, for ten minutes.

    Only a keyed digest is kept.  A wrong entry counts against every code that is
    live, since nobody can know which one was meant.
    """

    code_digest = models.CharField(max_length=64)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=30)
    object_id = models.UUIDField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    failed_tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    objects = KioskCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failed_tries__lte=MOST_TRIES), name="kiosk_code_tries"
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], name="kiosk_code_live", condition=Q(used_at=None)
            )
        ]
        triggers = never_deleted(prefix="kiosk_code_")

    def __str__(self) -> str:
        return f"KioskCode {self.pk}"
