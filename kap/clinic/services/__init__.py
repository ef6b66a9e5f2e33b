"""Everything that writes to the clinic: absences and editions of policies."""

from __future__ import annotations

from kap.clinic.services.absences import cancel_absence, create_absence, fill_absences
from kap.clinic.services.policies import new_edition, register_check

__all__ = [
    "cancel_absence",
    "create_absence",
    "fill_absences",
    "new_edition",
    "register_check",
]
