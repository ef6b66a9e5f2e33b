"""Where an episode stands: consent, eligibility, preparation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from screening.models import PreparationRecord
from screening.queries.consent_states import (
    ConsentState,
    consent_state,
    consent_states,
    required_consents,
)
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
    "required_consents",
]


@dataclass(frozen=True, slots=True)
class PreparationState:
    signed_count: int
    intention: str
    sentence: str


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
