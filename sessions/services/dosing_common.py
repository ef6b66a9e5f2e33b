"""What every act in the dosing room shares: the lock, the second person, the history row."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from kap.accounts.enums import CLINICAL, PRESCRIBING, Role
from kap.accounts.models import User
from kap.accounts.services import prove_identity
from kap.audit import services as audit
from kap.audit.enums import Action, Category
from kap.core.errors import DomainError, IllegalTransition, NotAllowed
from kap.patients.models import Patient
from sessions.enums import AppointmentStatus, EncounterStatus, VisitKind
from sessions.models import Appointment, Encounter
from sessions.services.board import encounter_of

if TYPE_CHECKING:
    from collections.abc import Collection

GIVES: Final = frozenset({Role.NURSE}) | PRESCRIBING
"""Roles that give a dose and answer for who leaves."""


class DoseNotAllowed(DomainError):
    """A rule, a limit or an open gate stands in the way of the dose."""


class WrongSecondPerson(DomainError):
    """The second person is missing, the same as the first, or not proven."""


class NotPossible(DomainError):
    """A value that cannot be: out of order in time, or not of this visit."""


def hold(appointment_id: UUID) -> Appointment:
    """The dosing visit, held until the transaction ends."""
    appointment = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related(
            "patient", "site", "episode", "planned_step__care_plan__protocol"
        )
        .get(pk=appointment_id)
    )
    if appointment.kind != VisitKind.DOSING:
        raise IllegalTransition("This visit has no dose.")
    return appointment


def hold_patient(appointment: Appointment) -> None:
    """No alert about this patient opens until the transaction ends (5.13.5)."""
    Patient.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=appointment.patient_id
    )


def hold_arrived(appointment_id: UUID) -> tuple[Appointment, Encounter]:
    """The visit of somebody who is here and has had no dose yet."""
    appointment = hold(appointment_id)
    encounter = encounter_of(appointment)
    if encounter.status == EncounterStatus.IN_PROGRESS:
        raise IllegalTransition("The dose is given already.")
    if encounter.status not in (EncounterStatus.ARRIVED, EncounterStatus.TRIAGED):
        raise IllegalTransition("This session is over.")
    return appointment, encounter


def hold_going_on(appointment_id: UUID) -> tuple[Appointment, Encounter]:
    """The visit of somebody who has had the dose and has not left."""
    appointment = hold(appointment_id)
    encounter = encounter_of(appointment)
    if encounter.status in (EncounterStatus.ARRIVED, EncounterStatus.TRIAGED):
        raise IllegalTransition("No dose is given yet.")
    if encounter.status != EncounterStatus.IN_PROGRESS:
        raise IllegalTransition("This session is over.")
    return appointment, encounter


def hold_open(appointment_id: UUID) -> tuple[Appointment, Encounter]:
    """The visit of somebody who is here, before or after the dose."""
    appointment = hold(appointment_id)
    encounter = encounter_of(appointment)
    if encounter.ended_at is not None:
        raise IllegalTransition("This session is over.")
    return appointment, encounter


def hold_coming(appointment_id: UUID) -> Appointment:
    """A visit that is still to be held: booked or arrived, and without a dose."""
    appointment = hold(appointment_id)
    if appointment.status not in (
        AppointmentStatus.BOOKED,
        AppointmentStatus.CHECKED_IN,
    ):
        raise IllegalTransition("This session is over.")
    encounter = Encounter.objects.filter(appointment=appointment).first()
    if encounter is not None and encounter.status == EncounterStatus.IN_PROGRESS:
        raise IllegalTransition("The dose is given already.")
    return appointment


def check_role(user: User, roles: Collection[str], sentence: str) -> None:
    if not user.has_role(*roles):
        raise NotAllowed(sentence)


def check_clinical(user: User) -> None:
    check_role(user, CLINICAL, "Clinicians work in the dosing room.")


def second_person(
    *,
    by: User,
    password: str,
    now: datetime,
    user_id: UUID | None = None,
    email: str = "",
    roles: Collection[str] = CLINICAL,
    who: str = "second person",
) -> User:
    """Another clinician, proven by their own password."""
    user = _find(user_id, email)
    if user is None:
        raise WrongSecondPerson(f"Choose the {who}.")
    if user.pk == by.pk:
        raise WrongSecondPerson(f"The {who} is somebody else than you.")
    if not user.has_role(*roles):
        raise WrongSecondPerson(f"{user.name} may not be the {who} here.")
    try:
        prove_identity(user=user, password=password, now=now)
    except NotAllowed as refusal:
        too_many = "Too many tries" in str(refusal)
        raise WrongSecondPerson(
            str(refusal) if too_many else f"That is not the password of {user.name}."
        ) from refusal
    return user


def _find(user_id: UUID | None, email: str) -> User | None:
    people = User.objects.filter(is_active=True)
    if user_id is not None:
        return people.filter(pk=user_id).first()
    return people.filter(email__iexact=email.strip()).first() if email.strip() else None


def check_time(at: datetime, encounter: Encounter, *, now: datetime) -> None:
    """Neither in the future nor before the patient came."""
    if at > now:
        raise NotPossible("This time lies in the future. Check the clock.")
    if at < encounter.arrived_at:
        raise NotPossible("This time lies before the patient arrived. Check the clock.")


def write_history(
    *,
    by: User,
    action: Action,
    appointment: Appointment,
    object_type: str,
    object_id: object,
    reason: str = "",
) -> None:
    audit.record(
        by=by,
        action=action,
        category=Category.DOSING,
        patient_id=appointment.patient_id,
        object_type=object_type,
        object_id=object_id,
        reason_code=reason,
    )
