"""The preparation visit: kept while it is written, fixed once it is signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.accounts.services import prove_identity
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import ChangedMeanwhile, DomainError, IllegalTransition
from kap.documents.models import Meaning
from kap.documents.services import digest, sign
from kap.patients.models import EpisodeOfCare
from screening.models import PreparationRecord
from screening.permissions import check_may_write_preparation

EDITABLE: Final = (
    "intention",
    "covered",
    "touch",
    "stop_signal",
    "music",
    "eye_shades",
    "grounding",
    "notes",
)


class AlreadySigned(IllegalTransition):
    """A signed record is only added to."""


def save_preparation(
    *,
    episode: EpisodeOfCare,
    record_id: UUID | None,
    version: int,
    facts: Mapping[str, Any],
    held_at: datetime,
    by: User,
    now: datetime,
) -> PreparationRecord:
    """Start or change the record of a preparation visit, as long as it is unsigned."""
    check_may_write_preparation(by)
    if held_at > now:
        raise DomainError("The visit cannot lie in the future. Check the time.")
    with transaction.atomic():
        preparation = _get(record_id, version) or PreparationRecord(
            episode=episode, written_by=by, created_at=now, version=0
        )
        for name in EDITABLE:
            if name in facts:
                setattr(preparation, name, facts[name])
        preparation.held_at = held_at
        preparation.version += 1
        preparation.save()
        _audit(preparation, Action.UPDATE if record_id else Action.CREATE, by)
    return preparation


def sign_preparation(
    *, record_id: UUID, version: int, password: str, by: User, now: datetime
) -> PreparationRecord:
    """Fix the record; the intention must be there, and the writer proves who they are."""
    check_may_write_preparation(by)
    with transaction.atomic():
        preparation = _get(record_id, version)
        if preparation is None or not preparation.intention.strip():
            raise DomainError("Write down the patient's intention before signing.")
        prove_identity(user=by, password=password, now=now)
        content = signed_content(preparation)
        preparation.content_sha256 = digest(content)
        preparation.signed_at, preparation.signed_by = now, by
        preparation.version += 1
        preparation.save()
        sign(
            object_type="PreparationRecord",
            object_id=preparation.pk,
            meaning=Meaning.AUTHOR,
            content=content,
            user=by,
            printed_name=by.name,
            proof="password",
            now=now,
        )
        _audit(preparation, Action.SIGN, by)
    return preparation


def _get(record_id: UUID | None, version: int) -> PreparationRecord | None:
    if record_id is None:
        return None
    preparation = (
        PreparationRecord.objects.select_for_update(of=("self",))
        .select_related("episode")
        .get(pk=record_id)
    )
    if preparation.signed_at is not None:
        raise AlreadySigned("This record is signed and cannot be changed.")
    if preparation.version != version:
        raise ChangedMeanwhile(
            "Somebody else changed this record. Both texts are shown."
        )
    return preparation


def signed_content(preparation: PreparationRecord) -> str:
    facts = {name: getattr(preparation, name) for name in EDITABLE}
    facts |= {
        "episode": str(preparation.episode_id),
        "held_at": preparation.held_at.astimezone(UTC).isoformat(),
    }
    return json.dumps(facts, sort_keys=True, default=str)


def _audit(preparation: PreparationRecord, action: Action, by: User) -> None:
    record(
        by=by,
        action=action,
        category=Category.NOTE,
        patient_id=preparation.episode.patient_id,
        object_type="PreparationRecord",
        object_id=preparation.pk,
    )
