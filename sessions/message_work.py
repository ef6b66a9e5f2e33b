"""Messages that failed, or of which nobody knows, become a call for the front desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.dispatch import receiver
from django.urls import reverse

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.core import clock
from kap.notifications.models import Communication
from kap.notifications.signals import (
    communication_failed,
    communication_settled,
    communication_unknown,
)
from kap.worklist import registry, services
from kap.worklist.models import WorkItem

UNKNOWN = "message-unknown"
FAILED = "message-failed"
CALL_WITHIN = timedelta(hours=4)
"""The same day (clinical.md 10.1)."""


def _messages_url(item: WorkItem) -> str:
    return reverse("notifications:of_patient", args=[item.patient_id])


@receiver(communication_unknown, dispatch_uid="sessions.message-unknown")
def call_about_unknown(*, communication_id: UUID, **_: Any) -> None:
    """It may have gone out or not; somebody asks, nothing is sent again."""
    _open(UNKNOWN, communication_id)


@receiver(communication_failed, dispatch_uid="sessions.message-failed")
def call_about_failed(*, communication_id: UUID, **_: Any) -> None:
    """It did not go out and will not; somebody calls instead."""
    _open(FAILED, communication_id)


@receiver(communication_settled, dispatch_uid="sessions.message-settled")
def close_when_settled(*, communication_id: UUID, by_id: UUID, **_: Any) -> None:
    """The outbox says what became of it: the call is done."""
    services.close_for(
        source_key=f"communication:{communication_id}:{UNKNOWN}",
        by=User.objects.get(pk=by_id),
        now=clock.now(),
    )


def _open(kind: str, communication_id: UUID) -> None:
    message = Communication.objects.select_related("patient").get(pk=communication_id)
    now = clock.now()
    services.open_item(
        kind=kind,
        source_key=f"communication:{communication_id}:{kind}",
        role=Role.FRONT_DESK,
        due_at=now + CALL_WITHIN,
        now=now,
        patient=message.patient,
        object_id=message.pk,
    )


def register() -> None:
    """Called when the app is ready."""
    for key, label, icon in (
        (UNKNOWN, "Ask whether a message arrived", "help-circle"),
        (FAILED, "A message did not go out: call", "message-off"),
    ):
        registry.register(
            registry.WorkKind(
                key=key,
                label=label,
                tone="warn",
                roles=frozenset({Role.FRONT_DESK}),
                url=_messages_url,
                icon=icon,
                is_clinical=False,
                public_label=label,
                order=35,
            )
        )
