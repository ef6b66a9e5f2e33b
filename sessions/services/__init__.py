"""Every write of the sessions app; callers write ``services.book_appointment(...)``."""

from __future__ import annotations

from sessions.services.booking import (
    book_appointment,
    cancel_appointment,
    move_appointment,
)
from sessions.services.booking_types import AlreadyBooked, CannotBook, Part

__all__ = [
    "AlreadyBooked",
    "CannotBook",
    "Part",
    "book_appointment",
    "cancel_appointment",
    "move_appointment",
]
