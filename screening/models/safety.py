"""A patient may be in danger: what called for a clinician, what was done, the safety plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from kap.core.models import UUIDModel
from kap.core.triggers import append_only
from kap.patients.models import EpisodeOfCare, Patient, SecureLink
from kap.worklist.models import WorkItem
from screening.enums import AlertDoor, ResponseMode
from screening.models.measures import QuestionnaireResponse

if TYPE_CHECKING:
    from kap.accounts.models import User


class SafetyAlert(UUIDModel):
    """What called for a clinician, once; the work item says who has it and whether it is closed."""

    item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, related_name="safety_alert"
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="safety_alerts"
    )
    episode = models.ForeignKey(
        EpisodeOfCare, on_delete=models.PROTECT, null=True, related_name="+"
    )
    door = models.CharField(max_length=10, choices=AlertDoor)
    value = models.PositiveSmallIntegerField(null=True)
    """Of PHQ-9 item 9; None: it was left open, or another door."""
    level = models.CharField(max_length=10, blank=True)
    """Of the C-SSRS screener."""
    response = models.ForeignKey(
        QuestionnaireResponse, on_delete=models.PROTECT, null=True, related_name="+"
    )
    link = models.ForeignKey(
        SecureLink, on_delete=models.PROTECT, null=True, related_name="+"
    )
    mode = models.CharField(max_length=10, choices=ResponseMode)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """Who wrote it down for the patient; None: the patient."""

    class Meta:
        indexes = [
            models.Index(
                fields=["patient", "-opened_at"], name="safety_alert_by_patient"
            )
        ]
        triggers = append_only(prefix="safety_alert_")

    def __str__(self) -> str:
        return f"SafetyAlert {self.pk}"


class SafetyAction(UUIDModel):
    """One step that a person took, with the time.  Written once; a wrong one is taken back."""

    alert = models.ForeignKey(
        SafetyAlert, on_delete=models.PROTECT, related_name="actions"
    )
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=30)
    note = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    voids = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="voided_by_row"
    )

    class Meta:
        indexes = [
            models.Index(fields=["patient", "done_at"], name="safety_action_by_patient")
        ]
        triggers = append_only(prefix="safety_action_")

    def __str__(self) -> str:
        return f"SafetyAction {self.pk}"


class CrisisNotice(UUIDModel):
    """The patient read whom to call, and went on.  Written once for an alert."""

    alert = models.OneToOneField(
        SafetyAlert, on_delete=models.PROTECT, related_name="notice"
    )
    link = models.ForeignKey(
        SecureLink, on_delete=models.PROTECT, null=True, related_name="+"
    )
    read_at = models.DateTimeField()

    class Meta:
        triggers = append_only(prefix="crisis_notice_")

    def __str__(self) -> str:
        return f"CrisisNotice {self.pk}"


class SafetyPlanQuerySet(models.QuerySet["SafetyPlan"]):
    def visible_to(self, user: User) -> Self:
        if user.is_clinical:
            return self.all()
        return self.none()


class SafetyPlan(UUIDModel):
    """One version of a patient's safety plan, six steps in their own words.  Written once."""

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="safety_plans"
    )
    version = models.PositiveIntegerField()
    warning_signs = models.TextField(max_length=2000)
    own_ways = models.TextField(max_length=2000)
    people_and_places = models.TextField(max_length=2000)
    people_to_ask = models.TextField(max_length=2000)
    professionals = models.TextField(max_length=2000)
    safe_surroundings = models.TextField(max_length=2000)
    reason = models.CharField(max_length=300, blank=True)
    """Why there is a new version."""
    made_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = SafetyPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "version"], name="safety_plan_version_once"
            ),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(reason=""),
                name="safety_plan_change_has_reason",
            ),
        ]
        triggers = append_only(prefix="safety_plan_")

    def __str__(self) -> str:
        return f"SafetyPlan {self.pk}"
