"""The dosing record: order, dose, readings, unwanted effects, leaving.  Append-only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kap.core.constraints import all_or_none
from kap.core.models import UUIDModel
from kap.core.triggers import append_only, never_deleted
from kap.patients.models import Patient, RelatedPerson
from kap.pharmacy.models import Product, Route
from sessions.enums import AdministrationStatus, OrderStatus, RideKind
from sessions.models.appointments import Appointment
from sessions.models.encounters import Encounter


class MedicationRequest(UUIDModel):
    """The signed order for a dose.  FHIR: MedicationRequest.

    ``dose_mg`` is ketamine base, after rounding; ``dose_mg_per_kg`` is that rounded
    dose over ``weight_kg`` as it stood when the order was signed.  Only its status
    moves; a changed order is a new one.
    """

    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="orders"
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="orders"
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    route = models.CharField(max_length=8, choices=Route)
    dose_mg = models.DecimalField(max_digits=8, decimal_places=3)
    weight_kg = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    weight_measured_at = models.DateTimeField(null=True)
    dose_mg_per_kg = models.DecimalField(max_digits=8, decimal_places=4, null=True)
    volume_ml = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    unit_count = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    infusion_min = models.PositiveSmallIntegerField(null=True)
    is_diluted = models.BooleanField(default=False)
    body_site = models.CharField(max_length=20, blank=True)
    """Where an injection goes: deltoid or other."""
    max_total_mg = models.DecimalField(max_digits=8, decimal_places=3)
    as_needed = models.CharField(max_length=500, blank=True)
    """As-needed and rescue medicines, in words."""
    checks = models.JSONField(default=list)
    """What the dose calculator said: code, level, sentence, source."""
    reason = models.CharField(max_length=500, blank=True)
    cosigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    status = models.CharField(
        max_length=10, choices=OrderStatus, default=OrderStatus.ACTIVE
    )
    content_sha256 = models.CharField(max_length=64)
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(dose_mg__gt=0), name="order_dose_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(max_total_mg__gte=F("dose_mg")),
                name="order_total_covers_dose",
            ),
            models.CheckConstraint(
                condition=~Q(cosigned_by=F("ordered_by")),
                name="order_cosigned_by_another_person",
            ),
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(status="active"),
                name="order_one_active_for_a_visit",
            ),
        ]
        triggers = never_deleted(prefix="order_")

    def __str__(self) -> str:
        return f"MedicationRequest {self.pk}"


class MedicationAdministration(UUIDModel):
    """A dose that was given.  FHIR: MedicationAdministration.

    ``dose_mg`` is the ketamine base actually given, in milligrams, not the dose
    ordered and not the volume drawn up.  A wrong row is marked entered in error by
    a new row that voids it; a dose is never edited.
    """

    encounter = models.ForeignKey(
        Encounter, on_delete=models.PROTECT, related_name="administrations"
    )
    order = models.ForeignKey(
        MedicationRequest, on_delete=models.PROTECT, related_name="administrations"
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    route = models.CharField(max_length=8, choices=Route)
    status = models.CharField(
        max_length=16,
        choices=AdministrationStatus,
        default=AdministrationStatus.COMPLETED,
    )
    dose_mg = models.DecimalField(max_digits=8, decimal_places=3)
    dose_mg_per_kg = models.DecimalField(max_digits=8, decimal_places=4, null=True)
    volume_ml = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    infusion_min = models.PositiveSmallIntegerField(null=True)
    lot_number = models.CharField(max_length=40)
    given_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    witnessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    voids = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="voided_by_row"
    )
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(dose_mg__gt=0), name="administration_dose_is_positive"
            ),
            models.CheckConstraint(
                condition=~Q(given_by=F("witnessed_by")),
                name="administration_witness_is_another_person",
            ),
            models.CheckConstraint(
                condition=Q(recorded_at__gte=F("given_at")),
                name="administration_not_in_the_future",
            ),
            models.CheckConstraint(
                condition=Q(status="entered-in-error", voids__isnull=False)
                | (~Q(status="entered-in-error") & Q(voids__isnull=True)),
                name="administration_voids_iff_entered_in_error",
            ),
        ]
        indexes = [
            models.Index(fields=["encounter", "given_at"], name="dose_by_encounter")
        ]
        triggers = append_only(prefix="administration_")

    def __str__(self) -> str:
        return f"MedicationAdministration {self.pk}"


class VitalSigns(UUIDModel):
    """One set of readings.  A wrong set is marked by a new row that voids it."""

    encounter = models.ForeignKey(
        Encounter, on_delete=models.PROTECT, related_name="vital_signs"
    )
    taken_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    systolic_mmhg = models.PositiveSmallIntegerField(null=True)
    diastolic_mmhg = models.PositiveSmallIntegerField(null=True)
    heart_rate_bpm = models.PositiveSmallIntegerField(null=True)
    spo2_percent = models.PositiveSmallIntegerField(null=True)
    respiratory_rate_per_min = models.PositiveSmallIntegerField(null=True)
    temperature_c = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    sedation_moaas = models.PositiveSmallIntegerField(null=True)
    dissociation_0_10 = models.PositiveSmallIntegerField(null=True)
    nausea_0_10 = models.PositiveSmallIntegerField(null=True)
    distress_0_10 = models.PositiveSmallIntegerField(null=True)
    has_vomited = models.BooleanField(default=False)
    has_symptoms = models.BooleanField(default=False)
    """Chest pain, headache, vision, weakness, fainting, irregular pulse."""
    note = models.CharField(max_length=300, blank=True)
    findings = models.JSONField(default=list)
    """What the thresholds in force said: level, sentence, edition."""
    client_key = models.UUIDField(null=True, unique=True)
    """Made by the form, so that a resend is the same reading."""
    voids = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="voided_by_row"
    )
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            all_or_none(
                "systolic_mmhg", "diastolic_mmhg", name="vitals_pressure_is_whole"
            ),
            models.CheckConstraint(
                condition=Q(systolic_mmhg__isnull=True)
                | Q(
                    systolic_mmhg__gt=F("diastolic_mmhg"),
                    systolic_mmhg__range=(40, 300),
                    diastolic_mmhg__range=(20, 200),
                ),
                name="vitals_pressure_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(heart_rate_bpm__isnull=True)
                | Q(heart_rate_bpm__range=(20, 300)),
                name="vitals_heart_rate_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(spo2_percent__isnull=True)
                | Q(spo2_percent__range=(40, 100)),
                name="vitals_spo2_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(sedation_moaas__isnull=True)
                | Q(sedation_moaas__range=(0, 5)),
                name="vitals_sedation_is_possible",
            ),
        ]
        indexes = [
            models.Index(fields=["encounter", "taken_at"], name="vitals_by_encounter")
        ]
        triggers = append_only(prefix="vital_signs_")

    def __str__(self) -> str:
        return f"VitalSigns {self.pk}"


class AdverseEvent(UUIDModel):
    """An unwanted effect (clinical.md 6.7).  FHIR: AdverseEvent."""

    encounter = models.ForeignKey(
        Encounter, on_delete=models.PROTECT, related_name="adverse_events"
    )
    term = models.CharField(max_length=60)
    grade = models.PositiveSmallIntegerField()
    onset_at = models.DateTimeField()
    relation = models.CharField(max_length=10, default="possible")
    action = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=200, blank=True)
    is_serious = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    voids = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="voided_by_row"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(grade__range=(1, 5)), name="adverse_event_grade_is_1_to_5"
            )
        ]
        triggers = append_only(prefix="adverse_event_")

    def __str__(self) -> str:
        return f"AdverseEvent {self.pk}"


class Discharge(UUIDModel):
    """The patient left: which criteria were ticked, with whom, who signed."""

    encounter = models.OneToOneField(
        Encounter, on_delete=models.PROTECT, related_name="discharge"
    )
    criteria = models.JSONField()
    """Code to ``{"met": bool, "by": id}`` for each of the sixteen of clinical.md 6.11."""
    ride = models.CharField(max_length=10, choices=RideKind)
    escort = models.ForeignKey(
        RelatedPerson, on_delete=models.PROTECT, null=True, related_name="+"
    )
    escort_name = models.CharField(max_length=120)
    instructions_given = models.BooleanField()
    override_reason = models.CharField(max_length=500, blank=True)
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    left_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    nurse = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    second_signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(nurse=F("second_signer")),
                name="discharge_signed_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(recorded_at__gte=F("left_at")),
                name="discharge_not_in_the_future",
            ),
        ]
        triggers = append_only(prefix="discharge_")

    def __str__(self) -> str:
        return f"Discharge {self.pk}"
