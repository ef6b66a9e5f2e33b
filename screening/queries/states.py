"""Where an episode stands: consent, eligibility, preparation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from kap.core import prepared
from screening.consents import TREATMENT
from screening.enums import ConsentStatus
from screening.models import PreparationRecord
from screening.queries.eligibility_states import (
    EligibilityState,
    eligibility_state,
    eligibility_states,
)

__all__ = [
    "ConsentState",
    "EligibilityState",
    "PreparationState",
    "consent_state",
    "consent_states",
    "eligibility_state",
    "eligibility_states",
    "preparation_state",
    "preparation_states",
]


@dataclass(frozen=True, slots=True)
class ConsentState:
    """``is_current``: signed, not withdrawn, and no material edition has come since."""

    is_current: bool
    edition: int | None
    signed_at: datetime | None
    sentence: str
    consent_id: UUID | None = None
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class PreparationState:
    signed_count: int
    intention: str
    sentence: str


# By hand, as what follows: the board asks all of this for every visit of a day.
_EDITIONS: Final = prepared.Statement(
    "kap_editions",
    ("varchar", "date"),
    "SELECT edition, is_material, language FROM documents_templateedition"
    " WHERE kind = $1 AND effective_from <= $2 ORDER BY edition",
)
_CONSENTS: Final = prepared.Statement(
    "kap_consents",
    ("uuid[]", "varchar"),
    """
SELECT consent.id, consent.episode_id, consent.status, consent.signed_at,
  consent.ended_at, template.edition, template.language
FROM screening_consent AS consent
JOIN documents_templateedition AS template ON template.id = consent.template_id
WHERE consent.episode_id = ANY($1) AND template.kind = $2
ORDER BY consent.episode_id, consent.proposed_at DESC
""",
)
_CONSENT_NAMES: Final = (
    "id",
    "episode_id",
    "status",
    "signed_at",
    "ended_at",
    "template__edition",
    "template__language",
)


def consent_states(
    episode_ids: Iterable[UUID], *, on: date, kind: str = TREATMENT
) -> dict[UUID, ConsentState]:
    """The treatment consent of each episode; two queries for any number."""
    wanted = list(episode_ids)
    editions = [
        (int(edition), bool(is_material), str(language))
        for edition, is_material, language in prepared.rows((_EDITIONS, [kind, on]))
    ]
    ids = [str(episode) for episode in wanted]
    rows = [
        dict(zip(_CONSENT_NAMES, row, strict=True))
        for row in prepared.rows((_CONSENTS, [ids, kind]))
    ]
    grouped: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(row["episode_id"], []).append(row)
    return {
        episode: _consent_state(grouped.get(episode, []), editions)
        for episode in wanted
    }


def consent_state(episode_id: UUID, *, on: date) -> ConsentState:
    return consent_states([episode_id], on=on)[episode_id]


def _consent_state(
    rows: list[dict[str, Any]], editions: list[tuple[int, bool, str]]
) -> ConsentState:
    for row in rows:
        if row["status"] == ConsentStatus.ACTIVE:
            return _signed_state(row, editions)
    if any(
        row["status"] == ConsentStatus.INACTIVE and row["signed_at"] for row in rows
    ):
        return ConsentState(
            is_current=False,
            edition=None,
            signed_at=None,
            sentence="Consent was withdrawn or replaced. A new signature is needed.",
            is_withdrawn=True,
        )
    waiting = any(row["status"] == ConsentStatus.PROPOSED for row in rows)
    sentence = (
        "Consent is sent, not signed yet." if waiting else "Consent is not signed."
    )
    return ConsentState(
        is_current=False, edition=None, signed_at=None, sentence=sentence
    )


def _signed_state(
    row: dict[str, Any], editions: list[tuple[int, bool, str]]
) -> ConsentState:
    signed = int(str(row["template__edition"]))
    newer = [
        edition
        for edition, is_material, language in editions
        if edition > signed and is_material and language == row["template__language"]
    ]
    words = (
        f"Consent edition {signed} is signed; edition {newer[-1]} must be signed."
        if newer
        else f"Consent edition {signed} is signed."
    )
    return ConsentState(
        is_current=not newer,
        edition=signed,
        signed_at=row["signed_at"],
        sentence=words,
        consent_id=row["id"],
    )


def preparation_states(episode_ids: Iterable[UUID]) -> dict[UUID, PreparationState]:
    """How many preparation visits are signed, and the newest intention; one query."""
    wanted = list(episode_ids)
    rows = (
        PreparationRecord.objects.filter(episode_id__in=wanted, signed_at__isnull=False)
        .order_by("held_at")
        .values_list("episode_id", "intention")
    )
    found: dict[UUID, list[str]] = {}
    for episode, intention in rows:
        found.setdefault(episode, []).append(intention)
    return {episode: _preparation_state(found.get(episode, [])) for episode in wanted}


def preparation_state(episode_id: UUID) -> PreparationState:
    return preparation_states([episode_id])[episode_id]


def _preparation_state(intentions: list[str]) -> PreparationState:
    count = len(intentions)
    if not count:
        return PreparationState(0, "", "No preparation visit is signed.")
    word = "visit" if count == 1 else "visits"
    return PreparationState(
        count, intentions[-1], f"{count} preparation {word} signed."
    )
