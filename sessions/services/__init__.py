"""Every write of the sessions app; callers write ``services.book_appointment(...)``."""

from __future__ import annotations

from sessions.services.board import (
    check_in,
    finish_visit,
    fulfil,
    mark_no_show,
    start_visit,
)
from sessions.services.booking import (
    book_appointment,
    cancel_appointment,
    move_appointment,
)
from sessions.services.booking_types import AlreadyBooked, CannotBook, Part
from sessions.services.course import BookedCourse, book_course
from sessions.services.course_types import CourseRefused, Pick

__all__ = [
    "AlreadyBooked",
    "BookedCourse",
    "CannotBook",
    "CourseRefused",
    "Part",
    "Pick",
    "book_appointment",
    "book_course",
    "cancel_appointment",
    "check_in",
    "finish_visit",
    "fulfil",
    "mark_no_show",
    "move_appointment",
    "start_visit",
]
