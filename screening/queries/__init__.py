"""What others may ask of screening; one query for each bulk form."""

from __future__ import annotations

from screening.queries.measures import (
    ScoreValue,
    item9_open,
    item9_open_many,
    latest_score,
    latest_scores,
    latest_weight,
    score_series,
)
from screening.queries.medicine_days import MedicineDay, medicine_day
from screening.queries.states import (
    ConsentState,
    EligibilityState,
    PreparationState,
    consent_state,
    consent_states,
    eligibility_state,
    eligibility_states,
    preparation_state,
    preparation_states,
    required_consents,
)

__all__ = [
    "ConsentState",
    "EligibilityState",
    "MedicineDay",
    "PreparationState",
    "ScoreValue",
    "consent_state",
    "consent_states",
    "eligibility_state",
    "eligibility_states",
    "item9_open",
    "item9_open_many",
    "latest_score",
    "latest_scores",
    "latest_weight",
    "medicine_day",
    "preparation_state",
    "preparation_states",
    "required_consents",
    "score_series",
]
