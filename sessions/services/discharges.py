"""Leaving: sixteen criteria, an escort, two signatures; then the session is over."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from kap.accounts.services import prove_identity
from kap.audit.enums import Action
from kap.core.errors import DomainError
from kap.documents.models import Meaning
from kap.documents.services import sign
from kap.patients.models import RelatedPerson
from sessions import signals
from sessions.enums import EncounterStatus, RideKind
from sessions.models import Appointment, Discharge, Encounter
from sessions.queries.live_leaving import Ticked, leaving_of
from sessions.queries.readiness_facts import room_of
from sessions.rules.discharge import CriterionState, DischargeResult
from sessions.services.board import fulfil, go_encounter
from sessions.services.dosing_common import (
    GIVES,
    NotPossible,
    check_role,
    check_time,
    hold_going_on,
    second_person,
    write_history,
)

if TYPE_CHECKING:
    from kap.accounts.models import User

SIGNATURES = "signatures"


class MayNotLeave(DomainError):
    """Criteria are open; ``gaps`` names them."""

    def __init__(self, sentence: str, gaps: Collection[str] = ()) -> None:
        super().__init__(sentence)
        self.gaps = tuple(gaps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What the two signers say."""

    ticks: Mapping[str, bool]
    aldrete_items: tuple[int, ...]
    is_oriented: bool | None
    escort_id: UUID | None
    escort_name: str
    ride: str
    left_at: datetime
    instructions_given: bool
    waived: Collection[str] = field(default_factory=tuple)
    """Criteria that a prescriber waives."""
    waive_reason: str = ""


def discharge(
    *,
    appointment_id: UUID,
    leaving: Leaving,
    password: str,
    second_id: UUID | None,
    second_password: str,
    by: User,
    now: datetime,
) -> Discharge:
    """Let the patient go; the visit then counts as having taken place."""
    check_role(by, GIVES, "A nurse or a prescriber signs that the patient leaves.")
    with transaction.atomic():
        appointment, encounter = hold_going_on(appointment_id)
        room = room_of(appointment, now=now)
        if not room.doses:
            raise NotPossible(
                "No dose stands in this session. Put the dose right first."
            )
        check_time(leaving.left_at, encounter, now=now)
        if leaving.left_at < room.doses[-1].given_at:
            raise NotPossible("This time lies before the dose. Check the clock.")
        escort = _escort(leaving, appointment)
        prove_identity(user=by, password=password, now=now)
        second = second_person(
            by=by,
            user_id=second_id,
            password=second_password,
            now=now,
            who="second signer",
        )
        overrider = _overrider(leaving, by, second)
        said = Ticked(
            ticks={**leaving.ticks, SIGNATURES: True},
            aldrete_items=leaving.aldrete_items,
            is_oriented=leaving.is_oriented,
            overrides=dict.fromkeys(leaving.waived, leaving.waive_reason),
        )
        result = leaving_of(room, said, at=leaving.left_at)
        assert result is not None  # noqa: S101 -- a dose stands, see above
        _check(result)
        row = Discharge.objects.create(
            encounter=encounter,
            criteria=_criteria(result, leaving, by=by),
            ride=leaving.ride,
            escort=escort,
            escort_name=leaving.escort_name.strip(),
            instructions_given=leaving.instructions_given,
            override_reason=leaving.waive_reason.strip() if overrider else "",
            overridden_by=overrider,
            left_at=leaving.left_at,
            recorded_at=now,
            nurse=by,
            second_signer=second,
        )
        _finish(appointment, encounter, row, signers=(by, second), by=by, now=now)
    return row


def _escort(leaving: Leaving, appointment: Appointment) -> RelatedPerson | None:
    if not leaving.escort_name.strip():
        raise NotPossible("Write who takes the patient home.")
    if leaving.ride not in RideKind:
        raise NotPossible("Choose how the patient gets home.")
    if leaving.escort_id is None:
        return None
    escort = RelatedPerson.objects.filter(
        pk=leaving.escort_id, patient=appointment.patient_id
    ).first()
    if escort is None:
        raise NotPossible("This escort is not one of the patient's people.")
    return escort


def _overrider(leaving: Leaving, by: User, second: User) -> User | None:
    """A prescriber among the two signers, when criteria are waived."""
    if not leaving.waived:
        return None
    if not leaving.waive_reason.strip():
        raise NotPossible("Write why a criterion is waived.")
    found = next((user for user in (by, second) if user.may_prescribe), None)
    if found is None:
        raise MayNotLeave(
            "Only a prescriber waives a criterion. A prescriber signs as one of the two.",
            leaving.waived,
        )
    return found


def _check(result: DischargeResult) -> None:
    gaps = result.gaps
    if gaps:
        words = " ".join(f"{gap.title}: {gap.sentence}" for gap in gaps)
        raise MayNotLeave(f"Not yet. {words}", [gap.key for gap in gaps])


def _criteria(
    result: DischargeResult, leaving: Leaving, *, by: User
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for one in result.results:
        found[one.key] = {
            "met": one.state is CriterionState.MET,
            "by": str(by.pk),
            "sentence": one.sentence,
        }
        if one.state is CriterionState.OVERRIDDEN:
            found[one.key]["waived"] = True
    found["aldrete"]["items"] = list(leaving.aldrete_items)
    return found


def _finish(
    appointment: Appointment,
    encounter: Encounter,
    row: Discharge,
    *,
    signers: tuple[User, User],
    by: User,
    now: datetime,
) -> None:
    content = discharge_content(row)
    for user in signers:
        sign(
            object_type="Discharge",
            object_id=row.pk,
            meaning=Meaning.AUTHOR if user is by else Meaning.WITNESS,
            content=content,
            user=user,
            printed_name=user.name,
            proof="password",
            now=now,
        )
    encounter.ended_at = row.left_at
    go_encounter(encounter, EncounterStatus.FINISHED, by=by, now=now)
    fulfil(appointment, by=by, now=now)
    write_history(
        by=by,
        action=Action.SIGN,
        appointment=appointment,
        object_type="Discharge",
        object_id=row.pk,
    )
    ids = {
        "appointment_id": appointment.pk,
        "encounter_id": encounter.pk,
        "patient_id": appointment.patient_id,
        "episode_id": appointment.episode_id,
    }
    transaction.on_commit(partial(signals.dosing_finished.send, Encounter, **ids))
    transaction.on_commit(
        partial(signals.visit_finished.send, Encounter, kind=appointment.kind, **ids)
    )


def discharge_content(row: Discharge) -> str:
    """The very text that the two signers sign."""
    facts = {
        "encounter": str(row.encounter_id),
        "criteria": row.criteria,
        "ride": row.ride,
        "escort_name": row.escort_name,
        "instructions_given": row.instructions_given,
        "override_reason": row.override_reason,
        "left_at": int(row.left_at.timestamp()),
    }
    return json.dumps(facts, sort_keys=True)
