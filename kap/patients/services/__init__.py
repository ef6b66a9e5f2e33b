"""Every write to a patient's record."""

from __future__ import annotations

from kap.patients.facts import OwnDetails, PatientFacts, Registration, RelatedFacts
from kap.patients.services.contacts import (
    add_related_person,
    change_demographics,
    correct_own_details,
    end_related_person,
    set_contact_consent,
)
from kap.patients.services.episodes import assign_team, move_phase, open_episode
from kap.patients.services.registration import (
    PerhapsAlreadyHere,
    import_patient,
    next_numbers,
    register_patient,
)

__all__ = [
    "OwnDetails",
    "PatientFacts",
    "PerhapsAlreadyHere",
    "Registration",
    "RelatedFacts",
    "add_related_person",
    "assign_team",
    "change_demographics",
    "correct_own_details",
    "end_related_person",
    "import_patient",
    "move_phase",
    "next_numbers",
    "open_episode",
    "register_patient",
    "set_contact_consent",
]
