"""The demo's integration notes; the newest ones still wait for a signature."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from integration.models import IntegrationNote, NoteStatus
from integration.receivers import NOTE_DUE, UNSIGNED
from kap.accounts.enums import Role
from kap.demo.registry import Step, register
from kap.demo.world import DemoWorld
from kap.documents.services import digest
from kap.worklist.models import WorkItem
from sessions.enums import EncounterStatus, VisitKind
from sessions.models import Encounter

BROUGHT: Final = (
    "Slept well, felt lighter for two days. Called an old friend.",
    "Restless first night. Images of water came back while walking.",
    "More patience at work. Less in the evenings.",
    "Nothing much changed yet; still glad to have come.",
)
COMMITMENTS: Final = (
    "A walk before breakfast, three mornings",
    "Write one page on Sunday",
    "Tell one person about it",
    "Phone away after nine",
)


def fill(world: DemoWorld) -> None:
    """A note for every finished integration visit; those of the last day are drafts."""
    encounters = Encounter.objects.filter(
        kind=VisitKind.INTEGRATION, status=EncounterStatus.FINISHED
    ).select_related("appointment__episode")
    notes = []
    for encounter in encounters.order_by("arrived_at", "pk").iterator():
        episode = encounter.appointment.episode
        if (
            episode is None
            or episode.therapist_id is None
            or encounter.ended_at is None
        ):
            continue
        is_signed = encounter.ended_at < world.now - timedelta(days=1)
        note = IntegrationNote(
            id=world.uuid(),
            encounter=encounter,
            patient_id=encounter.patient_id,
            author_id=episode.therapist_id,
            status=NoteStatus.FINAL if is_signed else NoteStatus.PRELIMINARY,
            modality=world.random.choice(("in-person", "video")),
            minutes=50,
            themes="Rest, closeness",
            brought=world.random.choice(BROUGHT),
            interventions="Listening, linking to the intention, grounding",
            risk="No thoughts of self-harm.",
            commitment=world.random.choice(COMMITMENTS),
            commitment_due_on=(encounter.ended_at + timedelta(days=6)).date(),
            plan="Next dose as planned.",
            created_at=encounter.ended_at,
            saved_at=encounter.ended_at,
        )
        if is_signed:
            note.signed_at = encounter.ended_at + timedelta(hours=1)
            note.signed_by_id = episode.therapist_id
            note.content_sha256 = digest(note.brought + note.plan)
        notes.append(note)
    world.insert(IntegrationNote, notes)
    if world.is_small:
        world.insert(
            WorkItem, [_due(world, note) for note in notes if not note.signed_at]
        )


def _due(world: DemoWorld, note: IntegrationNote) -> WorkItem:
    """The draft stands on its author's list."""
    return WorkItem(
        id=world.uuid(),
        source_key=f"note:{note.encounter_id}",
        kind=UNSIGNED,
        patient_id=note.patient_id,
        object_id=note.encounter_id,
        role=Role.THERAPIST,
        owner_id=note.author_id,
        created_at=note.created_at,
        due_at=note.created_at + NOTE_DUE,
    )


register(Step(40, "integration notes", fill))
