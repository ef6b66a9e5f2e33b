"""The preparation visit: kept while it is written, fixed once it is signed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
from screening.course_facts import facts_of
from screening.models import IntentionChange, PreparationRecord
from screening.permissions import check_may_write_preparation
from screening.queries.preparation import talked_of
from screening.rules.preparation import (
    SENTENCES_MOST,
    Missing,
    missing,
    sentences_in,
)

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
SINCE_ROUTES: Final = ("route", "detail")
"""Fields that records of an earlier release do not have; left out of their signed content."""


class NotComplete(DomainError):
    """Something was not talked through; ``left`` says what, section by section."""

    def __init__(self, sentence: str, left: Sequence[Missing]) -> None:
        super().__init__(sentence)
        self.left = tuple(left)


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
        for name in (*EDITABLE, *SINCE_ROUTES):
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
    """Fix the record; nothing may be missing, and the writer proves who they are."""
    check_may_write_preparation(by)
    with transaction.atomic():
        preparation = _get(record_id, version)
        if preparation is None:
            raise DomainError("There is nothing to sign yet.")
        left = missing(talked_of(preparation))
        if left:
            raise NotComplete(_list_of(left), left)
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


def change_intention(
    *, record_id: UUID, text: str, by: User, now: datetime
) -> IntentionChange:
    """New words for a signed preparation, until the time-out of the next dose."""
    check_may_write_preparation(by)
    words = text.strip()
    if not words or sentences_in(words) > SENTENCES_MOST:
        raise DomainError("Write the intention in one to three sentences.")
    with transaction.atomic():
        preparation = (
            PreparationRecord.objects.select_for_update(of=("self",))
            .select_related("episode")
            .get(pk=record_id)
        )
        if preparation.signed_at is None:
            raise DomainError("Change it in the record; it is not signed yet.")
        course = facts_of(preparation.episode_id, since=preparation.held_at)
        if course.is_timed_out:
            raise DomainError("The time-out was held. The intention stands as it is.")
        change = IntentionChange.objects.create(
            record=preparation, text=words, changed_at=now, changed_by=by
        )
        _audit(preparation, Action.UPDATE, by)
    return change


def _list_of(left: Sequence[Missing]) -> str:
    """The one that is missing, or how many; the page lists them all."""
    if len(left) == 1:
        return f"Not complete. {left[0].sentence}"
    return f"Not complete: {len(left)} things are missing. Each is listed above."


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
        name: getattr(preparation, name)
        for name in SINCE_ROUTES
        if getattr(preparation, name)
    }
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
