"""Roles and credentials."""

from __future__ import annotations

from django.db import models


class Role(models.TextChoices):
    """What a person may do here; one person may hold several."""

    FRONT_DESK = "front-desk", "Front desk"
    THERAPIST = "therapist", "Therapist"
    NURSE = "nurse", "Nurse"
    PRESCRIBER = "prescriber", "Prescriber"
    MEDICAL_DIRECTOR = "medical-director", "Medical director"
    COMPLIANCE = "compliance", "Compliance"
    ADMIN = "admin", "Admin"


CLINICAL = frozenset(
    {Role.THERAPIST, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_DIRECTOR}
)
"""Roles that may read a chart's clinical part."""
PRESCRIBING = frozenset({Role.PRESCRIBER, Role.MEDICAL_DIRECTOR})
SCHEDULING = frozenset({Role.FRONT_DESK}) | CLINICAL
"""Roles that book visits."""


class Theme(models.TextChoices):
    AUTO = "auto", "As the device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class CredentialKind(models.TextChoices):
    LICENCE = "licence", "Licence"
    DEA = "dea", "DEA registration"
    KAP_TRAINING = "kap-training", "KAP training"
    ACLS = "acls", "ACLS"
    BLS = "bls", "BLS"
    MALPRACTICE = "malpractice", "Malpractice insurance"
    REMS = "rems", "REMS training"


class MailKind(models.TextChoices):
    """Why a member of staff is written to."""

    INVITE = "invite", "Invitation"
    RESET = "reset", "New password"
    CHANGED = "changed", "Account changed"
