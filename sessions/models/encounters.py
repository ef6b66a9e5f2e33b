"""A visit as it happens, and what is checked before a dose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from kap.core.models import UUIDModel
from kap.core.triggers import append_only, never_deleted
from kap.patients.models import Patient, RelatedPerson
from sessions.enums import EncounterStatus, VisitKind
from sessions.models.appointments import Appointment

if TYPE_CHECKING:
    from kap.accounts.models import User


class EncounterQuerySet(models.QuerySet["Encounter"]):
    def visible_to(self, user: User) -> Self:
        if user.is_clinical:
            return self.all()
        return self.none()

    def going_on(self) -> Self:
        return self.filter(status=EncounterStatus.IN_PROGRESS)


class Encounter(UUIDModel):
    """A visit that happens.  FHIR: Encounter.  ``kind`` tells what sort it is."""

    appointment = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, related_name="encounter"
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="encounters"
    )
    kind = models.CharField(max_length=12, choices=VisitKind)
    status = models.CharField(
        max_length=12, choices=EncounterStatus, default=EncounterStatus.ARRIVED
    )
    arrived_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stop_reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = EncounterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=("finished", "cancelled"), ended_at__isnull=False
                )
                | Q(
                    status__in=("arrived", "triaged", "in-progress"),
                    ended_at__isnull=True,
                ),
                name="encounter_ended_at_iff_ended",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("in-progress", "finished"))
                | Q(started_at__isnull=False),
                name="encounter_going_on_has_started",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status"],
                condition=Q(status="in-progress"),
                name="encounter_going_on",
            ),
            models.Index(
                fields=["patient", "-arrived_at"], name="encounter_by_patient"
            ),
        ]
        triggers = never_deleted(prefix="encounter_")

    def __str__(self) -> str:
        return f"Encounter {self.pk}"


class EncounterStatusChange(models.Model):
    """One step of a visit.  Written once."""

    id = models.BigAutoField(primary_key=True)
    encounter = models.ForeignKey(
        Encounter, on_delete=models.PROTECT, related_name="status_changes"
    )
    old_status = models.CharField(max_length=12, choices=EncounterStatus, blank=True)
    new_status = models.CharField(max_length=12, choices=EncounterStatus)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        triggers = append_only(prefix="encounter_status_change_")

    def __str__(self) -> str:
        return f"EncounterStatusChange {self.pk}"


class PreSessionCheck(UUIDModel):
    """What is asked before a dose: fasting, escort, medicines, time-out.

    Several rows may exist for a visit (the patient's own answer the evening before,
    the nurse's on the day); for each fact the newest non-null answer counts.
    """

    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="checks"
    )
    last_solid_food_at = models.DateTimeField(null=True)
    last_meal_was_fatty = models.BooleanField(null=True)
    last_clear_liquid_at = models.DateTimeField(null=True)
    escort = models.ForeignKey(
        RelatedPerson, on_delete=models.PROTECT, null=True, related_name="+"
    )
    escort_confirmed = models.BooleanField(null=True)
    medicines_unchanged = models.BooleanField(null=True)
    medicines_note = models.CharField(max_length=500, blank=True)
    substances_24h = models.BooleanField(null=True)
    """Alcohol, benzodiazepine, stimulant or opioid in the last 24 hours."""
    feels_ill = models.BooleanField(null=True)
    may_be_pregnant = models.BooleanField(null=True)
    identity_checked = models.BooleanField(null=True)
    """Two identifiers read back."""
    dose_read_back = models.BooleanField(null=True)
    agrees_to_begin = models.BooleanField(null=True)
    """The patient says yes at the chair."""
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """The second person of the time-out."""
    said_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """None: the patient or the escort answered through a link."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(witness=models.F("recorded_by")),
                name="check_witness_is_another_person",
            )
        ]
        indexes = [
            models.Index(fields=["appointment", "-said_at"], name="check_newest")
        ]
        triggers = append_only(prefix="pre_session_check_")

    def __str__(self) -> str:
        return f"PreSessionCheck {self.pk}"


class GateOverride(UUIDModel):
    """A gate that was open and was passed on purpose, by whom and why."""

    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="overrides"
    )
    gate = models.CharField(max_length=10)
    reason = models.CharField(max_length=500)
    overridden_at = models.DateTimeField()
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    also_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """The second person, where the gate takes two (clinical.md 1.4, G-04)."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(also_by=models.F("overridden_by")),
                name="override_second_is_another_person",
            ),
            models.UniqueConstraint(
                fields=["appointment", "gate"], name="override_once_for_a_gate"
            ),
        ]
        triggers = append_only(prefix="gate_override_")

    def __str__(self) -> str:
        return f"GateOverride {self.pk}"
