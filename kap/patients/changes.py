"""Who changed a patient's details last, as the history tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kap.accounts.models import User
from kap.audit.enums import Action
from kap.audit.models import AuditEvent


@dataclass(frozen=True, slots=True)
class LastChange:
    """Who changed a patient's details last, and when."""

    who: str
    at: datetime


def last_change(patient_id: UUID) -> LastChange | None:
    """From the history; the record itself keeps only its version."""
    event = (
        AuditEvent.objects.filter(
            patient_id=patient_id, object_type="Patient", action=Action.UPDATE
        )
        .order_by("-seq")
        .first()
    )
    if event is None:
        return None
    people = (
        User.objects.filter(pk=event.actor_id)
        if event.actor_id
        else User.objects.none()
    )
    name = people.values_list("name", flat=True).first()
    return LastChange(name or "Somebody", event.recorded_at)
