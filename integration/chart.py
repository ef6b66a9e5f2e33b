"""What the chart shows of integration: notes, what is unsigned, the summary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse

from integration.models import IntegrationNote, NoteStatus
from integration.services.summaries import KIND
from kap.accounts.enums import CLINICAL, PRESCRIBING, Role
from kap.accounts.models import User
from kap.patients.chart import (
    ChartContext,
    NextStep,
    Panel,
    Tab,
    register_next_step,
    register_panel,
    register_tab,
)
from sessions.enums import EncounterStatus, VisitKind
from sessions.models import Encounter

register_tab(
    Tab("notes", "Notes", "integration:of_patient", frozenset(CLINICAL), order=40)
)


def _without_note(patient_id: UUID) -> Iterator[Encounter]:
    """Integration visits that have begun and have no note yet; one query."""
    yield from (
        Encounter.objects.filter(
            patient_id=patient_id,
            kind=VisitKind.INTEGRATION,
            status__in=(EncounterStatus.IN_PROGRESS, EncounterStatus.FINISHED),
            integration_note=None,
        )
        .select_related("appointment")
        .order_by("-arrived_at")[:5]
    )


def _steps(patient_id: UUID, user: User, now: datetime) -> Iterator[NextStep]:  # noqa: ARG001 -- the registry's shape
    if not user.has_role(Role.THERAPIST, *PRESCRIBING):
        return
    drafts = IntegrationNote.objects.filter(
        patient_id=patient_id, author=user, status=NoteStatus.PRELIMINARY
    ).order_by("created_at")
    for draft in drafts[:5]:
        yield NextStep(
            "Sign the integration note",
            tone="warn",
            url=reverse("integration:note", args=[draft.pk]),
            action="Open",
            order=30,
            icon="pencil",
        )


def _notes_panel(context: ChartContext) -> str | None:
    """Visits without a note, with a button each, and the way to the summary."""
    if context.episode is None:
        return None
    waiting = list(_without_note(context.patient_id))
    notes = list(
        IntegrationNote.objects.visible_to(context.user)
        .filter(patient_id=context.patient_id)
        .select_related("author", "encounter__appointment")
        .order_by("-encounter__arrived_at")[:3]
    )
    return render_to_string(
        "integration/_panel.html",
        {
            "waiting": waiting,
            "notes": notes,
            "episode": context.episode,
            "kind": KIND,
            "patient_id": context.patient_id,
            "may_write": context.user.has_role(Role.THERAPIST, *PRESCRIBING),
        },
        request=context.request,
    )


register_panel(
    Panel("notes", "Integration", 45, "side", frozenset(CLINICAL), _notes_panel)
)
register_next_step(_steps)
