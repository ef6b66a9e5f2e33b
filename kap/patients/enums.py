"""Codes of the patient record."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from django.db import models


class Phase(models.TextChoices):
    """Where an episode stands (clinical.md 1.1)."""

    INTAKE = "intake", "Intake"
    SCREENING = "screening", "Screening"
    CONSENT = "consent", "Consent"
    PREPARATION = "preparation", "Preparation"
    DOSING = "dosing", "Dosing and integration"
    ACUTE_REVIEW = "acute-review", "Review"
    MAINTENANCE = "maintenance", "Maintenance"
    FOLLOW_UP = "follow-up", "Follow-up"
    CLOSED = "closed", "Closed"


class EpisodeStatus(models.TextChoices):
    """FHIR R4 ``episode-of-care-status``."""

    PLANNED = "planned", "Planned"
    ACTIVE = "active", "Active"
    ONHOLD = "onhold", "On hold"
    FINISHED = "finished", "Finished"
    CANCELLED = "cancelled", "Cancelled"


PHASE_TRANSITIONS: Final = MappingProxyType(
    {
        Phase.INTAKE: frozenset({Phase.SCREENING, Phase.CLOSED}),
        Phase.SCREENING: frozenset({Phase.CONSENT, Phase.PREPARATION, Phase.CLOSED}),
        Phase.CONSENT: frozenset({Phase.PREPARATION, Phase.SCREENING, Phase.CLOSED}),
        Phase.PREPARATION: frozenset(
            {Phase.DOSING, Phase.CONSENT, Phase.SCREENING, Phase.CLOSED}
        ),
        Phase.DOSING: frozenset({Phase.ACUTE_REVIEW, Phase.SCREENING, Phase.CLOSED}),
        Phase.ACUTE_REVIEW: frozenset(
            {Phase.DOSING, Phase.MAINTENANCE, Phase.FOLLOW_UP, Phase.CLOSED}
        ),
        Phase.MAINTENANCE: frozenset(
            {Phase.FOLLOW_UP, Phase.ACUTE_REVIEW, Phase.CLOSED}
        ),
        Phase.FOLLOW_UP: frozenset({Phase.MAINTENANCE, Phase.CLOSED}),
        Phase.CLOSED: frozenset(),
    }
)


class SexForClinicalUse(models.TextChoices):
    FEMALE = "female", "Female"
    MALE = "male", "Male"
    OTHER = "other", "Other"
    UNKNOWN = "unknown", "Not said"


class RelatedKind(models.TextChoices):
    ESCORT = "escort", "Escort home"
    EMERGENCY = "emergency", "Emergency contact"


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"
    SMS = "sms", "Text message"
    PHONE = "phone", "Phone call"


class ContactPurpose(models.TextChoices):
    CARE = "care", "Visits and care"
    MEASURES = "measures", "Questionnaires"


class Indication(models.TextChoices):
    """Accepted indications (clinical.md 3.1)."""

    TRD = "trd", "Treatment-resistant depression"
    MDD_SI = "mdd_si", "Depression with acute suicidal thoughts"
    PTSD = "ptsd", "PTSD"
    ANXIETY = "anxiety", "Anxiety disorder"
    CHRONIC_PAIN = "chronic_pain", "Chronic pain"
    OTHER = "other_reviewed", "Other, reviewed by the director"


CHANNEL_OF_FIELD: Final = MappingProxyType(
    {Channel.EMAIL: "email", Channel.SMS: "phone", Channel.PHONE: "phone"}
)
