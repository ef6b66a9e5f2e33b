"""The person treated, who stands beside them, their care, and the links they come in by."""

from __future__ import annotations

from kap.patients.models.episodes import (
    EpisodeOfCare,
    EpisodePhaseChange,
    EpisodeQuerySet,
)
from kap.patients.models.links import (
    PatientLinkSession,
    SecureLink,
    SecureLinkQuerySet,
)
from kap.patients.models.people import (
    ContactConsent,
    Patient,
    PatientDistinction,
    PatientQuerySet,
    RelatedPerson,
    knows_patients,
)

__all__ = [
    "ContactConsent",
    "EpisodeOfCare",
    "EpisodePhaseChange",
    "EpisodeQuerySet",
    "Patient",
    "PatientDistinction",
    "PatientLinkSession",
    "PatientQuerySet",
    "RelatedPerson",
    "SecureLink",
    "SecureLinkQuerySet",
    "knows_patients",
]
