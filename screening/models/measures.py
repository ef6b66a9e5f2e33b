"""Filled-in questionnaires, and measured or scored values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from kap.core.models import UUIDModel
from kap.core.triggers import append_only, never_deleted
from kap.patients.models import EpisodeOfCare, Patient
from screening.enums import ObservationStatus, ResponseMode, ResponseStatus
from screening.models.instruments import InstrumentDefinition

if TYPE_CHECKING:
    from kap.accounts.models import User


class ResponseQuerySet(models.QuerySet["QuestionnaireResponse"]):
    def visible_to(self, user: User) -> Self:
        if user.is_clinical:
            return self.all()
        return self.none()


class QuestionnaireResponse(UUIDModel):
    """One set of answers to one edition of an instrument.  FHIR: QuestionnaireResponse.

    ``answers`` maps linkId to the chosen option's value (a whole number), to a text or number
    that was typed, or to null: asked and left open.  A question that did not apply is absent.
    Asked for with status in-progress; once completed it never changes.
    """

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="questionnaire_responses"
    )
    episode = models.ForeignKey(
        EpisodeOfCare,
        on_delete=models.PROTECT,
        null=True,
        related_name="questionnaire_responses",
    )
    instrument = models.CharField(max_length=40)
    instrument_version = models.CharField(max_length=20)
    definition = models.ForeignKey(
        InstrumentDefinition, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """The edition answered, of a questionnaire that the clinic loaded; None for a shipped one."""
    status = models.CharField(
        max_length=16, choices=ResponseStatus, default=ResponseStatus.IN_PROGRESS
    )
    answers = models.JSONField(default=dict)
    mode = models.CharField(
        max_length=10, choices=ResponseMode, default=ResponseMode.LINK
    )
    language = models.CharField(max_length=10, default="en")
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    external_key = models.CharField(max_length=200, null=True, unique=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=("in-progress", "stopped"), completed_at__isnull=True
                )
                | Q(
                    status__in=("completed", "amended", "entered-in-error"),
                    completed_at__isnull=False,
                ),
                name="response_completed_at_iff_completed",
            )
        ]
        indexes = [
            models.Index(
                fields=["patient", "instrument", "-completed_at"],
                name="response_newest",
            )
        ]
        triggers = never_deleted(prefix="questionnaire_response_")

    def __str__(self) -> str:
        return f"QuestionnaireResponse {self.pk}"


class ObservationQuerySet(models.QuerySet["Observation"]):
    def visible_to(self, user: User) -> Self:
        if user.is_clinical:
            return self.all()
        return self.none()

    def final(self) -> Self:
        """What stands: neither an error, nor scored anew since."""
        return self.filter(
            status__in=(ObservationStatus.FINAL, ObservationStatus.AMENDED),
            voided_by_row=None,
            superseded_by_row=None,
        )


class Observation(UUIDModel):
    """A measured or scored value with code, unit and time.  FHIR: Observation.

    ``code`` is LOINC (44261-6 PHQ-9 total, 70274-6 GAD-7 total, 8480-6 systolic,
    8462-4 diastolic, 8867-4 pulse, 59408-5 SpO2, 29463-7 weight, 8302-2 height);
    ``unit`` is UCUM.  Written once; a wrong one gets a voiding row, a score that a corrected
    module computes anew gets a row (``amended``) that ``supersedes`` it.
    """

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="observations"
    )
    episode = models.ForeignKey(
        EpisodeOfCare, on_delete=models.PROTECT, null=True, related_name="observations"
    )
    code = models.CharField(max_length=64)
    value = models.DecimalField(max_digits=9, decimal_places=3)
    unit = models.CharField(max_length=12)
    status = models.CharField(
        max_length=16, choices=ObservationStatus, default=ObservationStatus.FINAL
    )
    interpretation = models.CharField(max_length=30, blank=True)
    """Severity band, or ``prorated:`` and the band."""
    details = models.JSONField(default=dict)
    """What belongs to a score: ``scoring`` (edition of the module), ``subscales``, ``recall``."""
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    response = models.ForeignKey(
        QuestionnaireResponse,
        on_delete=models.PROTECT,
        null=True,
        related_name="observations",
    )
    source = models.CharField(max_length=10, choices=ResponseMode)
    voids = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="voided_by_row"
    )
    void_reason = models.CharField(max_length=200, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by_row"
    )
    external_key = models.CharField(max_length=200, null=True, unique=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="final", voids__isnull=True, supersedes__isnull=True)
                | Q(status="amended", voids__isnull=True, supersedes__isnull=False)
                | Q(
                    status="entered-in-error",
                    voids__isnull=False,
                    supersedes__isnull=True,
                ),
                name="observation_voids_or_supersedes_by_status",
            )
        ]
        indexes = [
            models.Index(
                fields=["patient", "code", "-effective_at"], name="observation_newest"
            )
        ]
        triggers = append_only(prefix="observation_")

    def __str__(self) -> str:
        return f"Observation {self.pk}"
