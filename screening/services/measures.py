"""Questionnaires asked for and answered, and values measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import DomainError, IllegalTransition
from kap.patients.models import EpisodeOfCare, Patient, SecureLink
from kap.worklist.services import open_item
from screening import instruments
from screening.codes import UNITS
from screening.enums import ObservationStatus, ResponseMode, ResponseStatus
from screening.models import Observation, QuestionnaireResponse
from screening.permissions import check_may_record_history, check_may_send_forms
from screening.queries.measures import SI_REVIEW
from screening.signals import response_completed

ACKNOWLEDGE_WITHIN: Final = {
    1: timedelta(hours=4),
    2: timedelta(hours=2),
    3: timedelta(minutes=30),
}
"""From PHQ-9 item 9's value to the time by which a clinician takes it on (5.13, ID)."""


class NotAnInstrumentAnswer(DomainError):
    """An answer that the questionnaire does not offer."""


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
    instrument = instruments.load(key)
    waiting = (
        QuestionnaireResponse.objects.select_for_update()
        .filter(
            patient=patient, instrument=key, status=ResponseStatus.IN_PROGRESS
        )
        .first()
    )
    if waiting is not None:
        waiting.due_at = due_at
        waiting.save(update_fields=["due_at"])
        return waiting
    return QuestionnaireResponse.objects.create(
        patient=patient,
        episode=episode,
        instrument=key,
        instrument_version=instrument.version,
        due_at=due_at,
        created_at=now,
        requested_by=by,
    )


def submit_response(
    *,
    response_id: UUID,
    answers: Mapping[str, int | None],
    mode: ResponseMode,
    by: User | None,
    now: datetime,
    link: SecureLink | None = None,
) -> QuestionnaireResponse:
    """Keep the answers, score them, and call a clinician when item 9 asks for one.

    ``by`` is None when the patient answers through ``link``.  Raises
    NotAnInstrumentAnswer and AlreadyAnswered.
    """
    with transaction.atomic():
        response = (
            QuestionnaireResponse.objects.select_for_update(of=("self",))
            .select_related("patient", "episode")
            .get(pk=response_id)
        )
        if response.status != ResponseStatus.IN_PROGRESS:
            raise AlreadyAnswered("This questionnaire has been filled in already.")
        score = _score(response.instrument, answers)
        response.answers = dict(answers)
        response.status = ResponseStatus.COMPLETED
        response.mode = mode
        response.completed_at = now
        response.recorded_by = by
        response.save()
        _keep_total(response, score, by=by, now=now)
        _call_clinician(response, score, by=by, now=now)
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


def _score(key: str, answers: Mapping[str, int | None]) -> instruments.Score:
    try:
        return instruments.score(key, answers)
    except instruments.AnswerRefused as refusal:
        raise NotAnInstrumentAnswer(
            "One of the answers is not on the list. Choose one that is."
        ) from refusal


def _keep_total(
    response: QuestionnaireResponse,
    score: instruments.Score,
    *,
    by: User | None,
    now: datetime,
) -> None:
    if score.total is None or score.severity is None:
        return
    band = str(score.severity)
    Observation.objects.create(
        patient=response.patient,
        episode=response.episode,
        code=score.total_loinc,
        value=Decimal(score.total),
        unit=UNITS[score.total_loinc],
        interpretation=f"prorated:{band}" if score.prorated else band,
        effective_at=now,
        recorded_at=now,
        recorded_by=by,
        response=response,
        source=response.mode,
    )


def _call_clinician(
    response: QuestionnaireResponse,
    score: instruments.Score,
    *,
    by: User | None,
    now: datetime,
) -> None:
    """Item 9 above zero, or left open, is looked at by a person today (5.13)."""
    rule = instruments.scoring(response.instrument)
    if rule.safety_link_id is None:
        return
    value = score.self_harm_value
    if value == 0:
        return
    episode = response.episode
    within = ACKNOWLEDGE_WITHIN[2 if value is None else value]
    open_item(
        kind=SI_REVIEW,
        source_key=f"response:{response.pk}:item9",
        role=Role.PRESCRIBER,
        owner=episode.therapist if episode else None,
        cover=episode.prescriber if episode else None,
        patient=response.patient,
        object_id=response.pk,
        is_urgent=True,
        due_at=now + within,
        by=by,
        now=now,
    )


def record_observation(
    *,
    patient: Patient,
    episode: EpisodeOfCare | None,
    code: str,
    value: Decimal,
    effective_at: datetime,
    by: User,
    now: datetime,
) -> Observation:
    """Keep one measured value; ``value`` in the unit of ``screening.codes.UNITS``."""
    check_may_record_history(by)
    if effective_at > now:
        raise DomainError("A measurement cannot lie in the future. Check the time.")
    with transaction.atomic():
        observation = Observation.objects.create(
            patient=patient,
            episode=episode,
            code=code,
            value=value,
            unit=UNITS[code],
            effective_at=effective_at,
            recorded_at=now,
            recorded_by=by,
            source=ResponseMode.CLINICIAN,
            status=ObservationStatus.FINAL,
        )
        record(
            by=by,
            action=Action.CREATE,
            category=Category.SCREENING,
            patient_id=patient.pk,
            object_type="Observation",
            object_id=observation.pk,
        )
    return observation
