"""Protocols in the making, and the words of those who must agree to a course."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from kap.accounts.enums import PRESCRIBING, Role
from kap.core.models import UUIDModel
from kap.core.triggers import append_only, never_deleted
from kap.patients.models import EpisodeOfCare
from sessions.models.dosing import AdverseEvent
from sessions.models.protocols import Protocol


class ProtocolDraft(UUIDModel):
    """The next edition of a protocol while it is written; one for each code.

    ``body`` holds what ``sessions.rules.protocol_draft`` reads.  ``version`` rises with
    every change, so that two who write at once see each other.
    """

    code = models.CharField(max_length=40)
    based_on = models.ForeignKey(
        Protocol, on_delete=models.PROTECT, null=True, related_name="+"
    )
    body = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    published = models.OneToOneField(
        Protocol, on_delete=models.PROTECT, null=True, related_name="draft"
    )
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(published__isnull=True, dropped_at__isnull=True),
                name="protocol_draft_one_open_for_a_code",
            ),
            models.CheckConstraint(
                condition=Q(published__isnull=True) | Q(dropped_at__isnull=True),
                name="protocol_draft_published_or_dropped",
            ),
        ]
        triggers = never_deleted(prefix="protocol_draft_")

    def __str__(self) -> str:
        return f"ProtocolDraft {self.pk}"


class CourseApproval(UUIDModel):
    """A medical director's word that this episode may follow this protocol."""

    episode = models.ForeignKey(
        EpisodeOfCare, on_delete=models.PROTECT, related_name="course_approvals"
    )
    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["episode", "protocol"], name="course_approval_once"
            )
        ]
        triggers = append_only(prefix="course_approval_")

    def __str__(self) -> str:
        return f"CourseApproval {self.pk}"


class EventClearance(UUIDModel):
    """One of the two words that doses may go on after a serious event (SP-11)."""

    event = models.ForeignKey(
        AdverseEvent, on_delete=models.PROTECT, related_name="clearances"
    )
    role = models.CharField(
        max_length=20,
        choices=[(role.value, role.label) for role in Role if role in PRESCRIBING],
    )
    reason = models.CharField(max_length=500)
    cleared_at = models.DateTimeField()
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "role"], name="event_clearance_once_for_a_role"
            ),
            models.UniqueConstraint(
                fields=["event", "cleared_by"], name="event_clearance_by_two_people"
            ),
        ]
        triggers = append_only(prefix="event_clearance_")

    def __str__(self) -> str:
        return f"EventClearance {self.pk}"


class SpacingOverride(UUIDModel):
    """Why a visit was booked closer than the spacing rules allow, and who said so."""

    appointment = models.ForeignKey(
        "kap_sessions.Appointment",
        on_delete=models.PROTECT,
        related_name="spacing_overrides",
    )
    rules = models.JSONField()
    """Codes of the rules that were set aside."""
    reason = models.CharField(max_length=500)
    overridden_at = models.DateTimeField()
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        triggers = append_only(prefix="spacing_override_")

    def __str__(self) -> str:
        return f"SpacingOverride {self.pk}"
