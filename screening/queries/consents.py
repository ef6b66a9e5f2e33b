"""Reading consents: what is new since the last signature, who signed, the paper's facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from kap.core.errors import DomainError
from kap.documents.models import DocumentReference, Signature
from screening.consents import TREATMENT
from screening.models import Consent
from screening.rules.consent_text import paragraphs


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the text as the patient meets it."""

    number: int
    id: str
    title: str
    paragraphs: list[str]
    ack: str
    given: str
    is_read: bool
    is_new: bool
    """Its words differ from what this patient signed before."""
    minutes: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """The edition that was signed before this one."""

    edition: int
    signed_at: datetime
    bodies: Mapping[str, tuple[str, str]]


WORDS_A_MINUTE = 180
"""Reading speed that "1 min" stands for (ours, on the slow side)."""


def earlier_signed(consent: Consent) -> Earlier | None:
    """What this patient signed last of the same kind, if anything; one query."""
    row = (
        Consent.objects.filter(
            patient_id=consent.patient_id,
            template__kind=consent.template.kind,
            signed_at__isnull=False,
        )
        .exclude(pk=consent.pk)
        .exclude(template_id=consent.template_id)
        .select_related("template")
        .order_by("-signed_at")
        .first()
    )
    if row is None or row.signed_at is None:
        return None
    bodies = {
        str(part["id"]): (str(part["title"]), str(part["body"]))
        for part in row.template.sections
    }
    return Earlier(row.template.edition, row.signed_at, bodies)


def parts_of(consent: Consent, earlier: Earlier | None) -> list[Part]:
    return [
        _part(consent, earlier, number, section)
        for number, section in enumerate(consent.template.sections, start=1)
    ]


def _part(
    consent: Consent, earlier: Earlier | None, number: int, section: Mapping[str, Any]
) -> Part:
    key, title, body = str(section["id"]), str(section["title"]), str(section["body"])
    return Part(
        number=number,
        id=key,
        title=title,
        paragraphs=paragraphs(section),
        ack=str(section.get("ack", "none")),
        given=str(consent.acknowledgements.get(key, "")),
        is_read=key in consent.read_sections,
        is_new=earlier is not None and earlier.bodies.get(key) != (title, body),
        minutes=max(1, round(len(body.split()) / WORDS_A_MINUTE)),
    )


def is_ready(parts: Sequence[Part]) -> bool:
    """Every part read, and ticked or initialled where it asks."""
    return all(part.is_read and (part.ack == "none" or part.given) for part in parts)


def signatures_of(consent_ids: Sequence[UUID]) -> dict[UUID, list[Signature]]:
    """The signatures under several consents, oldest first; one query."""
    rows = Signature.objects.filter(
        object_type="Consent", object_id__in=list(consent_ids)
    ).order_by("signed_at")
    found: dict[UUID, list[Signature]] = {pk: [] for pk in consent_ids}
    for row in rows:
        found[row.object_id].append(row)
    return found


def of_episode(episode_id: UUID) -> QuerySet[Consent]:
    return (
        Consent.objects.filter(episode_id=episode_id)
        .select_related("template", "proposed_by", "ended_by")
        .order_by("-proposed_at")
    )


def paper_of(consent_id: UUID) -> DocumentReference | None:
    """The finished PDF of a consent; one query."""
    return (
        DocumentReference.objects.current()
        .filter(kind="consent", source_id=consent_id)
        .first()
    )


def paper_facts(consent_id: UUID) -> dict[str, Any]:
    """What the paper of a signed consent says; DomainError before it is signed."""
    consent = Consent.objects.select_related("template", "patient").get(pk=consent_id)
    if consent.signed_at is None:
        raise DomainError("This consent is not signed.")
    signatures = signatures_of([consent.pk])[consent.pk]
    return {
        "edition": f"edition {consent.template.edition}",
        "consent": consent,
        "title": consent.template.title,
        "number": consent.template.edition,
        "parts": parts_of(consent, None),
        "signatures": signatures,
        "fingerprint": spaced(consent.content_sha256),
        "earlier": earlier_signed(consent),
        "is_treatment": consent.template.kind == TREATMENT,
    }


def spaced(digest: str) -> str:
    """A digest in groups of four, so that two can be compared by eye."""
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))
