"""Protocols, visits, and what happens in a dosing session."""

from __future__ import annotations

from sessions.models.appointments import (
    Appointment,
    AppointmentParticipant,
    AppointmentStatusChange,
)
from sessions.models.calendar import AppointmentMove, CalendarView, PinnedVisit
from sessions.models.chase import ChaseCall
from sessions.models.dosing import (
    AdverseEvent,
    Discharge,
    MedicationAdministration,
    MedicationRequest,
    VitalSigns,
)
from sessions.models.encounters import (
    Encounter,
    EncounterStatusChange,
    GateOverride,
    PreSessionCheck,
)
from sessions.models.protocol_drafts import (
    CourseApproval,
    EventClearance,
    ProtocolDraft,
    SpacingOverride,
)
from sessions.models.protocols import CarePlan, PlannedStep, Protocol, ProtocolStep
from sessions.models.replies import CalendarFeed, VisitReply
from sessions.models.room import RoomNote, RoomPresence, SyringeReading

__all__ = [
    "AdverseEvent",
    "Appointment",
    "AppointmentMove",
    "AppointmentParticipant",
    "AppointmentStatusChange",
    "CalendarFeed",
    "CalendarView",
    "CarePlan",
    "ChaseCall",
    "CourseApproval",
    "Discharge",
    "Encounter",
    "EncounterStatusChange",
    "EventClearance",
    "GateOverride",
    "MedicationAdministration",
    "MedicationRequest",
    "PinnedVisit",
    "PlannedStep",
    "PreSessionCheck",
    "Protocol",
    "ProtocolDraft",
    "ProtocolStep",
    "RoomNote",
    "RoomPresence",
    "SpacingOverride",
    "SyringeReading",
    "VisitReply",
    "VitalSigns",
]
