"""Medicines, allergies and diagnoses that hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from screening.codes import NO_KNOWN_ALLERGY
from screening.models import AllergyIntolerance, Condition, MedicationStatement


@dataclass(frozen=True, slots=True)
class Allergies:
    """``is_asked`` is False until somebody said anything about allergies."""

    rows: list[AllergyIntolerance]

    @property
    def is_asked(self) -> bool:
        return bool(self.rows)

    @property
    def named(self) -> list[AllergyIntolerance]:
        return [row for row in self.rows if row.code != NO_KNOWN_ALLERGY]


def allergies(patient_id: UUID) -> Allergies:
    """What holds; one query."""
    rows = AllergyIntolerance.objects.filter(
        patient=patient_id, entered_in_error_at=None
    )
    return Allergies(list(rows.order_by("recorded_at", "pk")[:100]))


def medicines(patient_id: UUID) -> list[MedicationStatement]:
    """What is taken now; one query."""
    rows = MedicationStatement.objects.filter(
        patient=patient_id, entered_in_error_at=None, ended_on=None
    )
    return list(rows.select_related("recorded_by").order_by("text", "pk")[:100])


def conditions(patient_id: UUID) -> list[Condition]:
    rows = Condition.objects.filter(patient=patient_id, entered_in_error_at=None)
    return list(rows.order_by("text", "pk")[:100])


def allergies_asked(patient_ids: Iterable[UUID]) -> set[UUID]:
    """Patients of whom anything about allergies is known; one query."""
    rows = AllergyIntolerance.objects.filter(
        patient__in=list(patient_ids), entered_in_error_at=None
    )
    return set(rows.values_list("patient_id", flat=True))
