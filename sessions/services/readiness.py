"""What is asked before the dose, and who is in the room."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import SCHEDULING
from kap.audit import services as audit
from kap.audit.enums import Action, Category
from kap.patients.models import RelatedPerson
from sessions.models import (
    PreSessionCheck,
    RoomPresence,
)
from sessions.services.dosing_common import (
    NotPossible,
    check_clinical,
    check_role,
    hold_coming,
    hold_open,
    write_history,
)

if TYPE_CHECKING:
    from kap.accounts.models import User

_ESCORT_ONLY = frozenset({"escort_id", "escort_confirmed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFacts:
    """Answers; None: not asked in this act."""

    last_solid_food_at: datetime | None = None
    last_meal_was_fatty: bool | None = None
    last_clear_liquid_at: datetime | None = None
    escort_id: UUID | None = None
    escort_confirmed: bool | None = None
    medicines_unchanged: bool | None = None
    medicines_note: str = ""
    substances_24h: bool | None = None
    feels_ill: bool | None = None
    may_be_pregnant: bool | None = None

    def given(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in asdict(self).items()
            if value not in (None, "")
        }


def record_check(
    *, appointment_id: UUID, facts: CheckFacts, by: User, now: datetime
) -> PreSessionCheck:
    """Write down what was asked.  The front desk asks about the escort, clinicians about all."""
    given = facts.given()
    if not given:
        raise NotPossible("Nothing was answered. Answer at least one question.")
    if set(given) <= _ESCORT_ONLY:
        check_role(by, SCHEDULING, "Front desk and clinicians write down the escort.")
    else:
        check_clinical(by)
    with transaction.atomic():
        appointment = hold_coming(appointment_id)
        _check_answers(facts, patient_id=appointment.patient_id, now=now)
        check = PreSessionCheck.objects.create(
            appointment=appointment, said_at=now, recorded_by=by, **given
        )
        write_history(
            by=by,
            action=Action.CREATE,
            appointment=appointment,
            object_type="PreSessionCheck",
            object_id=check.pk,
        )
    return check


def record_answer_by_link(
    *, appointment_id: UUID, facts: CheckFacts, link_id: UUID, now: datetime
) -> PreSessionCheck:
    """The patient or the escort answers for themselves, before the day."""
    with transaction.atomic():
        appointment = hold_coming(appointment_id)
        _check_answers(facts, patient_id=appointment.patient_id, now=now)
        check = PreSessionCheck.objects.create(
            appointment=appointment, said_at=now, **facts.given()
        )
        audit.record(
            by=None,
            action=Action.CREATE,
            category=Category.DOSING,
            patient_id=appointment.patient_id,
            object_type="PreSessionCheck",
            object_id=check.pk,
            link_id=link_id,
        )
    return check


def _check_answers(facts: CheckFacts, *, patient_id: UUID, now: datetime) -> None:
    for at in (facts.last_solid_food_at, facts.last_clear_liquid_at):
        if at is not None and at > now:
            raise NotPossible("The last meal or drink cannot lie in the future.")
    if facts.escort_id is not None:
        person = RelatedPerson.objects.filter(
            pk=facts.escort_id, patient=patient_id, ended_at=None
        ).first()
        if person is None:
            raise NotPossible("This escort is not one of the patient's people.")
        if person.is_adult is False:
            raise NotPossible("The escort must be at least 18 years old.")


def record_presence(
    *, appointment_id: UUID, is_here: bool, by: User, now: datetime
) -> RoomPresence:
    """The person comes into the room, or leaves it; nobody signs in somebody else."""
    check_clinical(by)
    with transaction.atomic():
        appointment, encounter = hold_open(appointment_id)
        row = RoomPresence.objects.create(
            encounter=encounter, user=by, is_here=is_here, said_at=now, recorded_by=by
        )
        write_history(
            by=by,
            action=Action.CREATE,
            appointment=appointment,
            object_type="RoomPresence",
            object_id=row.pk,
            reason="came" if is_here else "left",
        )
    return row
