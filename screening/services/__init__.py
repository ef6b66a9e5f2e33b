"""Everything that changes a screening record."""

from __future__ import annotations

from screening.services.consent import catch_up, propose_consent
from screening.services.consent_common import ConsentClosed, ConsentNotReady
from screening.services.consent_copy import note_copy_downloaded, note_copy_printed
from screening.services.consent_cosign import (
    Attestation,
    sign_consent_as_clinician,
    sign_consent_beside,
    sign_consent_by_own_link,
)
from screening.services.consent_end import (
    decline_consent,
    narrow_consent,
    withdraw_consent,
)
from screening.services.consent_people import People, set_people
from screening.services.consent_questions import (
    answer_question,
    ask_about_section,
    open_questions,
)
from screening.services.consent_reading import (
    WrongInitials,
    acknowledge_section,
    answer_teach_back,
    open_consent,
    record_teach_back,
)
from screening.services.consent_sign import sign_consent_as_patient
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
    "Attestation",
    "ConsentClosed",
    "ConsentNotReady",
    "DecisionRefused",
    "Details",
    "Hand",
    "Medicines",
    "PacketClosed",
    "People",
    "RuleSaid",
    "ScreeningVitals",
    "WrongInitials",
    "acknowledge_section",
    "answer_override",
    "answer_question",
    "answer_teach_back",
    "ask_about_section",
    "cancel_packet",
    "catch_up",
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
    "narrow_consent",
    "note_copy_downloaded",
    "note_copy_printed",
    "open_consent",
    "open_questions",
    "propose_consent",
    "record_allergies",
    "record_answers",
    "record_medications",
    "record_observation",
    "record_teach_back",
    "record_vitals_at_screening",
    "request_measures",
    "response_of_part",
    "save_draft",
    "save_preparation",
    "send_measures",
    "send_packet",
    "set_people",
    "sign_consent_as_clinician",
    "sign_consent_as_patient",
    "sign_consent_beside",
    "sign_consent_by_own_link",
    "sign_preparation",
    "strike_allergy",
    "strike_medication",
    "submit_response",
    "withdraw_consent",
]
