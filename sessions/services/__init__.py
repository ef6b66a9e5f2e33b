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
from sessions.services.discharges import Leaving, MayNotLeave, discharge
from sessions.services.dosing import Given, start_dosing, void_dose
from sessions.services.dosing_common import (
    DoseNotAllowed,
    NotPossible,
    WrongSecondPerson,
)
from sessions.services.dosing_stop import stop_session
from sessions.services.monitoring import Vitals, record_vitals, void_vitals
from sessions.services.monitoring_log import (
    Event,
    record_adverse_event,
    void_adverse_event,
    void_room_note,
    write_room_note,
)
from sessions.services.orders import sign_order
from sessions.services.readiness import (
    CheckFacts,
    record_answer_by_link,
    record_check,
    record_presence,
)
from sessions.services.readiness_chair import (
    TimeOut,
    hold_time_out,
    override_gate,
    read_syringe,
)

__all__ = [
    "AlreadyBooked",
    "BookedCourse",
    "CannotBook",
    "CheckFacts",
    "CourseRefused",
    "DoseNotAllowed",
    "Event",
    "Given",
    "Leaving",
    "MayNotLeave",
    "NotPossible",
    "Part",
    "Pick",
    "TimeOut",
    "Vitals",
    "WrongSecondPerson",
    "book_appointment",
    "book_course",
    "cancel_appointment",
    "check_in",
    "discharge",
    "finish_visit",
    "fulfil",
    "hold_time_out",
    "mark_no_show",
    "move_appointment",
    "override_gate",
    "read_syringe",
    "record_adverse_event",
    "record_answer_by_link",
    "record_check",
    "record_presence",
    "record_vitals",
    "sign_order",
    "start_dosing",
    "start_visit",
    "stop_session",
    "void_adverse_event",
    "void_dose",
    "void_room_note",
    "void_vitals",
    "write_room_note",
]
