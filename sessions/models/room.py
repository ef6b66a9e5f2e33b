"""What is written in the dosing room beside the dose itself: people, syringe, notes.  Append-only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from kap.core.models import UUIDModel
from kap.core.triggers import append_only
from sessions.models.dosing import MedicationRequest
from sessions.models.encounters import Encounter


class RoomPresence(UUIDModel):
    """Somebody came into the room or left it; a person's newest row counts."""

    encounter = models.ForeignKey(
        Encounter, on_delete=models.PROTECT, related_name="presences"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    is_here = models.BooleanField()
    said_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["encounter", "said_at"], name="presence_newest")
        ]
        triggers = append_only(prefix="room_presence_")

    def __str__(self) -> str:
        return f"RoomPresence {self.pk}"


class SyringeReading(UUIDModel):
    """What one person read on the syringe, or counted out, for one order.

    ``amount`` is in mL for a liquid, else the number of lozenges or devices.  The newest
    two, by two people, must be alike before the dose (clinical.md 2.7).
    """

    order = models.ForeignKey(
        MedicationRequest, on_delete=models.PROTECT, related_name="syringe_readings"
    )
    amount = models.DecimalField(max_digits=8, decimal_places=3)
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="syringe_amount_is_positive"
            )
        ]
        indexes = [models.Index(fields=["order", "read_at"], name="syringe_newest")]
        triggers = append_only(prefix="syringe_reading_")

    def __str__(self) -> str:
        return f"SyringeReading {self.pk}"


class RoomNote(UUIDModel):
    """One line of what was said or seen; a wrong line is voided by a new row."""

    encounter = models.ForeignKey(
        Encounter, on_delete=models.PROTECT, related_name="room_notes"
    )
    text = models.CharField(max_length=300)
    noted_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    voids = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="voided_by_row"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_at__gte=models.F("noted_at")),
                name="room_note_not_in_the_future",
            )
        ]
        indexes = [
            models.Index(fields=["encounter", "noted_at"], name="room_note_by_time")
        ]
        triggers = append_only(prefix="room_note_")

    def __str__(self) -> str:
        return f"RoomNote {self.pk}"
