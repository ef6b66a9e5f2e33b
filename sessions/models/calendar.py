"""What the calendar keeps: each move with its way back, the pinboard, saved views."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from kap.clinic.models import Site
from kap.core.constraints import all_or_none
from kap.core.models import UUIDModel
from kap.core.triggers import append_only, never_deleted
from sessions.models.appointments import Appointment


class AppointmentMove(UUIDModel):
    """One move of a visit: where it stood before, and which rules were bent for it.

    Written once.  Taking a move back is a move of its own that names it.
    """

    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="moves"
    )
    version = models.PositiveIntegerField()
    """The visit's version after the move."""
    old_starts_at = models.DateTimeField()
    old_ends_at = models.DateTimeField()
    old_parts = models.JSONField()
    """Role, diary, and minutes from the old start: ``["room", 12, -15, 165]``."""
    rules = models.JSONField(default=list)
    """Codes of the rules that the new place bends."""
    reason = models.CharField(max_length=300, blank=True)
    is_told = models.BooleanField()
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "version"], name="appointment_move_once"
            )
        ]
        indexes = [
            models.Index(fields=["moved_by", "moved_at"], name="appointment_move_mine")
        ]
        triggers = append_only(prefix="appointment_move_")

    def __str__(self) -> str:
        return f"AppointmentMove {self.pk}"


class PinQuerySet(models.QuerySet["PinnedVisit"]):
    def waiting(self) -> Self:
        return self.filter(ended_at=None)


class PinnedVisit(UUIDModel):
    """A visit that was taken off the calendar and waits for another place.

    Its appointment is cancelled, so that its people and room are free; ``placed`` is the
    appointment that came of it.  It ends by being placed or by being given up.
    """

    appointment = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, related_name="pin"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    parts = models.JSONField()
    """As ``AppointmentMove.old_parts``."""
    parked_at = models.DateTimeField()
    parked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    placed = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, null=True, related_name="unpinned_from"
    )
    reason = models.CharField(max_length=300, blank=True)

    objects = PinQuerySet.as_manager()

    class Meta:
        constraints = [
            all_or_none("ended_at", "ended_by", name="pinned_visit_end_is_whole"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, placed__isnull=True)
                | Q(ended_at__isnull=False, placed__isnull=False)
                | (Q(ended_at__isnull=False) & ~Q(reason="")),
                name="pinned_visit_given_up_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["site", "parked_at"],
                condition=Q(ended_at__isnull=True),
                name="pinned_visit_waiting",
            )
        ]
        triggers = never_deleted(prefix="pinned_visit_")

    def __str__(self) -> str:
        return f"PinnedVisit {self.pk}"


class CalendarView(UUIDModel):
    """How somebody likes the calendar, on one of the keys 1 to 9."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="calendar_views",
    )
    key = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=800)
    """The calendar's own choices as they stand in its address; never a day, never a person who is treated."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="calendar_view_one_for_a_key"
            ),
            models.CheckConstraint(
                condition=Q(key__gte=1, key__lte=9), name="calendar_view_key_is_a_digit"
            ),
        ]

    def __str__(self) -> str:
        return f"CalendarView {self.pk}"
