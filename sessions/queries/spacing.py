"""What the spacing rules ask of one patient: doses given and booked, and who has seen them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from kap.accounts.enums import PRESCRIBING
from kap.patients.models import Patient
from kap.pharmacy.models import Route
from screening.enums import Verdict
from screening.models import EligibilityDetermination, EligibilityEvaluation
from sessions.enums import AppointmentStatus, VisitKind
from sessions.models import (
    AdverseEvent,
    Appointment,
    MedicationAdministration,
    Protocol,
)
from sessions.rules.spacing import PriorDose, SpacingFacts

TO_COME: Final = (AppointmentStatus.BOOKED, AppointmentStatus.CHECKED_IN)
_ROUTE: Final = "planned_step__care_plan__protocol__route"


@dataclass(frozen=True, slots=True)
class Spacing:
    """Doses in no order, and the facts beside them."""

    given: tuple[PriorDose, ...]
    booked: tuple[PriorDose, ...]
    facts: SpacingFacts

    @property
    def doses(self) -> tuple[PriorDose, ...]:
        return (*self.given, *self.booked)


def spacing_of(
    patient_id: UUID,
    *,
    zone: tzinfo,
    protocol: Protocol | None = None,
    but_not: Collection[UUID] = (),
) -> Spacing:
    """Three queries; ``but_not``: visits that are being moved or given right now."""
    return Spacing(
        tuple(doses_given(patient_id, but_not=but_not)),
        tuple(_booked(patient_id, but_not=but_not)),
        facts_of(patient_id, zone=zone, protocol=protocol),
    )


def doses_given(
    patient_id: UUID, *, but_not: Collection[UUID] = ()
) -> Iterator[PriorDose]:
    """Doses of other visits that count."""
    rows = MedicationAdministration.objects.filter(
        encounter__patient=patient_id, voids=None, voided_by_row=None
    ).exclude(encounter__appointment__in=list(but_not))
    for at, route in rows.values_list("given_at", "route"):
        yield PriorDose(given_at=at, is_esketamine=route == Route.IN_ESK)


def _booked(patient_id: UUID, *, but_not: Collection[UUID]) -> Iterator[PriorDose]:
    """Dosing visits to come, at the time they are booked for."""
    rows = Appointment.objects.filter(
        patient=patient_id, kind=VisitKind.DOSING, status__in=TO_COME
    ).exclude(pk__in=list(but_not))
    for at, route in rows.values_list("starts_at", _ROUTE):
        yield PriorDose(given_at=at, is_esketamine=route == Route.IN_ESK)


def facts_of(
    patient_id: UUID, *, zone: tzinfo, protocol: Protocol | None
) -> SpacingFacts:
    """One query, whatever has happened."""
    own = {"episode__patient": OuterRef("pk")}
    found: Any = (
        Patient.objects.filter(pk=patient_id)
        .annotate(
            serious=Exists(
                uncleared_events().filter(encounter__patient=OuterRef("pk"))
            ),
            saw=_newest(_seen().filter(patient=OuterRef("pk")), "ends_at"),
            screened=_newest(
                EligibilityDetermination.objects.filter(**own), "decided_at"
            ),
            excluded=_newest(
                EligibilityEvaluation.objects.filter(**own, verdict=Verdict.EXCLUDE),
                "evaluated_at",
            ),
            missed=Count(
                "appointments",
                filter=Q(
                    appointments__kind=VisitKind.DOSING,
                    appointments__status=AppointmentStatus.NOSHOW,
                    **{f"appointments__{_ROUTE}": Route.IN_ESK},
                ),
            ),
        )
        .values("serious", "saw", "screened", "excluded", "missed")
        .first()
        or {}
    )
    return SpacingFacts(
        zone=zone,
        prescriber_saw_at=found.get("saw"),
        screened_at=found.get("screened"),
        exclusion_event_at=found.get("excluded"),
        serious_event_open=bool(found.get("serious")),
        sessions_missed=found.get("missed") or 0,
        min_hours=protocol.min_hours_between_doses if protocol else None,
        max_per_7_days=protocol.max_doses_per_7_days if protocol else None,
    )


def _newest(rows: QuerySet[Any], column: str) -> Subquery:
    return Subquery(rows.order_by(F(column).desc()).values(column)[:1])


def _seen() -> QuerySet[Appointment]:
    """Visits that took place with a prescriber, doses left out."""
    return Appointment.objects.filter(
        status=AppointmentStatus.FULFILLED,
        kind__in=(VisitKind.SCREENING, VisitKind.FOLLOW_UP),
    )


def uncleared_events() -> QuerySet[AdverseEvent]:
    """Serious events for which the two words of SP-11 are not both there."""
    return (
        AdverseEvent.objects.filter(is_serious=True, voids=None, voided_by_row=None)
        .annotate(words=Count("clearances"))
        .filter(words__lt=len(PRESCRIBING))
    )
