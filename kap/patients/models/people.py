"""The person treated, and who stands beside them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now

from kap.accounts.enums import SCHEDULING, Role
from kap.clinic.models import Schedule, Site
from kap.core.models import UUIDModel
from kap.core.triggers import append_only, never_deleted
from kap.patients.enums import (
    Channel,
    ContactPurpose,
    RelatedKind,
    SexForClinicalUse,
)

if TYPE_CHECKING:
    from kap.accounts.models import User


def knows_patients(user: User) -> bool:
    """Whether this user's work is with patients at all."""
    return user.has_role(*SCHEDULING, Role.ADMIN)


class PatientQuerySet(models.QuerySet["Patient"]):
    def visible_to(self, user: User) -> Self:
        """Patients this user may know of.  Views start here, never at ``all()``.

        Every role that works with patients knows who they are; what else of a
        chart it may read is decided where that part is fetched.
        """
        return self.all() if knows_patients(user) else self.none()

    def active(self) -> Self:
        return self.filter(merged_into=None)


class Patient(UUIDModel):
    """The person treated.  FHIR: Patient."""

    number = models.PositiveIntegerField("record number", unique=True)
    family_name = models.CharField(max_length=80)
    given_name = models.CharField(max_length=80)
    preferred_name = models.CharField(max_length=80, blank=True)
    pronouns = models.CharField(max_length=30, blank=True)
    birth_date = models.DateField()
    sex = models.CharField(
        max_length=8, choices=SexForClinicalUse, default=SexForClinicalUse.UNKNOWN
    )
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, default="en")
    discreet_sender = models.BooleanField(default=True)
    referred_by = models.CharField(max_length=120, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="patients")
    schedule = models.OneToOneField(
        Schedule, on_delete=models.PROTECT, related_name="patient"
    )
    search_text = models.TextField(editable=False, db_collation="C")
    """Accent-folded lower-case words of name, number, birth date and phone, family name
    first (kap.patients.search); bytewise collation, so that the index also sorts."""
    external_key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    """System and identifier a record was imported under; importing again finds it."""
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = PatientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_date__gte=date(1900, 1, 1)),
                name="patient_birth_date_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(birth_date__lte=Now()), name="patient_is_born"
            ),
        ]
        indexes = [
            GinIndex(
                SearchVector("search_text", config="simple"),
                name="patient_search",
            ),
            models.Index(fields=["search_text"], name="patient_search_prefix"),
            models.Index(fields=["birth_date"], name="patient_birth_date"),
            models.Index(Lower("email"), name="patient_email"),
        ]
        triggers = never_deleted(prefix="patient_")

    def __str__(self) -> str:
        return f"Patient {self.pk}"

    @property
    def called(self) -> str:
        """The name the person goes by."""
        return self.preferred_name or self.given_name

    @property
    def full_name(self) -> str:
        return f"{self.called} {self.family_name}"

    @property
    def number_text(self) -> str:
        """The record number as it is read out: 100 417, with a no-break space."""
        return f"{self.number:,}".replace(",", "\u00a0")

    def age_years(self, *, on: date) -> int:
        before_birthday = (on.month, on.day) < (
            self.birth_date.month,
            self.birth_date.day,
        )
        return on.year - self.birth_date.year - before_birthday


class PatientDistinction(UUIDModel):
    """Somebody looked at two like records and said why they are two people.  Written once."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(patient=F("other")), name="distinction_between_two_records"
            )
        ]
        triggers = append_only(prefix="patient_distinction_")

    def __str__(self) -> str:
        return f"PatientDistinction {self.pk}"


class RelatedPerson(UUIDModel):
    """Who takes the patient home, or is called in an emergency.  FHIR: RelatedPerson."""

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="related_people"
    )
    kind = models.CharField(max_length=10, choices=RelatedKind)
    name = models.CharField(max_length=120)
    relationship = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=30)
    is_adult = models.BooleanField(null=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        triggers = never_deleted(prefix="related_person_")

    def __str__(self) -> str:
        return f"RelatedPerson {self.pk}"


class ContactConsent(UUIDModel):
    """What a patient said about one channel and purpose; the newest row counts."""

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="contact_consents"
    )
    channel = models.CharField(max_length=5, choices=Channel)
    purpose = models.CharField(max_length=10, choices=ContactPurpose)
    is_given = models.BooleanField()
    said_at = models.DateTimeField()
    heard_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """None: the patient said it through a link or by answering STOP."""

    class Meta:
        indexes = [
            models.Index(
                fields=["patient", "channel", "purpose", "-said_at"],
                name="contact_newest",
            )
        ]
        triggers = append_only(prefix="contact_consent_")

    def __str__(self) -> str:
        return f"ContactConsent {self.pk}"
