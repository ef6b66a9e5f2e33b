"""The session record as a paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kap.accounts.enums import CLINICAL
from kap.core import clock
from kap.core.errors import DomainError
from kap.documents import registry
from sessions.models import Appointment, Discharge, MedicationRequest
from sessions.queries.record import record_of
from sessions.services.discharges import discharge_content
from sessions.services.orders import order_content

SESSION_RECORD = "session-record"


def facts(source_id: UUID) -> dict[str, Any]:
    """What the paper names, read when it is made."""
    appointment = (
        Appointment.objects.filter(pk=source_id, kind="dosing")
        .select_related(
            "patient", "site", "encounter", "planned_step__care_plan__protocol"
        )
        .first()
    )
    if appointment is None or getattr(appointment, "encounter", None) is None:
        raise DomainError("There is no session to print.")
    record = record_of(appointment, now=clock.now())
    return {
        "record": record,
        "is_draft": record.leaving is None,
        "signatures": record.signatures,
        "edition": "draft" if record.leaving is None else "signed",
    }


def _order(object_id: UUID, _meaning: str) -> str:
    return order_content(MedicationRequest.objects.get(pk=object_id))


def _discharge(object_id: UUID, _meaning: str) -> str:
    return discharge_content(Discharge.objects.get(pk=object_id))


def register() -> None:
    """Called when the app is ready."""
    registry.register(
        registry.DocumentKind(
            key=SESSION_RECORD,
            title="Session record",
            template="sessions/pdf_session.html",
            facts=facts,
            roles=CLINICAL,
        )
    )
    registry.register_signed_content("MedicationRequest", _order)
    registry.register_signed_content("Discharge", _discharge)
