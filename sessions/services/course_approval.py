"""A medical director's word before a course that some protocols ask for (a retreat)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from kap.accounts.enums import Role
from kap.audit import services as audit
from kap.audit.enums import Action, Category
from kap.core.constraints import breaks
from kap.core.errors import DomainError, IllegalTransition, NotAllowed
from kap.patients.models import EpisodeOfCare
from sessions.models import Appointment, CourseApproval, Protocol, SpacingOverride
from sessions.services.course_types import CourseRefused, Exceptions

if TYPE_CHECKING:
    from kap.accounts.models import User


class NotApproved(DomainError):
    """The protocol asks for a medical director's word, and there is none."""


def check_approved(episode: EpisodeOfCare, protocol: Protocol) -> None:
    """Raise NotApproved unless the protocol needs no word or has it; one query at most."""
    if protocol.needs_director_approval and not is_approved(episode, protocol):
        raise NotApproved(
            "A medical director approves this protocol for the patient before it is "
            "booked."
        )


def is_approved(episode: EpisodeOfCare, protocol: Protocol) -> bool:
    return CourseApproval.objects.filter(episode=episode, protocol=protocol).exists()


def check_exceptions(exceptions: Exceptions, *, by: User) -> None:
    """A course that departs from its protocol is booked by a clinician who says why."""
    if not exceptions.codes:
        return
    if not by.is_clinical:
        raise NotAllowed(
            "A clinician books a course that departs from its protocol, and says why."
        )
    if not exceptions.reason.strip():
        raise CourseRefused("Write why the course departs from its protocol.")


def note_exceptions(
    visits: Sequence[Appointment], exceptions: Exceptions, *, by: User, now: datetime
) -> None:
    """Write the departure down, beside the first visit it was booked with."""
    if exceptions.codes:
        SpacingOverride.objects.create(
            appointment=visits[0],
            rules=exceptions.codes,
            reason=exceptions.reason.strip()[:500],
            overridden_at=now,
            overridden_by=by,
        )


def approve_course(
    *, episode: EpisodeOfCare, protocol_id: UUID, reason: str, by: User, now: datetime
) -> CourseApproval:
    """The medical director says that this patient may follow this protocol."""
    if not by.has_role(Role.MEDICAL_DIRECTOR):
        raise NotAllowed("A medical director approves this protocol.")
    if not reason.strip():
        raise DomainError("Write why this protocol suits the patient.")
    try:
        with transaction.atomic():
            row = CourseApproval.objects.create(
                episode=episode,
                protocol_id=protocol_id,
                reason=reason.strip()[:300],
                approved_at=now,
                approved_by=by,
            )
            audit.record(
                by=by,
                action=Action.SIGN,
                category=Category.SCHEDULE,
                patient_id=episode.patient_id,
                object_type="CourseApproval",
                object_id=row.pk,
                reason_code="approved",
            )
    except IntegrityError as error:
        if breaks(error, constraint="course_approval_once"):
            raise IllegalTransition("This was approved already.") from error
        raise
    return row
