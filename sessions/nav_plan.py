"""What planning adds to the shell: the list of protocols, and two kinds of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from kap.accounts.enums import SCHEDULING, Role
from kap.ui import palette
from kap.worklist import registry as work
from sessions.services.event_clearance import CLEARANCE
from sessions.services.spacing_checks import YEARLY_REVIEW

if TYPE_CHECKING:
    from kap.worklist.models import WorkItem


def _event_url(item: WorkItem) -> str:
    return reverse("sessions:event_clearance", args=[item.object_id])


def _visit_url(item: WorkItem) -> str:
    return reverse("sessions:visit", args=[item.object_id])


def register() -> None:
    """Called when the app is ready."""
    palette.register(
        palette.PaletteAction(
            key="protocols",
            label="Protocols",
            icon="list-numbers",
            url_name="sessions:protocols",
            roles=SCHEDULING | {Role.ADMIN},
            needs_patient=False,
            keywords="template course plan edition spacing",
            order=60,
        )
    )
    work.register(
        work.WorkKind(
            key=CLEARANCE,
            label="Serious event: may doses go on?",
            tone="danger",
            roles=frozenset({Role.PRESCRIBER, Role.MEDICAL_DIRECTOR}),
            url=_event_url,
            icon="alert-octagon",
            order=12,
            closes_itself=True,
        )
    )
    work.register(
        work.WorkKind(
            key=YEARLY_REVIEW,
            label="More than 24 doses in a year: review",
            roles=frozenset({Role.MEDICAL_DIRECTOR}),
            url=_visit_url,
            icon="clipboard-heart",
            order=45,
        )
    )
