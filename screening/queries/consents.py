"""Reading consents: what is new since the last signature, who signed, the paper's facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from kap.documents.models import DocumentReference, Signature
from screening.models import Consent
from screening.rules.consent_conditions import sections_for
from screening.rules.consent_text import is_open, paragraphs


@dataclass(frozen=True, slots=True)
class Question:
    """One question on understanding, and how it was answered."""

    id: str
    text: str
    choices: list[str]
    about: str
    about_title: str
    about_paragraphs: list[str]
    why: str
    right: int
    answers: list[dict[str, Any]]

    @property
    def is_right(self) -> bool:
        return bool(self.answers) and bool(self.answers[-1]["is_right"])

    @property
    def was_wrong(self) -> bool:
        return bool(self.answers) and not self.is_right


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
    is_required: bool = True
    is_open: bool = False
    """Still to be read, ticked, initialled or answered."""
    questions: list[Question] = field(default_factory=list)
    is_narrowed: bool = False
    """Agreed to when signed, and taken back since."""


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
    """The parts that apply to this patient, as they stand."""
    sections = sections_for(consent.template.sections, consent.facts)
    return [
        _part(consent, earlier, number, section, sections)
        for number, section in enumerate(sections, start=1)
    ]


def _part(
    consent: Consent,
    earlier: Earlier | None,
    number: int,
    section: Mapping[str, Any],
    sections: Sequence[Mapping[str, Any]],
) -> Part:
    key, title, body = str(section["id"]), str(section["title"]), str(section["body"])
    questions = _questions(consent, section, sections)
    waits = any(not question.answers for question in questions)
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
        is_required=bool(section.get("required", True)),
        is_open=waits
        or is_open(section, consent.read_sections, consent.acknowledgements),
        questions=questions,
        is_narrowed=any(entry["section"] == key for entry in consent.narrowed),
    )


def _questions(
    consent: Consent,
    section: Mapping[str, Any],
    sections: Sequence[Mapping[str, Any]],
) -> list[Question]:
    by_id = {str(one["id"]): one for one in sections}
    found = []
    for item in section.get("teach_back", ()):
        about = by_id.get(str(item.get("about", "")), section)
        found.append(
            Question(
                id=str(item["id"]),
                text=str(item["question"]),
                choices=[str(choice) for choice in item["choices"]],
                about=str(about["id"]),
                about_title=str(about["title"]),
                about_paragraphs=paragraphs(about),
                why=str(item.get("why", "")),
                right=int(item["right"]),
                answers=list(consent.teach_back.get(str(item["id"]), [])),
            )
        )
    return found


def is_ready(parts: Sequence[Part]) -> bool:
    """Every part read, and ticked, initialled or answered where it asks."""
    return not any(part.is_open for part in parts)


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


def spaced(digest: str) -> str:
    """A digest in groups of four, so that two can be compared by eye."""
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))
