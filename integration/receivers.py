"""What integration does when a visit ends: a note is due, and says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.dispatch import receiver
from django.urls import reverse

from kap.accounts.enums import Role
from kap.core import clock
from kap.patients.models import EpisodeOfCare
from kap.worklist.models import WorkItem
from kap.worklist.registry import WorkKind, register
from kap.worklist.services import open_item
from sessions.enums import VisitKind
from sessions.models import Encounter
from sessions.signals import visit_finished

UNSIGNED: Final = "integration-note"
NOTE_DUE: Final = timedelta(hours=24)
"""A note is written and signed within a day (clinical.md 10.2 R-28)."""


def _url(item: WorkItem) -> str:
    return reverse("integration:of_patient", args=[item.patient_id])


register(
    WorkKind(
        key=UNSIGNED,
        label="Unsigned notes",
        icon="pencil",
        order=30,
        roles=frozenset({Role.THERAPIST}),
        url=_url,
        closes_itself=True,
    )
)


@receiver(visit_finished, dispatch_uid="integration-note-due")
def note_is_due(
    *, encounter_id: UUID, kind: str, episode_id: UUID | None = None, **_: Any
) -> None:
    """Put the note on the therapist's list."""
    if kind != VisitKind.INTEGRATION:
        return
    now = clock.now()
    encounter = Encounter.objects.select_related("patient").get(pk=encounter_id)
    episode = None
    if episode_id is not None:
        episode = EpisodeOfCare.objects.select_related("therapist").get(pk=episode_id)
    if hasattr(encounter, "integration_note") and encounter.integration_note.signed_at:
        return
    open_item(
        kind=UNSIGNED,
        source_key=f"note:{encounter_id}",
        role=Role.THERAPIST,
        owner=episode.therapist if episode else None,
        patient=encounter.patient,
        object_id=encounter_id,
        due_at=now + NOTE_DUE,
        now=now,
    )
