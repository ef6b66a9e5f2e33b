"""Protocols, visits, and what happens in a dosing session."""

from __future__ import annotations

from sessions.models.appointments import (
    Appointment,
    AppointmentParticipant,
    AppointmentStatusChange,
)
from sessions.models.calendar import AppointmentMove, CalendarView, PinnedVisit
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
from sessions.models.protocols import CarePlan, PlannedStep, Protocol, ProtocolStep
from sessions.models.room import RoomNote, RoomPresence, SyringeReading

__all__ = [
    "AdverseEvent",
    "Appointment",
    "AppointmentMove",
    "AppointmentParticipant",
    "AppointmentStatusChange",
    "CalendarView",
    "CarePlan",
    "Discharge",
    "Encounter",
    "EncounterStatusChange",
    "GateOverride",
    "MedicationAdministration",
    "MedicationRequest",
    "PinnedVisit",
    "PlannedStep",
    "PreSessionCheck",
    "Protocol",
    "ProtocolStep",
    "RoomNote",
    "RoomPresence",
    "SyringeReading",
    "VitalSigns",
]
