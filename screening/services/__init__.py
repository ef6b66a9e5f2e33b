"""Everything that changes a screening record."""

from __future__ import annotations

from screening.services.consent import (
    acknowledge_section,
    decline_consent,
    open_consent,
    propose_consent,
    sign_consent_as_clinician,
    sign_consent_as_patient,
    withdraw_consent,
)
from screening.services.eligibility import decide_eligibility, evaluate_eligibility
from screening.services.history import (
    record_answers,
    record_allergies,
    record_medications,
    record_vitals_at_screening,
)
from screening.services.measures import (
    record_observation,
    request_measures,
    submit_response,
)
from screening.services.packets import (
    cancel_packet,
    complete_section,
    save_draft,
    send_packet,
)
from screening.services.preparation import save_preparation, sign_preparation

__all__ = [
    "acknowledge_section",
    "cancel_packet",
    "complete_section",
    "decide_eligibility",
    "decline_consent",
    "evaluate_eligibility",
    "open_consent",
    "propose_consent",
    "record_allergies",
    "record_answers",
    "record_medications",
    "record_observation",
    "record_vitals_at_screening",
    "request_measures",
    "save_draft",
    "save_preparation",
    "send_packet",
    "sign_consent_as_clinician",
    "sign_consent_as_patient",
    "sign_preparation",
    "submit_response",
    "withdraw_consent",
]
