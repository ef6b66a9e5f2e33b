"""Which consent a link opens, and who signs next on its page."""

from __future__ import annotations

from kap.patients.links import LinkRequest
from screening.enums_consent import OPEN, EndKind, SignerRole
from screening.models import Consent
from screening.queries.consent_paper import places_of


def consent_of(request: LinkRequest) -> Consent | None:
    """The consent this link opens, or the edition that took its place on the way.

    None when it is not this patient's.
    """
    rows = Consent.objects.select_related("template", "patient", "episode__site")
    found = rows.filter(
        pk=request.link.object_id, patient_id=request.link.patient_id
    ).first()
    while found is not None and found.end_kind == EndKind.OVERTAKEN:
        newer = rows.filter(continues=found).order_by("-proposed_at").first()
        if newer is None:
            break
        found = newer
    return found


def next_by_link(consent: Consent) -> SignerRole | None:
    """Who signs next on this page: the representative or the patient."""
    if consent.status not in OPEN:
        return None
    for place in places_of(consent):
        if place.is_next and place.role in (
            SignerRole.REPRESENTATIVE,
            SignerRole.PATIENT,
        ):
            return place.role
    return None
