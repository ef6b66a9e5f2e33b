"""Integration notes: one for each integration visit, drafted, signed, added to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from integration.models import IntegrationNote, NoteAddendum, NoteStatus
from integration.permissions import check_may_change_note, check_may_write_note
from kap.accounts.models import User
from kap.accounts.services import prove_identity
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import ChangedMeanwhile, DomainError
from kap.documents.models import Meaning
from kap.documents.services import digest, sign
from kap.worklist.services import close_for
from sessions.enums import VisitKind
from sessions.models import Encounter

EDITABLE: Final = (
    "modality",
    "minutes",
    "themes",
    "brought",
    "interventions",
    "risk",
    "commitment",
    "commitment_due_on",
    "plan",
)
REQUIRED: Final = {
    "brought": "what was brought today",
    "risk": "the risk",
    "plan": "the plan",
}
"""What a note must say before it is signed (clinical.md 9.3)."""


class NoteIncomplete(DomainError):
    """A part of the note that must be there is empty."""


def start_note(*, encounter_id: UUID, by: User, now: datetime) -> IntegrationNote:
    """Open the note of an integration visit; asked again it gives the one there is."""
    check_may_write_note(by)
    with transaction.atomic():
        encounter = (
            Encounter.objects.select_for_update(of=("self",))
            .select_related("appointment")
            .get(pk=encounter_id)
        )
        if encounter.kind != VisitKind.INTEGRATION:
            raise DomainError("An integration note belongs to an integration visit.")
        existing = IntegrationNote.objects.filter(encounter=encounter).first()
        if existing is not None:
            return existing
        note = IntegrationNote.objects.create(
            encounter=encounter,
            patient_id=encounter.patient_id,
            author=by,
            modality="in-person",
            created_at=now,
            saved_at=now,
        )
        _audit(note, Action.CREATE, by)
    return note


def save_note(
    *, note_id: UUID, version: int, facts: Mapping[str, Any], by: User, now: datetime
) -> IntegrationNote:
    """Keep the draft; raises ChangedMeanwhile when it was saved elsewhere since."""
    with transaction.atomic():
        note = _locked(note_id, version)
        check_may_change_note(by, note)
        for name in EDITABLE:
            if name in facts:
                setattr(note, name, facts[name])
        note.saved_at = now
        note.version += 1
        note.save()
        _audit(note, Action.UPDATE, by)
    return note


def sign_note(
    *, note_id: UUID, version: int, password: str, by: User, now: datetime
) -> IntegrationNote:
    """Fix the note for good, proven by the author's password."""
    with transaction.atomic():
        note = _locked(note_id, version)
        check_may_change_note(by, note)
        missing = [
            words for name, words in REQUIRED.items() if not getattr(note, name).strip()
        ]
        if missing:
            raise NoteIncomplete(f"Write down {', '.join(missing)} before signing.")
        prove_identity(user=by, password=password, now=now)
        content = content_of(note)
        note.content_sha256 = digest(content)
        note.status = NoteStatus.FINAL
        note.signed_at, note.signed_by = now, by
        note.version += 1
        note.save()
        sign(
            object_type="IntegrationNote",
            object_id=note.pk,
            meaning=Meaning.AUTHOR,
            content=content,
            user=by,
            printed_name=by.name,
            proof="password",
            now=now,
        )
        close_for(source_key=f"note:{note.encounter_id}", by=by, now=now)
        _audit(note, Action.SIGN, by)
    return note


def add_to_note(*, note_id: UUID, text: str, by: User, now: datetime) -> NoteAddendum:
    """Add to a signed note; the note itself stays as it was signed."""
    check_may_write_note(by)
    if not text.strip():
        raise DomainError("Write what is to be added.")
    with transaction.atomic():
        note = IntegrationNote.objects.select_for_update().get(pk=note_id)
        if note.status != NoteStatus.FINAL:
            raise DomainError("This note is still a draft. Change it instead.")
        addendum = NoteAddendum.objects.create(
            note=note, text=text.strip(), added_at=now, added_by=by
        )
        _audit(note, Action.UPDATE, by)
    return addendum


def content_of(note: IntegrationNote) -> str:
    """Everything the signature covers, in one canonical text."""
    facts = {name: getattr(note, name) for name in EDITABLE}
    facts |= {"encounter": str(note.encounter_id), "author": str(note.author_id)}
    return json.dumps(facts, sort_keys=True, default=str)


def _locked(note_id: UUID, version: int) -> IntegrationNote:
    note = IntegrationNote.objects.select_for_update().get(pk=note_id)
    if note.status == NoteStatus.PRELIMINARY and note.version != version:
        raise ChangedMeanwhile(
            "This note was saved in another window. Both texts are shown; keep what is right."
        )
    return note


def _audit(note: IntegrationNote, action: Action, by: User) -> None:
    record(
        by=by,
        action=action,
        category=Category.NOTE,
        patient_id=note.patient_id,
        object_type="IntegrationNote",
        object_id=note.pk,
    )
