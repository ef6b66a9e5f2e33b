"""What patients and escorts answered becomes work for the front desk."""

from __future__ import annotations

from django.urls import reverse

from kap.accounts.enums import Role
from kap.worklist import registry
from kap.worklist.models import WorkItem
from sessions.services.chase import DRY_RUN
from sessions.services.visit_answers import CALLED_OFF, NO_ESCORT, OTHER_TIME


def _visit_url(item: WorkItem) -> str:
    return reverse("sessions:visit", args=[item.object_id])


def _dry_run_url(item: WorkItem) -> str:
    """``dry-run:SITE:DAY`` names the site and the day."""
    _, site, day = item.source_key.split(":")
    return f"{reverse('sessions:tomorrow')}?day={day}&site={site}"


def register() -> None:
    """Called when the app is ready."""
    for key, label, icon in (
        (OTHER_TIME, "Asks for another time", "calendar-time"),
        (CALLED_OFF, "Called off by the patient: plan it anew", "calendar-off"),
        (NO_ESCORT, "The escort cannot come: call the patient", "car"),
    ):
        registry.register(
            registry.WorkKind(
                key=key,
                label=label,
                tone="warn",
                roles=frozenset({Role.FRONT_DESK}),
                url=_visit_url,
                icon=icon,
                is_clinical=False,
                public_label=label,
                order=34,
            )
        )
    registry.register(
        registry.WorkKind(
            key=DRY_RUN,
            label="Go through the next day",
            roles=frozenset({Role.FRONT_DESK, Role.NURSE}),
            url=_dry_run_url,
            icon="phone-call",
            is_clinical=False,
            public_label="Go through the next day",
            order=33,
        )
    )
