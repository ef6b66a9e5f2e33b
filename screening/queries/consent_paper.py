"""What the paper of a signed consent says, and the lists of its chart page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kap.core.errors import DomainError
from kap.documents.models import Signature
from kap.documents.seal import is_intact
from screening.consents import TREATMENT
from screening.enums_consent import SignerRole
from screening.models import Consent, ConsentEvent, ConsentSignature
from screening.queries.consent_roles import roles_of
from screening.queries.consents import (
    Part,
    earlier_signed,
    parts_of,
    signatures_of,
    spaced,
)
from screening.rules.consent_standing import VALID_MONTHS, add_months


@dataclass(frozen=True, slots=True)
class Signed:
    """One place under the text, filled."""

    role: str
    signature: Signature
    statement: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place under the text: who signs, and whether they have."""

    role: SignerRole
    signed: Signed | None
    is_next: bool


def signed_rows(consent: Consent) -> list[Signed]:
    """Who signed as what, in order; two queries."""
    rows = {
        row.signature_id: row
        for row in ConsentSignature.objects.filter(consent=consent)
    }
    found = []
    for signature in signatures_of([consent.pk])[consent.pk]:
        row = rows.get(signature.pk)
        role = SignerRole(row.role).label if row else signature.get_meaning_display()
        found.append(Signed(role, signature, row.statement if row else ""))
    return found


def places_of(consent: Consent) -> list[Place]:
    """Every place under the text, in the order of signing."""
    rows = ConsentSignature.objects.filter(consent=consent).select_related("signature")
    filled = {
        row.role: Signed(SignerRole(row.role).label, row.signature, row.statement)
        for row in rows
    }
    places: list[Place] = []
    turn = consent.status in ("proposed", "partial")
    for role in roles_of(consent):
        signed = filled.get(role)
        places.append(Place(SignerRole(role), signed, turn and signed is None))
        turn = turn and signed is not None
    return places


def history_of(consent: Consent) -> list[ConsentEvent]:
    return list(consent.events.select_related("by").order_by("at", "pk")[:200])


def paper_facts(consent_id: UUID) -> dict[str, Any]:
    """What the paper of a signed consent says; DomainError before it is signed."""
    consent = Consent.objects.select_related("template", "patient__site").get(
        pk=consent_id
    )
    if consent.signed_at is None:
        raise DomainError("This consent is not signed.")
    parts = parts_of(consent, None)
    rows = signed_rows(consent)
    return {
        "edition": f"edition {consent.template.edition}",
        "consent": consent,
        "title": consent.template.title,
        "number": consent.template.edition,
        "parts": parts,
        "agreed": [part for part in parts if part.given],
        "refused": [part for part in parts if not part.is_required and not part.given],
        "questions": [one for part in parts for one in part.questions],
        "signatures": [row.signature for row in rows],
        "rows": rows,
        "is_intact": all(is_intact(row.signature) for row in rows),
        "fingerprint": spaced(consent.content_sha256),
        "earlier": earlier_signed(consent),
        "is_treatment": consent.template.kind == TREATMENT,
        "zone": consent.patient.site.time_zone,
        "valid_until": valid_until(consent.activated_at),
        "narrowed": _narrowed(consent, parts),
    }


def valid_until(activated_at: datetime | None) -> date | None:
    """CR-05: twelve months."""
    if activated_at is None:
        return None
    return add_months(activated_at.date(), VALID_MONTHS)


def _narrowed(consent: Consent, parts: Sequence[Part]) -> list[dict[str, Any]]:
    titles = {part.id: part.title for part in parts}
    return [
        {
            "title": titles.get(entry["section"], ""),
            "at": datetime.fromisoformat(entry["at"]),
        }
        for entry in consent.narrowed
    ]
