"""What somebody must do, by when, and who covers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from kap.accounts.enums import SCHEDULING, Role
from kap.core.constraints import all_or_none
from kap.core.models import UUIDModel
from kap.core.triggers import append_only, never_deleted
from kap.patients.models import Patient

if TYPE_CHECKING:
    from kap.accounts.models import User


class WorkStatus(models.TextChoices):
    """FHIR R4 ``task-status`` codes we use."""

    REQUESTED = "requested", "Open"
    ACCEPTED = "accepted", "Taken on"
    COMPLETED = "completed", "Done"
    CANCELLED = "cancelled", "No longer needed"


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    def open(self) -> Self:
        return self.filter(status__in=(WorkStatus.REQUESTED, WorkStatus.ACCEPTED))

    def visible_to(self, user: User) -> Self:
        """Their own, their roles', what was left to their cover, and for all who work
        with patients what is urgent: in words that tell a role no more than it may know
        (kap.worklist.queries).
        """
        mine = (
            Q(owner=user)
            | Q(cover=user)
            | Q(role__in=user.roles)
            | Q(cover_role__in=user.roles)
        )
        if user.has_role(*SCHEDULING):
            mine |= Q(is_urgent=True)
        return self.filter(mine)

    def overdue(self, *, now: datetime) -> Self:
        return self.open().filter(due_at__lt=now)


class WorkItem(UUIDModel):
    """One thing to do.  FHIR: Task.  ``source_key`` names its cause, once."""

    source_key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, null=True, related_name="work_items"
    )
    object_id = models.UUIDField(null=True)
    """The row it is about; the kind knows which table."""
    role = models.CharField(max_length=20, choices=Role)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    cover = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    cover_role = models.CharField(max_length=20, choices=Role, blank=True)
    """Who also sees it once it was left too long (worklist.escalate)."""
    is_urgent = models.BooleanField(default=False)
    status = models.CharField(
        max_length=10, choices=WorkStatus, default=WorkStatus.REQUESTED
    )
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)
    escalate_every_min = models.PositiveSmallIntegerField(null=True)
    """For kinds with a chain of people: how long each has before the next is told."""
    next_escalation_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closing_note = models.TextField(max_length=2000, blank=True)

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        constraints = [
            all_or_none(
                "acknowledged_at",
                "acknowledged_by",
                name="work_acknowledgement_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=("requested", "accepted"), closed_at__isnull=True
                )
                | Q(status__in=("completed", "cancelled"), closed_at__isnull=False),
                name="work_closed_at_iff_closed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["role", "due_at"],
                condition=Q(status__in=("requested", "accepted")),
                name="work_open",
            ),
            models.Index(fields=["patient", "-created_at"], name="work_by_patient"),
            models.Index(
                fields=["next_escalation_at"],
                condition=Q(
                    status__in=("requested", "accepted"),
                    next_escalation_at__isnull=False,
                ),
                name="work_to_escalate",
            ),
        ]
        triggers = never_deleted(prefix="work_item_")

    def __str__(self) -> str:
        return f"WorkItem {self.pk}"


class WorkStep(UUIDModel):
    """One step in a work item's life.  Written once."""

    item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="steps")
    old_status = models.CharField(max_length=10, choices=WorkStatus, blank=True)
    new_status = models.CharField(max_length=10, choices=WorkStatus)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        triggers = append_only(prefix="work_step_")

    def __str__(self) -> str:
        return f"WorkStep {self.pk}"


class WorkEscalation(UUIDModel):
    """Who was told of one thing, in which order.  Written once; step 0 is its opening."""

    item = models.ForeignKey(
        WorkItem, on_delete=models.PROTECT, related_name="escalations"
    )
    step = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """None: nobody who may be told was found; the role on the item sees it all the same."""
    because = models.CharField(max_length=20)
    """``opened``, ``not-acknowledged`` or ``left-open``."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "step"], name="work_escalation_step_once"
            )
        ]
        triggers = append_only(prefix="work_escalation_")

    def __str__(self) -> str:
        return f"WorkEscalation {self.pk}"
