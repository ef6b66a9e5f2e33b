"""The medicines that a patient takes, the last time they were gone through, and the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from kap.patients.models import EpisodeOfCare
from screening.models import MedicationReconciliation, MedicationStatement
from screening.queries.fact_sources import (
    FactSource,
    SourceKind,
    Valued,
    register_source,
)
from screening.rules.medicines.review import ADDITIVE_FROM
from screening.rules.medicines.types import Severity

FIELDS: Final = ("med_classes", "med_max_severity", "qt_drug_count")
STANDING: Final = "medicines_standing"
"""No fact of the rules: the list itself, for the pages that read the facts."""
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest confirmed list and what is taken now; ``new``: not gone through yet."""

    reconciliation: MedicationReconciliation | None
    statements: tuple[Line, ...]
    """What is taken now, oldest first: id, text, dose, source, recorded_at."""

    @property
    def current(self) -> frozenset[str]:
        return frozenset(row["id"] for row in self.statements)

    @property
    def lines(self) -> list[Line]:
        """Those that are still taken."""
        if self.reconciliation is None:
            return []
        return [
            line
            for line in self.reconciliation.lines
            if line["statement"] in self.current
        ]

    @property
    def new(self) -> frozenset[str]:
        return self.current - {line["statement"] for line in self.lines}

    @property
    def is_complete(self) -> bool:
        """Gone through and confirmed, and nothing has come since (S-21)."""
        return self.reconciliation is not None and not self.new


def current_statements(patient_id: Any) -> Any:
    """What is taken now, oldest first."""
    return MedicationStatement.objects.filter(
        patient=patient_id, entered_in_error_at=None, ended_on=None
    ).order_by("recorded_at", "pk")


def newest_confirmed(episode_id: UUID) -> MedicationReconciliation | None:
    lists = MedicationReconciliation.objects.confirmed().filter(episode=episode_id)
    return lists.order_by("-made_at", "-pk").first()


def standing_of(episode_id: UUID) -> Standing:
    """One query, whatever has happened."""
    newest = (
        MedicationReconciliation.objects.confirmed()
        .filter(episode=OuterRef("pk"))
        .order_by("-made_at", "-pk")
    )
    row = (
        EpisodeOfCare.objects.filter(pk=episode_id)
        .annotate(
            taken=ArraySubquery(
                current_statements(OuterRef("patient_id")).values(row=_ROW)
            ),
            **{f"list_{name}": Subquery(newest.values(name)[:1]) for name in _READ},
        )
        .values("taken", *(f"list_{name}" for name in _READ))
        .first()
    )
    if row is None:
        return Standing(None, ())
    taken = tuple(row["taken"])
    if row["list_id"] is None:
        return Standing(None, taken)
    found = MedicationReconciliation(**{name: row[f"list_{name}"] for name in _READ})
    return Standing(found, taken)


def unread(patient_id: UUID) -> Standing:
    """Outside of a course: what is taken, and nothing that was gone through; one query."""
    rows = current_statements(patient_id).values_list(_ROW, flat=True)
    return Standing(None, tuple(rows))


_ROW: Final = JSONObject(
    id="id",
    text="text",
    dose="dose_text",
    source="source",
    recorded_at="recorded_at",
)
_READ: Final = (
    "id",
    "episode_id",
    "patient_id",
    "state",
    "occasion",
    "visit_on",
    "route",
    "nothing_taken",
    "lines",
    "max_severity",
    "needs_prescriber",
    "made_at",
    "made_by_id",
    "signed_by_id",
)


@register_source
def medicine_facts(episode: EpisodeOfCare) -> Mapping[str, FactSource | Valued]:
    """The facts of 3.2 that follow from the reconciled list; without it they are open."""
    standing = standing_of(episode.pk)
    return {
        **facts_of_standing(standing),
        STANDING: FactSource(standing, SourceKind.COMPUTED),
    }


def standing_in(others: Mapping[str, FactSource | Valued]) -> Standing:
    """The list that was read with the facts, for a page that shows both."""
    found = others.get(STANDING)
    if isinstance(found, FactSource) and isinstance(found.value, Standing):
        return found.value
    return Standing(None, ())


def facts_of_standing(standing: Standing) -> dict[str, FactSource]:
    made = standing.reconciliation
    if made is None or not standing.is_complete:
        return {
            name: FactSource(
                None, SourceKind.COMPUTED, words="medicines not reconciled"
            )
            for name in ("med_classes", "med_max_severity")
        }
    values = values_of(standing.lines)
    words = "reconciled medicines"
    return {
        name: FactSource(values[name], SourceKind.COMPUTED, made.made_at, words)
        for name in FIELDS
    }


def values_of(lines: list[Line]) -> dict[str, Any]:
    """Classes, gravest severity and QT count of reconciled lines."""
    gravest = max((line["severity"] for line in lines), default=0)
    if sum(bool(line["cns"]) for line in lines) >= ADDITIVE_FROM:
        gravest = max(gravest, int(Severity.MAJOR))
    return {
        "med_classes": sorted({one for line in lines for one in line["classes"]}),
        "med_max_severity": gravest,
        "qt_drug_count": sum(bool(line["qt"]) for line in lines),
    }
