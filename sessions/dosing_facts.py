"""What screening's rules ask about doses: how many in the last 12 months."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from kap.patients.models import EpisodeOfCare
from screening.queries.fact_sources import (
    FactSource,
    SourceKind,
    Valued,
    register_source,
)
from sessions.enums import AdministrationStatus
from sessions.models import MedicationAdministration

YEAR: Final = timedelta(days=365)
_GIVEN: Final = (AdministrationStatus.COMPLETED, AdministrationStatus.STOPPED)


def doses_of(episode: EpisodeOfCare) -> Mapping[str, FactSource | Valued]:
    """Visits with a dose, whatever the course; one query for any number of doses."""
    given = dict(
        MedicationAdministration.objects.filter(
            encounter__patient=episode.patient_id,
            status__in=_GIVEN,
            voids=None,
            voided_by_row=None,
        )
        .order_by("given_at")
        .values_list("encounter_id", "given_at")
    )
    zone = episode.site.zone
    days = {visit: at.astimezone(zone).date() for visit, at in given.items()}

    def on_day(on: date) -> FactSource:
        count = sum(on - YEAR < day <= on for day in days.values())
        return FactSource(
            count, SourceKind.COMPUTED, max(given.values(), default=None), "doses here"
        )

    return {"dosings_12m": on_day}


def register() -> None:
    register_source(doses_of)
