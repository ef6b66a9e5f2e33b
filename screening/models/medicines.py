"""Medicines gone through one by one with the patient, and what was agreed to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from kap.core.models import UUIDModel
from kap.core.triggers import append_only
from kap.patients.models import EpisodeOfCare, Patient
from screening.enums_medicines import (
    HOLDING,
    HoldChoice,
    MedicineRoute,
    Occasion,
    ReconciliationState,
)
from screening.models.history import MedicationStatement

if TYPE_CHECKING:
    from kap.accounts.models import User

MOST_HOURS = 24 * 60


class ReconciliationQuerySet(models.QuerySet["MedicationReconciliation"]):
    def visible_to(self, user: User) -> Self:
        return self.all() if user.is_clinical else self.none()

    def confirmed(self) -> Self:
        return self.filter(state=ReconciliationState.CONFIRMED)


class MedicationReconciliation(UUIDModel):
    """The whole list at one moment, medicine by medicine.  Written once.

    ``lines``: for each medicine its statement, the words as typed, the classes, how
    grave, what was decided and why; as it was on the screen.
    """

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="reconciliations"
    )
    episode = models.ForeignKey(
        EpisodeOfCare, on_delete=models.PROTECT, related_name="reconciliations"
    )
    state = models.CharField(max_length=10, choices=ReconciliationState)
    occasion = models.CharField(
        max_length=10, choices=Occasion, default=Occasion.SCREENING
    )
    visit_on = models.DateField(null=True)
    """The day of the dose, of a list that was gone through again on that day."""
    route = models.CharField(max_length=10, choices=MedicineRoute)
    nothing_taken = models.BooleanField(default=False)
    lines = models.JSONField(default=list)
    max_severity = models.PositiveSmallIntegerField()
    qt_count = models.PositiveSmallIntegerField(default=0)
    needs_prescriber = models.BooleanField()
    note = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """The prescriber; None while nothing on the list needs one, or none has signed."""

    objects = ReconciliationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(nothing_taken=True, lines=[])
                | (Q(nothing_taken=False) & ~Q(lines=[])),
                name="reconciliation_lists_or_says_nothing",
            ),
            models.CheckConstraint(
                condition=Q(needs_prescriber=False)
                | ~Q(state=ReconciliationState.CONFIRMED)
                | Q(signed_by__isnull=False),
                name="reconciliation_grave_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(max_severity__lt=3) | Q(needs_prescriber=True),
                name="reconciliation_major_needs_prescriber",
            ),
            models.CheckConstraint(
                condition=Q(occasion=Occasion.DOSE_DAY, visit_on__isnull=False)
                | Q(occasion=Occasion.SCREENING, visit_on=None),
                name="reconciliation_of_a_dose_has_its_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["episode", "-made_at"], name="reconciliation_by_episode"
            )
        ]
        triggers = append_only(prefix="reconciliation_")

    def __str__(self) -> str:
        return f"MedicationReconciliation {self.pk}"


class HoldPlan(UUIDModel):
    """What was agreed of one medicine before a dose, and when it goes on.  Written once.

    A medicine that must not be stopped abruptly is held only with a prescriber's
    signature; so is every other.
    """

    reconciliation = models.ForeignKey(
        MedicationReconciliation, on_delete=models.PROTECT, related_name="plans"
    )
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    statement = models.ForeignKey(
        MedicationStatement, on_delete=models.PROTECT, related_name="hold_plans"
    )
    choice = models.CharField(max_length=10, choices=HoldChoice)
    hold_before_h = models.PositiveSmallIntegerField(null=True)
    restart = models.CharField(max_length=200, blank=True)
    """When it goes on, in the words that the patient reads."""
    has_abrupt_stop_risk = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reconciliation", "statement"],
                name="hold_plan_one_for_a_medicine",
            ),
            models.CheckConstraint(
                condition=Q(has_abrupt_stop_risk=False)
                | Q(choice=HoldChoice.CONTINUE)
                | Q(signed_by__isnull=False, signed_at__isnull=False),
                name="hold_plan_abrupt_stop_is_signed",
            ),
            models.CheckConstraint(
                condition=~Q(choice__in=HOLDING)
                | Q(signed_by__isnull=False, signed_at__isnull=False),
                name="hold_plan_is_signed",
            ),
            models.CheckConstraint(
                condition=~Q(choice=HoldChoice.HOLD)
                | (
                    Q(hold_before_h__isnull=False)
                    & Q(hold_before_h__gt=0, hold_before_h__lte=MOST_HOURS)
                    & ~Q(restart="")
                ),
                name="hold_plan_says_how_long",
            ),
        ]
        triggers = append_only(prefix="hold_plan_")

    def __str__(self) -> str:
        return f"HoldPlan {self.pk}"
