"""Messages: their texts with fixed tokens, and each one that is to go out once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from kap.accounts.enums import SCHEDULING, Role
from kap.core.models import UUIDModel
from kap.core.outbox import OutboxQuerySet, OutboxRow
from kap.core.triggers import append_only
from kap.patients.enums import Channel, ContactPurpose
from kap.patients.models import Patient, RelatedPerson, SecureLink

if TYPE_CHECKING:
    from kap.accounts.models import User


class MessageTemplate(UUIDModel):
    """The words of one kind of message on one channel; neutral, with ``{tokens}``."""

    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=5, choices=Channel)
    language = models.CharField(max_length=10, default="en")
    subject = models.CharField(max_length=80, blank=True)
    body = models.TextField(max_length=1000)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "channel", "language"], name="message_template_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.get_channel_display()}, {self.language}"


class CommunicationQuerySet(OutboxQuerySet["Communication"]):
    def visible_to(self, user: User) -> Self:
        """Messages say when and whether, never what: all who schedule may see them."""
        if user.has_role(*SCHEDULING, Role.ADMIN, Role.COMPLIANCE):
            return self.all()
        return self.none()


class Communication(OutboxRow):
    """One message to one person, and whether it went.  FHIR: Communication.

    ``key`` names the reason (``appointment:ID:v4:reminder-24h:sms``): however often
    it is planned, a reason is planned once.  The address is looked up when it is
    sent, never stored here.
    """

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="communications"
    )
    related_person = models.ForeignKey(
        RelatedPerson,
        on_delete=models.PROTECT,
        null=True,
        related_name="communications",
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """Somebody of the clinic, when the message is not for the patient's side."""
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=5, choices=Channel)
    purpose = models.CharField(
        max_length=10, choices=ContactPurpose, default=ContactPurpose.CARE
    )
    about_id = models.UUIDField(null=True)
    """The appointment, packet or consent it is about; the kind knows which table."""
    about_at = models.DateTimeField(null=True)
    """The moment the message speaks of, such as the visit's start."""
    link_purpose = models.CharField(max_length=30, blank=True)
    link_object_id = models.UUIDField(null=True)
    """What the link in the message opens; the link itself is made when it is sent."""
    link = models.ForeignKey(
        SecureLink, on_delete=models.PROTECT, null=True, related_name="+"
    )
    caused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    announced_at = models.DateTimeField(null=True)
    """When the front desk was told that it failed, or that nobody knows."""

    objects = CommunicationQuerySet.as_manager()

    class Meta(OutboxRow.Meta):
        constraints = [
            *OutboxRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(status="completed", finished_at__isnull=False)
                | ~Q(status="completed"),
                name="communication_sent_at_when_completed",
            ),
            models.CheckConstraint(
                condition=Q(link_purpose="", link_object_id__isnull=True)
                | (~Q(link_purpose="") & Q(link_object_id__isnull=False)),
                name="communication_link_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(related_person=None) | Q(to_user=None),
                name="communication_for_one_person",
            ),
        ]
        indexes = [
            *OutboxRow.Meta.indexes,
            models.Index(
                fields=["patient", "-due_at"], name="communication_by_patient"
            ),
            models.Index(fields=["about_id"], name="communication_by_about"),
            models.Index(
                fields=["-finished_at", "-id"],
                condition=Q(finished_at__isnull=False),
                name="communication_ended",
            ),
            models.Index(
                fields=["-finished_at", "-id"],
                condition=Q(status__in=("not-done", "stopped")),
                name="communication_not_sent",
            ),
            models.Index(
                fields=["finished_at"],
                condition=Q(
                    status__in=("unknown", "not-done"), announced_at__isnull=True
                ),
                name="communication_unannounced",
            ),
            models.Index(
                fields=["finished_at"],
                condition=Q(status="unknown"),
                name="communication_unknown",
            ),
        ]


class DemoMessage(UUIDModel):
    """In a demo nothing leaves the machine: what would have gone out stands here."""

    communication = models.ForeignKey(
        Communication, on_delete=models.PROTECT, related_name="demo_messages"
    )
    recipient = models.CharField(max_length=254)
    sender = models.CharField(max_length=120)
    subject = models.CharField(max_length=120, blank=True)
    body = models.TextField()
    sent_at = models.DateTimeField()

    class Meta:
        triggers = append_only(prefix="demo_message_")

    def __str__(self) -> str:
        return f"DemoMessage {self.pk}"
