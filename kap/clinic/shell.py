"""What the page shells say of the clinic: the site's name and the numbers to call."""

from __future__ import annotations

from kap.clinic.models import Site
from kap.ui import clinic_facts
from kap.ui.clinic_facts import ClinicFacts


@clinic_facts.register
def facts() -> ClinicFacts | None:
    """The first active site; None before one exists."""
    site = Site.objects.filter(is_active=True).order_by("name").first()
    if site is None:
        return None
    return ClinicFacts(
        name=site.name,
        address=site.address,
        phone=site.phone,
        crisis_name=site.crisis_name,
        crisis_phone=site.crisis_phone,
        emergency_phone=site.emergency_phone,
    )
