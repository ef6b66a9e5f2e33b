"""The one diary that cannot be double-booked: schedules, hours, absences, slots."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from kap.accounts.models import Practitioner
from kap.clinic.enums import OCCUPYING, AbsenceCode, ActorKind, SlotStatus
from kap.clinic.models.places import WEEKDAYS, Location, Site
from kap.core.constraints import Int8Range
from kap.core.models import UUIDModel
from kap.core.triggers import never_deleted


class Schedule(models.Model):
    """One actor's diary, with ``capacity`` lanes.  FHIR: Schedule.

    A therapist has one lane, a nurse who may watch three patients has three, a
    group room n.  A patient's diary is pointed to from the patient.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12, choices=ActorKind)
    practitioner = models.OneToOneField(
        Practitioner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="schedule",
    )
    location = models.OneToOneField(
        Location,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="schedule",
    )
    capacity = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind=ActorKind.PRACTITIONER) & Q(practitioner__isnull=False)
                )
                | (~Q(kind=ActorKind.PRACTITIONER) & Q(practitioner__isnull=True)),
                name="schedule_practitioner_iff_kind",
            ),
            models.CheckConstraint(
                condition=(Q(kind=ActorKind.LOCATION) & Q(location__isnull=False))
                | (~Q(kind=ActorKind.LOCATION) & Q(location__isnull=True)),
                name="schedule_location_iff_kind",
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=30),
                name="schedule_capacity_is_sane",
            ),
        ]
        triggers = never_deleted(prefix="schedule_")

    def __str__(self) -> str:
        return f"Schedule {self.pk}"


class WorkingHours(models.Model):
    """When a practitioner can be booked at a site, by the site's wall clock."""

    schedule = models.ForeignKey(
        Schedule, on_delete=models.PROTECT, related_name="working_hours"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField(choices=WEEKDAYS)
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="working_hours_end_after_start"
            ),
            models.UniqueConstraint(
                fields=["schedule", "weekday", "starts"], name="working_hours_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M} to {self.ends:%H:%M}"


class Absence(UUIDModel):
    """A practitioner or a room that is not there; it holds every lane as blocked slots."""

    schedule = models.ForeignKey(
        Schedule, on_delete=models.PROTECT, related_name="absences"
    )
    period = DateTimeRangeField()
    code = models.CharField(
        max_length=10, choices=AbsenceCode, default=AbsenceCode.OTHER
    )
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    period__isempty=False,
                    period__lower_inf=False,
                    period__upper_inf=False,
                ),
                name="absence_period_is_bounded",
            )
        ]
        triggers = never_deleted(prefix="absence_")

    def __str__(self) -> str:
        return f"Absence {self.pk}"


class SlotQuerySet(models.QuerySet["Slot"]):
    def taken(self) -> Self:
        return self.filter(status__in=OCCUPYING)

    def within(self, *, start: datetime, end: datetime) -> Self:
        return self.filter(period__overlap=(start, end))


class Slot(models.Model):
    """A stretch of one lane of one schedule that is taken.  FHIR: Slot.

    ``period`` is half-open, [start, end): one visit may begin the moment another
    ends.  Time that no taken slot covers is free; a cancelled visit leaves its slots
    behind, marked free.
    """

    id = models.BigAutoField(primary_key=True)
    schedule = models.ForeignKey(
        Schedule, on_delete=models.PROTECT, related_name="slots"
    )
    lane = models.PositiveSmallIntegerField(default=0)
    period = DateTimeRangeField()
    status = models.CharField(
        max_length=16, choices=SlotStatus, default=SlotStatus.BUSY
    )
    absence = models.ForeignKey(
        Absence, on_delete=models.PROTECT, null=True, related_name="slots"
    )

    objects = SlotQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="slot_schedule_never_double_booked",
                expressions=[
                    (Int8Range("schedule_id"), RangeOperators.OVERLAPS),
                    (Int8Range("lane"), RangeOperators.OVERLAPS),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=OCCUPYING),
            ),
            models.CheckConstraint(
                condition=Q(
                    period__isempty=False,
                    period__lower_inf=False,
                    period__upper_inf=False,
                ),
                name="slot_period_is_bounded",
            ),
        ]
        triggers = never_deleted(prefix="slot_")

    def __str__(self) -> str:
        return f"Slot {self.pk}"
