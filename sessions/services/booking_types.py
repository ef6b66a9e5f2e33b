"""What a booking is made of, and how it can be refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from kap.core.errors import DomainError
from sessions.models import Appointment

TAKEN_SINCE = (
    "Somebody else is booking the same people or room right now. Choose another time."
)


class AlreadyBooked(DomainError):
    """A person or room that the visit needs is taken for part of its time.

    ``place`` counts the visits of a course from 0 and says which of them it was; None
    when only the database knew.
    """

    def __init__(self, sentence: str, *, place: int | None = None) -> None:
        super().__init__(sentence)
        self.place = place


class CannotBook(DomainError):
    """The visit itself is refused: its time, its people or its patient."""


class Part(NamedTuple):
    """One role of a visit: who or what takes it, from when to when."""

    role: str
    schedule_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """A visit that is not written yet, with everybody it needs, the patient included."""

    appointment: Appointment
    parts: Sequence[Part]
