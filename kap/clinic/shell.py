"""What the page shells say of the clinic: the site's name and the numbers to call."""

from __future__ import annotations

from typing import Final

from kap.core import prepared
from kap.ui import clinic_facts
from kap.ui.clinic_facts import ClinicFacts

_FIRST: Final = prepared.Statement(
    "kap_first_site",
    (),
    "SELECT name, address, phone, crisis_name, crisis_phone, emergency_phone"
    " FROM clinic_site WHERE is_active ORDER BY name LIMIT 1",
)


@clinic_facts.register
def facts() -> ClinicFacts | None:
    """The first active site; None before one exists."""
    found = prepared.rows((_FIRST, ()))
    return ClinicFacts(*found[0]) if found else None
