"""Everything that writes to the clinic: absences and editions of policies."""

from __future__ import annotations

from kap.clinic.services.absences import cancel_absence, create_absence
from kap.clinic.services.policies import new_edition, register_check

__all__ = ["cancel_absence", "create_absence", "new_edition", "register_check"]
