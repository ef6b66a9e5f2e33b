"""Sites, rooms, the one diary, and policies."""

from __future__ import annotations

from kap.clinic.models.diary import (
    Absence,
    Schedule,
    Slot,
    SlotQuerySet,
    WorkingHours,
)
from kap.clinic.models.duties import SafetyDuty
from kap.clinic.models.places import (
    WEEKDAYS,
    Location,
    OpeningHours,
    Site,
    known_time_zone,
)
from kap.clinic.models.policies import (
    PolicyEdition,
    PolicyQuerySet,
)

__all__ = [
    "WEEKDAYS",
    "Absence",
    "Location",
    "OpeningHours",
    "PolicyEdition",
    "PolicyQuerySet",
    "SafetyDuty",
    "Schedule",
    "Site",
    "Slot",
    "SlotQuerySet",
    "WorkingHours",
    "known_time_zone",
]
