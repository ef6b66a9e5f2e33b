"""A course as the clinic plans it: steps, gaps between them, and who each needs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kap.core.models import UUIDModel
from kap.core.triggers import never_deleted
from kap.patients.models import EpisodeOfCare
from kap.pharmacy.models import Route
from sessions.enums import CarePlanStatus, VisitKind


class Protocol(UUIDModel):
    """One edition of a plan template (clinical.md 1.2)."""

    code = models.CharField(max_length=40)
    edition = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=80)
    route = models.CharField(max_length=8, choices=Route)
    max_doses_per_7_days = models.PositiveSmallIntegerField(default=2)
    same_therapist = models.BooleanField(default=True)
    source = models.CharField(max_length=300)
    effective_from = models.DateField()
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "edition"], name="protocol_edition_once"
            )
        ]
        triggers = never_deleted(prefix="protocol_")

    def __str__(self) -> str:
        return self.name


class ProtocolStep(UUIDModel):
    """One visit of a protocol.

    ``needs`` is a list of ``{"role", "from_min", "to_min", "from_end", "to_end"}``:
    minutes relative to the visit's start, or to its end when ``from_end`` or
    ``to_end`` is true; a room's set-up and clean-up are part of its stretch.
    ``after`` names the step this one follows; the gap runs from that step's start
    (or end) to this one's start, in minutes.
    """

    protocol = models.ForeignKey(
        Protocol, on_delete=models.PROTECT, related_name="steps"
    )
    key = models.CharField(max_length=30)
    kind = models.CharField(max_length=12, choices=VisitKind)
    number = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField()
    duration_min = models.PositiveSmallIntegerField()
    after = models.CharField(max_length=30, blank=True)
    gap_from_end = models.BooleanField(default=False)
    gap_min_min = models.PositiveIntegerField(null=True)
    gap_ideal_min = models.PositiveIntegerField(null=True)
    gap_max_min = models.PositiveIntegerField(null=True)
    needs = models.JSONField()
    may_be_video = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "key"], name="protocol_step_key_once"
            ),
            models.CheckConstraint(
                condition=Q(after="", gap_min_min__isnull=True)
                | (
                    ~Q(after="")
                    & Q(
                        gap_min_min__lte=F("gap_ideal_min"),
                        gap_ideal_min__lte=F("gap_max_min"),
                    )
                ),
                name="protocol_step_gap_is_ordered",
            ),
        ]
        triggers = never_deleted(prefix="protocol_step_")

    def __str__(self) -> str:
        return self.key


class CarePlan(UUIDModel):
    """An episode's course: an edition of a protocol, made its own.  FHIR: CarePlan."""

    episode = models.ForeignKey(
        EpisodeOfCare, on_delete=models.PROTECT, related_name="care_plans"
    )
    protocol = models.ForeignKey(
        Protocol, on_delete=models.PROTECT, related_name="care_plans"
    )
    status = models.CharField(
        max_length=10, choices=CarePlanStatus, default=CarePlanStatus.ACTIVE
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["episode"],
                condition=Q(status__in=("draft", "active", "on-hold")),
                name="care_plan_one_live_for_an_episode",
            )
        ]
        triggers = never_deleted(prefix="care_plan_")

    def __str__(self) -> str:
        return f"CarePlan {self.pk}"


class PlannedStep(UUIDModel):
    """One step of one patient's course; without a live appointment it is a debt."""

    care_plan = models.ForeignKey(
        CarePlan, on_delete=models.PROTECT, related_name="planned_steps"
    )
    step = models.ForeignKey(ProtocolStep, on_delete=models.PROTECT, related_name="+")
    dropped_at = models.DateTimeField(null=True)
    dropped_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["care_plan", "step"], name="planned_step_once"
            )
        ]
        triggers = never_deleted(prefix="planned_step_")

    def __str__(self) -> str:
        return f"PlannedStep {self.pk}"
