"""The place “Live”, the chip of the top bar, and the work that a passed limit makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from kap.accounts.enums import CLINICAL, PRESCRIBING, Role
from kap.ui import navigation
from kap.worklist import registry as work
from sessions.queries.live_rooms import going_on_count
from sessions.services.monitoring import VITAL_WORK

if TYPE_CHECKING:
    from kap.worklist.models import WorkItem


def _room_url(item: WorkItem) -> str:
    return reverse("sessions:room", args=[item.object_id])


def register() -> None:
    """Called when the app is ready."""
    navigation.register(
        navigation.NavItem(
            key="live",
            label="Live",
            icon="heart-rate-monitor",
            url_name="sessions:live",
            roles=CLINICAL,
            order=25,
            count=going_on_count,
            shortcut="l",
        )
    )
    navigation.register_top(
        navigation.TopItem("live", "live", "sessions:live", going_on_count, CLINICAL)
    )
    work.register(
        work.WorkKind(
            key=VITAL_WORK,
            label="Vital sign beyond its limit",
            tone="danger",
            roles=PRESCRIBING | {Role.NURSE},
            url=_room_url,
            icon="heart-rate-monitor",
            order=5,
        )
    )
