"""Diagnoses, medicines and allergies as the patient says or a referrer sends them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kap.core.models import UUIDModel
from kap.core.triggers import never_deleted
from kap.patients.models import Patient
from screening.enums import ConditionStatus, ResponseMode


class HistoryRow(UUIDModel):
    """What every statement about a patient's history has."""

    code = models.CharField(max_length=40, blank=True)
    code_system = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    source = models.CharField(max_length=10, choices=ResponseMode)
    entered_in_error_at = models.DateTimeField(null=True)
    entered_in_error_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    external_key = models.CharField(max_length=200, null=True, unique=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"


class Condition(HistoryRow):
    """A diagnosis or problem.  FHIR: Condition."""

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="conditions"
    )
    status = models.CharField(
        max_length=10, choices=ConditionStatus, default=ConditionStatus.ACTIVE
    )
    onset_on = models.DateField(null=True)

    class Meta:
        triggers = never_deleted(prefix="condition_")


class MedicationStatement(HistoryRow):
    """A medicine the patient takes.  FHIR: MedicationStatement."""

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="medication_statements"
    )
    dose_text = models.CharField(max_length=120, blank=True)
    started_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        triggers = never_deleted(prefix="medication_statement_")


class AllergyIntolerance(HistoryRow):
    """An allergy or intolerance.  FHIR: AllergyIntolerance.

    "No known allergies" is a row of its own with code ``716186003`` (SNOMED CT).
    """

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="allergies"
    )
    reaction = models.CharField(max_length=200, blank=True)

    class Meta:
        triggers = never_deleted(prefix="allergy_")
