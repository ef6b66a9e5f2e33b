"""The packet a patient fills in at home, and the answers it gathers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kap.core.models import UUIDModel
from kap.core.triggers import append_only, never_deleted
from kap.documents.models import Signature
from kap.patients.models import EpisodeOfCare, Patient
from screening.enums import PacketStatus, ResponseMode
from screening.models.packet_templates import PacketTemplate

if TYPE_CHECKING:
    from kap.accounts.models import User


class IntakePacketQuerySet(models.QuerySet["IntakePacket"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(patient__in=Patient.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(status__in=(PacketStatus.SENT, PacketStatus.IN_PROGRESS))


class IntakePacket(UUIDModel):
    """What one patient is asked to fill in, and how far it has come.

    ``drafts`` keeps what is typed before a part is done, so nothing is lost; a done
    part becomes answers, measures and statements and is emptied here.
    """

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="intake_packets"
    )
    episode = models.ForeignKey(
        EpisodeOfCare, on_delete=models.PROTECT, related_name="intake_packets"
    )
    template = models.ForeignKey(
        PacketTemplate, on_delete=models.PROTECT, null=True, related_name="+"
    )
    sections = ArrayField(models.CharField(max_length=40))
    """The parts it was sent with: codes of PacketSection and keys of questionnaires."""
    done = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    drafts = models.JSONField(default=dict)
    stamps = models.JSONField(default=dict)
    """For each part and field of the drafts: the part's version when it was last kept,
    and the moment; so that a second device learns what changed under its hands."""
    status = models.CharField(
        max_length=12, choices=PacketStatus, default=PacketStatus.SENT
    )
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    completed_at = models.DateTimeField(null=True)
    signature = models.ForeignKey(
        Signature, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """The patient's word that the answers are theirs; staff sign for what was read back."""
    version = models.PositiveIntegerField(default=1)

    objects = IntakePacketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["episode"],
                condition=Q(status__in=("sent", "in-progress")),
                name="intake_one_open_packet",
            ),
            models.CheckConstraint(
                condition=Q(status="completed", completed_at__isnull=False)
                | (~Q(status="completed") & Q(completed_at__isnull=True)),
                name="intake_completed_at_iff_completed",
            ),
        ]
        triggers = never_deleted(prefix="intake_packet_")

    def __str__(self) -> str:
        return f"IntakePacket {self.pk}"


class HistoryAnswer(UUIDModel):
    """One answered fact of clinical.md 3.2; the newest row of a field counts.

    ``value`` is JSON: true/false, a code, a list of codes, a number, a date as
    text, or null for "I am not sure", which is never a no.
    """

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="history_answers"
    )
    episode = models.ForeignKey(
        EpisodeOfCare, on_delete=models.PROTECT, related_name="history_answers"
    )
    field = models.CharField(max_length=40)
    value = models.JSONField(null=True)
    note = models.CharField(max_length=500, blank=True)
    mode = models.CharField(max_length=10, choices=ResponseMode)
    answered_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["episode", "field", "-answered_at"], name="history_newest"
            )
        ]
        triggers = append_only(prefix="history_answer_")

    def __str__(self) -> str:
        return f"HistoryAnswer {self.pk}"
