"""Work that the calendar makes: a visit parked too long, a visit whose person or room is away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.dispatch import receiver
from django.urls import reverse

from kap.accounts.enums import SCHEDULING
from kap.core import clock
from kap.worklist import registry, services as work
from kap.worklist.models import WorkItem
from sessions import signals
from sessions.services.booking_pins import PARKED_WORK
from sessions.services.calendar_absences import REPLAN_WORK


def _calendar_url(item: WorkItem) -> str:  # noqa: ARG001 -- the registry's shape
    return reverse("sessions:calendar")


def _visit_url(item: WorkItem) -> str:
    return reverse("sessions:visit", args=[item.object_id])


@receiver(
    (signals.appointment_moved, signals.appointment_cancelled),
    dispatch_uid="sessions.replanned",
)
def close_when_replanned(*, appointment_id: UUID, **_: Any) -> None:
    """The visit has gone elsewhere: nobody needs to move it any more."""
    keys = WorkItem.objects.open().filter(kind=REPLAN_WORK, object_id=appointment_id)
    for key in keys.values_list("source_key", flat=True):
        work.close_for(source_key=key, by=None, now=clock.now())


def register() -> None:
    """Called when the app is ready."""
    for key, label, icon, url in (
        (PARKED_WORK, "Parked: find another place", "pin", _calendar_url),
        (REPLAN_WORK, "Somebody is away: move the visit", "calendar-off", _visit_url),
    ):
        registry.register(
            registry.WorkKind(
                key=key,
                label=label,
                tone="warn",
                roles=frozenset(SCHEDULING),
                url=url,
                icon=icon,
                is_clinical=False,
                public_label=label,
                order=32,
            )
        )
