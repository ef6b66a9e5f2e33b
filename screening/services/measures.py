"""Questionnaires asked for and answered, and values measured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import DomainError, IllegalTransition
from kap.patients.models import EpisodeOfCare, Patient, SecureLink
from screening import instruments
from screening.enums import ResponseMode, ResponseStatus
from screening.instruments import Answer, Answers
from screening.models import QuestionnaireResponse
from screening.permissions import check_may_send_forms
from screening.queries.instruments import (
    current_definition,
    edition,
    instrument_of,
    safety_link_id,
    score_of,
)
from screening.services.scores import keep_total
from screening.services.self_harm import answers_kept
from screening.signals import response_completed


class NotAnInstrumentAnswer(DomainError):
    """An answer that the questionnaire does not offer."""


class NotAsked(DomainError):
    """A questionnaire that the clinic does not use."""


class AlreadyAnswered(IllegalTransition):
    """A questionnaire is answered once; a new one is asked for instead."""


def request_measures(
    *,
    patient: Patient,
    episode: EpisodeOfCare | None,
    instrument_keys: Sequence[str],
    due_at: datetime,
    by: User | None,
    now: datetime,
) -> list[QuestionnaireResponse]:
    """Ask for questionnaires; one still open for the same instrument is asked again."""
    if by is not None:
        check_may_send_forms(by)
    with transaction.atomic():
        asked = [
            _open_response(patient, episode, key, due_at=due_at, by=by, now=now)
            for key in instrument_keys
        ]
        record(
            by=by,
            action=Action.CREATE,
            category=Category.QUESTIONNAIRE,
            patient_id=patient.pk,
            object_type="QuestionnaireResponse",
            object_id=asked[0].pk if asked else "",
        )
    return asked


def _open_response(
    patient: Patient,
    episode: EpisodeOfCare | None,
    key: str,
    *,
    due_at: datetime,
    by: User | None,
    now: datetime,
) -> QuestionnaireResponse:
    waiting = (
        QuestionnaireResponse.objects.select_for_update()
        .filter(patient=patient, instrument=key, status=ResponseStatus.IN_PROGRESS)
        .first()
    )
    if waiting is not None:
        waiting.due_at = due_at
        waiting.save(update_fields=["due_at"])
        return waiting
    definition = current_definition(key)
    if definition is None and not instruments.is_shipped(key):
        raise NotAsked("This questionnaire is not in use. Choose another one.")
    return QuestionnaireResponse.objects.create(
        patient=patient,
        episode=episode,
        instrument=key,
        instrument_version=edition(key, definition.pk if definition else None).version,
        definition=definition,
        due_at=due_at,
        created_at=now,
        requested_by=by,
    )


def submit_response(
    *,
    response_id: UUID,
    answers: Answers,
    mode: ResponseMode,
    by: User | None,
    now: datetime,
    link: SecureLink | None = None,
) -> QuestionnaireResponse:
    """Keep the answers, score them, and call a clinician when item 9 asks for one.

    ``by`` is None when the patient answers through ``link``.  What was answered before a change
    of mind closed the question does not stand.  Raises NotAnInstrumentAnswer, AlreadyAnswered.
    """
    with transaction.atomic():
        response = _waiting(response_id)
        instrument = instrument_of(response)
        check_answers(instrument, answers)
        response.answers = instrument.standing(answers)
        score = check_answers(instrument, response.answers, sex=response.patient.sex)
        response.status = ResponseStatus.COMPLETED
        response.mode = mode
        response.completed_at = now
        response.recorded_by = by
        response.save()
        keep_total(response, instrument, score, by=by, now=now)
        answers_kept(
            response,
            safety_link_id=safety_link_id(instrument),
            is_final=True,
            by=by,
            link=link,
            now=now,
        )
        record(
            by=by,
            link_id=link.pk if link else None,
            action=Action.CREATE,
            category=Category.QUESTIONNAIRE,
            patient_id=response.patient_id,
            object_type="QuestionnaireResponse",
            object_id=response.pk,
        )
        transaction.on_commit(
            partial(
                response_completed.send,
                QuestionnaireResponse,
                patient_id=response.patient_id,
                response_id=response.pk,
            )
        )
    return response


def check_answers(
    instrument: instruments.Instrument, answers: Answers, *, sex: str = ""
) -> instruments.Score:
    """The score; NotAnInstrumentAnswer in a sentence for what is not offered."""
    try:
        return score_of(instrument, answers, sex=sex)
    except instruments.AnswerRefused as refusal:
        raise NotAnInstrumentAnswer(
            "One of the answers is not on the list. Choose one that is."
        ) from refusal


def keep_answer(
    *,
    response_id: UUID,
    link_id: str,
    value: Answer,
    now: datetime,
    by: User | None = None,
    link: SecureLink | None = None,
) -> QuestionnaireResponse:
    """Keep one answer while the form is being filled in; ``link_id`` is the item's.

    An answer to PHQ-9 item 9 calls a clinician at once, not only when the form is sent.
    """
    with transaction.atomic():
        response = _waiting(response_id)
        instrument = instrument_of(response)
        check_answers(instrument, {link_id: value})
        response.answers = {**response.answers, link_id: value}
        response.started_at = response.started_at or now
        response.save(update_fields=["answers", "started_at"])
        answers_kept(
            response,
            safety_link_id=safety_link_id(instrument),
            by=by,
            link=link,
            now=now,
        )
    return response


def _waiting(response_id: UUID) -> QuestionnaireResponse:
    response = (
        QuestionnaireResponse.objects.select_for_update(of=("self",))
        .select_related("patient", "episode__therapist", "episode__prescriber")
        .get(pk=response_id)
    )
    if response.status != ResponseStatus.IN_PROGRESS:
        raise AlreadyAnswered("This form has been filled in already.")
    return response
