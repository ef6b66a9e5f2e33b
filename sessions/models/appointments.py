"""Visits agreed for a time, who takes part, and each step of their life."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kap.accounts.enums import SCHEDULING
from kap.clinic.models import Schedule, Site, Slot
from kap.core.constraints import all_or_none
from kap.core.models import UUIDModel
from kap.core.triggers import append_only, never_deleted
from kap.patients.models import EpisodeOfCare, Patient, SecureLink
from sessions.enums import AppointmentStatus, ParticipantRole, VisitKind
from sessions.models.protocols import PlannedStep

if TYPE_CHECKING:
    from kap.accounts.models import User


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, user: User) -> Self:
        """Appointments this user may know of.  Views start here, never at ``all()``."""
        if user.has_role(*SCHEDULING):
            return self.all()
        return self.none()

    def live(self) -> Self:
        return self.exclude(
            status__in=(AppointmentStatus.CANCELLED, AppointmentStatus.NOSHOW)
        )

    def upcoming(self, *, now: datetime) -> Self:
        return self.filter(status=AppointmentStatus.BOOKED, starts_at__gt=now).order_by(
            "starts_at", "pk"
        )


class Appointment(UUIDModel):
    """A visit agreed for a time.  FHIR: Appointment.

    What then happens is an Encounter; an appointment only says what was planned.
    """

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="appointments"
    )
    episode = models.ForeignKey(
        EpisodeOfCare, on_delete=models.PROTECT, null=True, related_name="appointments"
    )
    planned_step = models.ForeignKey(
        PlannedStep, on_delete=models.PROTECT, null=True, related_name="appointments"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=VisitKind)
    number = models.PositiveSmallIntegerField(default=1)
    """Dose 3 of 6 has number 3."""
    of_total = models.PositiveSmallIntegerField(default=1)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(
        max_length=12, choices=AppointmentStatus, default=AppointmentStatus.BOOKED
    )
    version = models.PositiveIntegerField(default=1)
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    cancelled_link = models.ForeignKey(
        SecureLink, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """Set instead of ``cancelled_by`` when the patient called it off by their link."""
    cancellation_reason = models.CharField(max_length=300, null=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="appointment_ends_after_it_starts",
            ),
            all_or_none(
                "cancelled_at",
                "cancellation_reason",
                name="appointment_cancellation_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    cancelled_at__isnull=True,
                    cancelled_by__isnull=True,
                    cancelled_link__isnull=True,
                )
                | Q(
                    cancelled_at__isnull=False,
                    cancelled_by__isnull=False,
                    cancelled_link__isnull=True,
                )
                | Q(
                    cancelled_at__isnull=False,
                    cancelled_by__isnull=True,
                    cancelled_link__isnull=False,
                ),
                name="appointment_cancelled_by_one",
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at__isnull=True)),
                name="appointment_cancelled_at_iff_cancelled",
            ),
            models.UniqueConstraint(
                fields=["planned_step"],
                condition=Q(status__in=("booked", "checked-in", "fulfilled")),
                name="appointment_one_live_for_a_step",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "starts_at"], name="appointment_by_day"),
            models.Index(
                fields=["patient", "starts_at"], name="appointment_by_patient"
            ),
            models.Index(
                fields=["episode", "starts_at"], name="appointment_by_episode"
            ),
        ]
        triggers = never_deleted(prefix="appointment_")

    def __str__(self) -> str:
        return f"Appointment {self.pk}"


class AppointmentParticipant(models.Model):
    """Who or what takes part, and the stretch of diary it takes.

    A moved visit gets new participants; the old ones stay with their freed slots.
    """

    id = models.BigAutoField(primary_key=True)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="participants"
    )
    role = models.CharField(max_length=10, choices=ParticipantRole)
    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="+")
    slot = models.OneToOneField(
        Slot, on_delete=models.PROTECT, related_name="participant"
    )
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "role"],
                condition=Q(is_current=True),
                name="participant_one_for_a_role",
            )
        ]
        indexes = [
            models.Index(
                fields=["schedule", "appointment"], name="participant_by_schedule"
            )
        ]
        triggers = never_deleted(prefix="participant_")

    def __str__(self) -> str:
        return f"AppointmentParticipant {self.pk}"


class AppointmentStatusChange(models.Model):
    """One step in an appointment's life.  Written once, never changed."""

    id = models.BigAutoField(primary_key=True)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="status_changes"
    )
    old_status = models.CharField(max_length=12, choices=AppointmentStatus, blank=True)
    new_status = models.CharField(max_length=12, choices=AppointmentStatus)
    old_starts_at = models.DateTimeField(null=True)
    """Set when the step was a move."""
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        triggers = append_only(prefix="appointment_status_change_")

    def __str__(self) -> str:
        return f"AppointmentStatusChange {self.pk}"
