"""Codes and transition tables of visits, doses and monitoring."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.db import models


class VisitKind(models.TextChoices):
    """What a visit is for; colours and icons follow the phase."""

    SCREENING = "screening", "Screening"
    PREPARATION = "preparation", "Preparation"
    DOSING = "dosing", "Dosing"
    INTEGRATION = "integration", "Integration"
    FOLLOW_UP = "follow-up", "Follow-up"


class ParticipantRole(models.TextChoices):
    PATIENT = "patient", "Patient"
    THERAPIST = "therapist", "Therapist"
    NURSE = "nurse", "Nurse"
    PRESCRIBER = "prescriber", "Prescriber"
    ROOM = "room", "Room"


class AppointmentStatus(models.TextChoices):
    """The FHIR R4 ``appointmentstatus`` codes this clinic uses."""

    BOOKED = "booked", "Booked"
    CHECKED_IN = "checked-in", "Arrived"
    FULFILLED = "fulfilled", "Took place"
    CANCELLED = "cancelled", "Cancelled"
    NOSHOW = "noshow", "Did not come"


APPOINTMENT_TRANSITIONS: Final[
    Mapping[AppointmentStatus, frozenset[AppointmentStatus]]
] = MappingProxyType(
    {
        AppointmentStatus.BOOKED: frozenset(
            {
                AppointmentStatus.CHECKED_IN,
                AppointmentStatus.CANCELLED,
                AppointmentStatus.NOSHOW,
            }
        ),
        AppointmentStatus.CHECKED_IN: frozenset(
            {AppointmentStatus.FULFILLED, AppointmentStatus.CANCELLED}
        ),
        AppointmentStatus.FULFILLED: frozenset(),
        AppointmentStatus.CANCELLED: frozenset(),
        AppointmentStatus.NOSHOW: frozenset(),
    }
)
"""Every status, and where it may go.  A status with an empty set is final."""


class EncounterStatus(models.TextChoices):
    """FHIR R4 ``encounter-status``, as far as we use it."""

    ARRIVED = "arrived", "Arrived"
    TRIAGED = "triaged", "Checked, ready to start"
    IN_PROGRESS = "in-progress", "Going on"
    FINISHED = "finished", "Finished"
    CANCELLED = "cancelled", "Stopped before a dose"


ENCOUNTER_TRANSITIONS: Final[Mapping[EncounterStatus, frozenset[EncounterStatus]]] = (
    MappingProxyType(
        {
            EncounterStatus.ARRIVED: frozenset(
                {
                    EncounterStatus.TRIAGED,
                    EncounterStatus.IN_PROGRESS,
                    EncounterStatus.CANCELLED,
                }
            ),
            EncounterStatus.TRIAGED: frozenset(
                {EncounterStatus.IN_PROGRESS, EncounterStatus.CANCELLED}
            ),
            EncounterStatus.IN_PROGRESS: frozenset({EncounterStatus.FINISHED}),
            EncounterStatus.FINISHED: frozenset(),
            EncounterStatus.CANCELLED: frozenset(),
        }
    )
)


class CarePlanStatus(models.TextChoices):
    """FHIR R4 ``request-status``."""

    DRAFT = "draft", "Draft"
    ACTIVE = "active", "Active"
    ON_HOLD = "on-hold", "On hold"
    COMPLETED = "completed", "Completed"
    REVOKED = "revoked", "Stopped"


class OrderStatus(models.TextChoices):
    """FHIR R4 ``medicationrequest-status`` codes we use."""

    ACTIVE = "active", "Signed"
    COMPLETED = "completed", "Given"
    CANCELLED = "cancelled", "Withdrawn"
    STOPPED = "stopped", "Replaced"


class AdministrationStatus(models.TextChoices):
    """FHIR R4 ``medication-admin-status`` codes we use."""

    COMPLETED = "completed", "Given"
    STOPPED = "stopped", "Stopped part-way"
    ENTERED_IN_ERROR = "entered-in-error", "Entered in error"


class RideKind(models.TextChoices):
    ESCORT = "escort", "With the named escort"
    LICENSED = "licensed", "Licensed transport with a companion"


class ReplyKind(models.TextChoices):
    """What a patient says of a visit."""

    CONFIRMED = "confirmed", "Will come"
    OTHER_TIME = "other-time", "Asks for another time"
    CANCELLED = "cancelled", "Cannot come"


class CallOutcome(models.TextChoices):
    """What came of a call."""

    REACHED = "reached", "Reached"
    NO_ANSWER = "no-answer", "No answer"
    LEFT_MESSAGE = "left-message", "Left a message"
