"""What a patient answers about a visit, and the calendar they may follow."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from kap.core.models import UUIDModel
from kap.core.triggers import append_only, never_deleted
from kap.patients.models import Patient, SecureLink
from sessions.enums import ReplyKind
from sessions.models.appointments import Appointment


class VisitReply(UUIDModel):
    """One answer to one visit as it stood (``version``); written once.

    FHIR: AppointmentResponse.  ``link`` when the patient answered, ``recorded_by`` when
    somebody of the clinic wrote it down on the phone.
    """

    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="replies"
    )
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=ReplyKind)
    wish = models.TextField(max_length=500, blank=True)
    replied_at = models.DateTimeField()
    link = models.ForeignKey(
        SecureLink, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "version"],
                condition=Q(kind="confirmed"),
                name="visit_reply_confirmed_once",
            ),
            models.CheckConstraint(
                condition=Q(link__isnull=False, recorded_by__isnull=True)
                | Q(link__isnull=True, recorded_by__isnull=False),
                name="visit_reply_has_one_voice",
            ),
        ]
        indexes = [
            models.Index(
                fields=["appointment", "-replied_at"], name="visit_reply_newest"
            )
        ]
        triggers = append_only(prefix="visit_reply_")

    def __str__(self) -> str:
        return f"VisitReply {self.pk}"


class CalendarFeed(UUIDModel):
    """A patient's own address for their visits; the address itself is never stored."""

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="calendar_feeds"
    )
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(ended_at__isnull=True),
                name="calendar_feed_one_live",
            )
        ]
        triggers = never_deleted(prefix="calendar_feed_")

    def __str__(self) -> str:
        return f"CalendarFeed {self.pk}"
