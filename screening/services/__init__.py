"""Everything that changes a screening record."""

from __future__ import annotations

from screening.services.consent import (
    acknowledge_section,
    open_consent,
    propose_consent,
    sign_consent_as_patient,
)
from screening.services.consent_common import ConsentClosed, ConsentNotReady
from screening.services.consent_end import (
    decline_consent,
    sign_consent_as_clinician,
    withdraw_consent,
)
from screening.services.consent_questions import (
    answer_question,
    ask_about_section,
    open_questions,
)
from screening.services.eligibility import evaluate_eligibility
from screening.services.eligibility_again import facts_changed
from screening.services.eligibility_checks import DecisionRefused, Details, RuleSaid
from screening.services.eligibility_decide import decide_eligibility
from screening.services.eligibility_override import answer_override
from screening.services.history import (
    ScreeningVitals,
    record_allergies,
    record_answers,
    record_medications,
    record_vitals_at_screening,
    strike_allergy,
    strike_medication,
)
from screening.services.measures import (
    AlreadyAnswered,
    keep_answer,
    request_measures,
    submit_response,
)
from screening.services.observations import record_observation
from screening.services.packets import (
    PacketClosed,
    cancel_packet,
    complete_section,
    save_draft,
    send_packet,
)
from screening.services.parts import (
    Hand,
    Medicines,
    finish_contact,
    finish_history,
    finish_identity,
    finish_measure,
    finish_medications,
    response_of_part,
)
from screening.services.preparation import (
    AlreadySigned,
    save_preparation,
    sign_preparation,
)
from screening.services.sending import send_measures

__all__ = [
    "AlreadyAnswered",
    "AlreadySigned",
    "ConsentClosed",
    "ConsentNotReady",
    "DecisionRefused",
    "Details",
    "Hand",
    "Medicines",
    "PacketClosed",
    "ScreeningVitals",
    "RuleSaid",
    "acknowledge_section",
    "answer_override",
    "answer_question",
    "ask_about_section",
    "cancel_packet",
    "complete_section",
    "decide_eligibility",
    "decline_consent",
    "evaluate_eligibility",
    "facts_changed",
    "finish_contact",
    "finish_history",
    "finish_identity",
    "finish_measure",
    "finish_medications",
    "keep_answer",
    "open_consent",
    "open_questions",
    "propose_consent",
    "record_allergies",
    "record_answers",
    "record_medications",
    "record_observation",
    "record_vitals_at_screening",
    "request_measures",
    "response_of_part",
    "save_draft",
    "save_preparation",
    "send_measures",
    "send_packet",
    "sign_consent_as_clinician",
    "sign_consent_as_patient",
    "sign_preparation",
    "strike_allergy",
    "strike_medication",
    "submit_response",
    "withdraw_consent",
]
