"""A score as an Observation: kept once, and computed anew beside the old one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import DomainError, NotAllowed
from screening import instruments
from screening.codes import unit_of
from screening.enums import ObservationStatus, ResponseStatus
from screening.instruments import Instrument, Score
from screening.models import Observation, QuestionnaireResponse
from screening.queries.instruments import edition, score_of

RESCORE_BATCH: Final = 200
LONGEST_REASON: Final = 200


def keep_total(
    response: QuestionnaireResponse,
    instrument: Instrument,
    score: Score,
    *,
    by: User | None,
    now: datetime,
) -> Observation | None:
    """The score of a response that was just filled in; None when there is no total."""
    if score.total is None:
        return None
    return Observation.objects.create(
        **_facts(response, instrument, score),
        effective_at=now,
        recorded_at=now,
        recorded_by=by,
    )


def _facts(
    response: QuestionnaireResponse, instrument: Instrument, score: Score
) -> dict[str, Any]:
    return {
        "patient_id": response.patient_id,
        "episode_id": response.episode_id,
        "code": score.total_loinc,
        "value": Decimal(score.total or 0),
        "unit": unit_of(score.total_loinc),
        "interpretation": _interpretation(score),
        "details": details_of(instrument, score),
        "response": response,
        "source": response.mode,
    }


def _interpretation(score: Score) -> str:
    band = str(score.severity or "")
    return f"prorated:{band}" if score.prorated else band


def details_of(instrument: Instrument, score: Score) -> dict[str, Any]:
    """What is kept beside the total: which module scored it, its parts, its time."""
    found: dict[str, Any] = {
        "scoring": scoring_name(instrument),
        "status": str(score.status),
    }
    if score.subscales:
        found["subscales"] = {part.key: str(part.total) for part in score.subscales}
    if score.meets_rule is not None:
        found["meets_rule"] = score.meets_rule
    if instrument.recall:
        found["recall"] = instrument.recall
    return found


def scoring_name(instrument: Instrument) -> str:
    """``phq9/1``: the module and its edition."""
    if instrument.kind:
        return f"{instrument.key}/{instrument.version}/{instrument.kind}"
    return f"{instrument.key}/{instruments.scoring(instrument.key).edition}"


@dataclass(frozen=True, slots=True)
class Rescored:
    """What computing anew brought."""

    looked_at: int
    changed: int


def rescore(*, key: str, reason: str, by: User, now: datetime) -> Rescored:
    """Score every filled-in response of one questionnaire anew; the old scores stay.

    A score that comes out otherwise gets a row that supersedes it; one that comes out the same
    is left alone, so that a second run adds nothing.
    """
    if not by.has_role(Role.ADMIN, Role.MEDICAL_DIRECTOR):
        raise NotAllowed("Admins and the medical director have scores computed anew.")
    words = reason.strip()
    if not 0 < len(words) <= LONGEST_REASON:
        raise DomainError(f"Say why, in at most {LONGEST_REASON} characters.")
    looked_at = changed = 0
    for ids in _batches(key):
        with transaction.atomic():
            done = [_again(one, reason=words, by=by, now=now) for one in _held(ids)]
            looked_at, changed = looked_at + len(done), changed + sum(done)
    return Rescored(looked_at, changed)


def _batches(key: str) -> list[list[UUID]]:
    ids = list(
        QuestionnaireResponse.objects.filter(
            instrument=key, status=ResponseStatus.COMPLETED
        )
        .order_by("completed_at", "pk")
        .values_list("pk", flat=True)
    )
    return [ids[at : at + RESCORE_BATCH] for at in range(0, len(ids), RESCORE_BATCH)]


def _held(ids: list[UUID]) -> list[QuestionnaireResponse]:
    return list(
        QuestionnaireResponse.objects.filter(pk__in=ids)
        .select_for_update(of=("self",), no_key=True)
        .select_related("patient")
        .order_by("pk")
    )


def _again(
    response: QuestionnaireResponse, *, reason: str, by: User, now: datetime
) -> bool:
    instrument = edition(response.instrument, response.definition_id)
    try:
        score = score_of(instrument, response.answers, sex=response.patient.sex)
    except instruments.AnswerRefused:
        return False
    standing = Observation.objects.final().filter(response=response).first()
    if _is_same(standing, score):
        return False
    row = _new_row(response, instrument, score, standing)
    observation = Observation.objects.create(
        **row, void_reason=reason, recorded_at=now, recorded_by=by
    )
    record(
        by=by,
        action=Action.UPDATE,
        category=Category.QUESTIONNAIRE,
        patient_id=response.patient_id,
        object_type="Observation",
        object_id=observation.pk,
    )
    return True


def _is_same(standing: Observation | None, score: Score) -> bool:
    if standing is None:
        return score.total is None
    return (
        score.total is not None
        and standing.value == score.total
        and standing.interpretation == _interpretation(score)
    )


def _new_row(
    response: QuestionnaireResponse,
    instrument: Instrument,
    score: Score,
    standing: Observation | None,
) -> dict[str, Any]:
    """Amended beside the old one; the first one; or, without a total, the end of the old one."""
    facts = _facts(response, instrument, score)
    if standing is None:
        return {**facts, "effective_at": response.completed_at}
    facts |= {"effective_at": standing.effective_at}
    if score.total is None:
        facts |= {"code": standing.code, "unit": standing.unit, "value": standing.value}
        return {
            **facts,
            "status": ObservationStatus.ENTERED_IN_ERROR,
            "voids": standing,
        }
    return {**facts, "status": ObservationStatus.AMENDED, "supersedes": standing}
