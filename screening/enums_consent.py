"""Codes of agreements: who signs, in which order, how one ends, what its history says."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.db import models

from screening.enums import ConsentStatus

_S = ConsentStatus
CONSENT_TRANSITIONS: Final[Mapping[ConsentStatus, frozenset[ConsentStatus]]] = (
    MappingProxyType(
        {
            _S.PROPOSED: frozenset({_S.PARTIAL, _S.ACTIVE, _S.REJECTED, _S.INACTIVE}),
            _S.PARTIAL: frozenset({_S.ACTIVE, _S.REJECTED, _S.INACTIVE}),
            _S.ACTIVE: frozenset({_S.INACTIVE}),
            _S.REJECTED: frozenset(),
            _S.INACTIVE: frozenset(),
        }
    )
)
"""Every status, and where it may go.  A status with an empty set is final."""
LIVE: Final = frozenset({_S.PROPOSED, _S.PARTIAL, _S.ACTIVE})
OPEN: Final = frozenset({_S.PROPOSED, _S.PARTIAL})
"""Somebody has still to sign."""


class SignerRole(models.TextChoices):
    """Who signs, in the order in which they sign."""

    REPRESENTATIVE = "representative", "Legal representative"
    PATIENT = "patient", "Patient"
    ESCORT = "escort", "Escort"
    CLINICIAN = "clinician", "Clinician who explained"
    INTERPRETER = "interpreter", "Interpreter"
    WITNESS = "witness", "Witness"


class Authority(models.TextChoices):
    """By what right somebody signs for a patient (clinical.md CR-07)."""

    GUARDIAN = "guardian", "Guardian appointed by a court"
    POWER = "power", "Power of attorney for health care"
    PARENT = "parent", "Parent of a minor"
    SURROGATE = "surrogate", "Surrogate under state law"


class EndKind(models.TextChoices):
    """Why an agreement no longer counts."""

    WITHDRAWN = "withdrawn", "Withdrawn"
    DECLINED = "declined", "Declined"
    REPLACED = "replaced", "Replaced by a newer signature"
    OVERTAKEN = "overtaken", "A newer edition came before it was signed"


class EndWay(models.TextChoices):
    """How a withdrawal was said; any wording and any way counts (CR-11)."""

    LINK = "link", "On the patient's page"
    SPOKEN = "spoken", "Said at the clinic"
    PHONE = "phone", "Said on the phone"
    WRITTEN = "written", "In a letter or message"
    GESTURE = "gesture", "By a sign or the stop signal"


class ConsentAct(models.TextChoices):
    """What happened to an agreement, in its history."""

    PROPOSED = "proposed", "Put before the patient"
    SENT = "sent", "Message planned"
    RENEWED_TEXT = "renewed-text", "The text changed while it was read"
    SHOWN_AGAIN = "shown-again", "A part was shown again after an answer"
    TAUGHT = "taught", "A question on understanding was answered"
    PEOPLE = "people", "Who signs was changed"
    SIGNED = "signed", "Signed"
    ACTIVATED = "activated", "All have signed"
    COPY = "copy", "Copy given"
    NARROWED = "narrowed", "One part taken back"
    ENDED = "ended", "Ended"
