"""Kinds and codes of the clinic's places and diaries."""

from __future__ import annotations

from typing import Final

from django.db import models


class LocationKind(models.TextChoices):
    DOSING = "dosing", "Dosing room"
    THERAPY = "therapy", "Therapy room"
    VIDEO = "video", "Video"


class ActorKind(models.TextChoices):
    PATIENT = "patient", "Patient"
    PRACTITIONER = "practitioner", "Practitioner"
    LOCATION = "location", "Room"
    DEVICE = "device", "Device"


class SlotStatus(models.TextChoices):
    """The FHIR R4 ``slotstatus`` codes this clinic uses."""

    FREE = "free", "Free"
    BUSY = "busy", "Busy"
    BUSY_UNAVAILABLE = "busy-unavailable", "Blocked"


class AbsenceCode(models.TextChoices):
    """Why time is blocked, as colleagues may know it."""

    LEAVE = "leave", "Leave"
    SICK = "sick", "Ill"
    TRAINING = "training", "Training"
    MEETING = "meeting", "Meeting"
    CLOSED = "closed", "Room closed"
    REPAIR = "repair", "Cleaning or repair"
    OTHER = "other", "Blocked"


OCCUPYING: Final = (SlotStatus.BUSY, SlotStatus.BUSY_UNAVAILABLE)


class Duty(models.TextChoices):
    """Lists of people who are told when a patient may be in danger."""

    SAFETY = "safety", "Clinic safety"
    ON_CALL = "on-call", "On call"


class PolicyKind(models.TextChoices):
    """What a clinic decides itself, dated and signed."""

    ELIGIBILITY = "eligibility", "Eligibility rules"
    DOSE_LIMITS = "dose-limits", "Dose limits"
    VITAL_THRESHOLDS = "vital-thresholds", "Vital-sign thresholds"
    MONITORING = "monitoring", "Monitoring schedule"
    READINESS = "readiness", "Readiness gates"
    SPACING = "spacing", "Spacing"
    DISCHARGE = "discharge", "Leaving criteria"
    REMINDERS = "reminders", "Reminder times"
