"""The gate that asks for the integration visit after the dose before (G-07)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from integration.rules.window import (
    DEFAULT_WINDOW_POLICY,
    WindowState,
    assess_window,
    integration_window,
)
from sessions import gates
from sessions.enums import AdministrationStatus, EncounterStatus, VisitKind
from sessions.models import Appointment, Encounter, MedicationAdministration
from sessions.rules.readiness_types import GateResult, GateState, Owner

CODE: Final = "G-07"
TITLE: Final = "Integration after the last dose"
_SENTENCES: Final = {
    WindowState.DONE: (GateState.DONE, "Held within 72 h of the last dose."),
    WindowState.DONE_LATE: (
        GateState.DONE,
        "Held, later than 72 h after the last dose.",
    ),
    WindowState.NOT_OPEN: (GateState.NOT_NEEDED, "Not due yet."),
    WindowState.DUE: (
        GateState.OPEN,
        "Not held yet; due within 72 h of the last dose.",
    ),
    WindowState.OVERDUE: (GateState.OPEN, "Not held within 72 h of the last dose."),
    WindowState.ESCALATED: (GateState.OPEN, "Not held for 4 days after the last dose."),
    WindowState.UNINTEGRATED: (
        GateState.OPEN,
        "Not held for a week after the last dose.",
    ),
}


def integration_gate(appointment: Appointment, now: datetime) -> GateResult | None:
    """A warning by default: it stops no dose (clinical.md 1.4)."""
    last_dose = (
        MedicationAdministration.objects.filter(
            encounter__appointment__episode=appointment.episode_id,
            given_at__lt=appointment.starts_at,
            voided_by_row=None,
        )
        .exclude(encounter__appointment=appointment.pk)
        .exclude(status=AdministrationStatus.ENTERED_IN_ERROR)
        .order_by("-given_at")
        .values_list("given_at", flat=True)
        .first()
    )
    if last_dose is None:
        return _result(GateState.NOT_NEEDED, "This is the first dose of the course.")
    held_at = (
        Encounter.objects.filter(
            appointment__episode=appointment.episode_id,
            kind=VisitKind.INTEGRATION,
            status=EncounterStatus.FINISHED,
            ended_at__gt=last_dose,
        )
        .order_by("ended_at")
        .values_list("ended_at", flat=True)
        .first()
    )
    window = integration_window(last_dose, DEFAULT_WINDOW_POLICY)
    state, sentence = _SENTENCES[assess_window(window, now=now, done_at=held_at)]
    return _result(state, sentence)


def _result(state: GateState, sentence: str) -> GateResult:
    return GateResult(
        code=CODE,
        title=TITLE,
        state=state,
        sentence=sentence,
        owner=Owner.THERAPIST,
        is_hard=False,
        source=DEFAULT_WINDOW_POLICY.source,
    )


gates.register(integration_gate)
