"""Codes of questionnaires that a clinic loads itself."""

from __future__ import annotations

from django.db import models


class DefinitionStatus(models.TextChoices):
    """FHIR R4 ``publication-status`` codes we use."""

    DRAFT = "draft", "Loaded, not in use"
    ACTIVE = "active", "In use"
    RETIRED = "retired", "No longer asked"


class ScoringKind(models.TextChoices):
    NONE = "none", "No score: the answers are kept and shown"
    SUM = "sum", "Sum of the points of the answers"
    MEAN = "mean", "Mean of the points of the answers"
    OWN = "own", "As its publication says"
