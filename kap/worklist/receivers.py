"""What the work list hears: a link was locked, so somebody calls the patient."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from kap.accounts.enums import Role
from kap.core import clock
from kap.patients.models import Patient
from kap.patients.signals import link_locked
from kap.worklist import services

CALL_WITHIN = timedelta(hours=4)


@receiver(link_locked, dispatch_uid="worklist.link-locked")
def call_about_locked_link(*, patient_id: UUID, link_id: UUID, **_: Any) -> None:
    """Five wrong birth dates: the front desk calls, and sends a new link if it was the patient."""
    now = clock.now()
    services.open_item(
        kind="link-locked",
        source_key=f"link:{link_id}:locked",
        role=Role.FRONT_DESK,
        due_at=now + CALL_WITHIN,
        now=now,
        patient=Patient.objects.get(pk=patient_id),
        object_id=link_id,
    )
