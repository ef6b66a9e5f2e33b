"""What a posted course is made of, and how it can be refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kap.core.errors import DomainError
from sessions.enums import ParticipantRole
from sessions.models import ProtocolStep
from sessions.services.booking_types import Part


class CourseRefused(DomainError):
    """A posted course breaks its protocol, or somebody changed it meanwhile."""


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Where a course departs from its protocol, and why; a clinician answers for it."""

    second_therapist: bool = False
    wider: frozenset[str] = frozenset()
    """Steps that may come later than their longest distance."""
    reason: str = ""

    @property
    def codes(self) -> list[str]:
        return [
            *(["second-therapist"] if self.second_therapist else []),
            *(f"later:{key}" for key in sorted(self.wider)),
        ]


NO_EXCEPTIONS = Exceptions()


@dataclass(frozen=True, slots=True)
class Pick:
    """One step with the time and the people chosen for it (role to schedule id)."""

    step_key: str
    starts_at: datetime
    resources: Mapping[str, int]

    def ends_at(self, step: ProtocolStep) -> datetime:
        return self.starts_at + timedelta(minutes=step.duration_min)

    def parts(self, step: ProtocolStep) -> list[Part]:
        """Everybody's stretch, the patient's left out (the booking adds it)."""
        end = self.ends_at(step)
        return [
            Part(
                need["role"],
                self.resources[need["role"]],
                (end if need["from_end"] else self.starts_at)
                + timedelta(minutes=need["from_min"]),
                (end if need["to_end"] else self.starts_at)
                + timedelta(minutes=need["to_min"]),
            )
            for need in step.needs
            if need["role"] != ParticipantRole.PATIENT
        ]
