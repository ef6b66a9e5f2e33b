"""The floor's two tables: rows for a board, and a diary with the product's constraint."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from kap.clinic.enums import OCCUPYING, SlotStatus
from kap.core.constraints import Int8Range


class FloorVisit(models.Model):
    """One row of the board."""

    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    name = models.CharField(max_length=80)
    born = models.DateField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    room = models.CharField(max_length=40)
    therapist = models.CharField(max_length=80)
    status = models.CharField(max_length=20)

    objects: models.Manager[FloorVisit] = models.Manager()

    def __str__(self) -> str:
        return f"FloorVisit {self.pk}"


class FloorSlot(models.Model):
    """The same columns and the same constraint as the product's diary."""

    id = models.BigAutoField(primary_key=True)
    schedule_id = models.BigIntegerField()
    lane = models.PositiveSmallIntegerField(default=0)
    period = DateTimeRangeField()
    status = models.CharField(max_length=16, default=SlotStatus.BUSY)

    objects: models.Manager[FloorSlot] = models.Manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="floor_never_double_booked",
                expressions=[
                    (Int8Range("schedule_id"), RangeOperators.OVERLAPS),
                    (Int8Range("lane"), RangeOperators.OVERLAPS),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=OCCUPYING),
            )
        ]

    def __str__(self) -> str:
        return f"FloorSlot {self.pk}"
