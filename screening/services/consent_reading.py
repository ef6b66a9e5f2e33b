"""Reading a consent: opened, each part read, ticked, initialled or answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.core.errors import DomainError
from kap.patients.models import SecureLink
from screening.enums import ConsentStatus
from screening.enums_consent import OPEN, ConsentAct
from screening.models import Consent
from screening.permissions import check_may_explain_consent
from screening.rules.consent_initials import expected, initials_match
from screening.services.consent_common import (
    ConsentClosed,
    locked,
    log,
    sections_of,
    waiting,
)


class WrongInitials(DomainError):
    """Initials that are not those of the one who signs."""


def open_consent(*, consent_id: UUID, now: datetime) -> Consent:
    """Note when the patient first opened the text."""
    with transaction.atomic():
        consent = locked(consent_id)
        if consent.opened_at is None and consent.status == ConsentStatus.PROPOSED:
            consent.opened_at = now
            consent.save(update_fields=["opened_at"])
    return consent


def acknowledge_section(*, consent_id: UUID, section_id: str, given: str) -> Consent:
    """Keep that a part was read, and the tick or the initials it asks for.

    An empty ``given`` of a part that may be left out takes an earlier tick back.
    """
    with transaction.atomic():
        consent = waiting(consent_id)
        section = _section(consent, section_id)
        if section.get("ack") == "initials":
            _check_initials(consent, given)
        if section_id not in consent.read_sections:
            consent.read_sections = [*consent.read_sections, section_id]
        kept = {k: v for k, v in consent.acknowledgements.items() if k != section_id}
        consent.acknowledgements = kept | ({section_id: given} if given else {})
        consent.version += 1
        consent.save(update_fields=["read_sections", "acknowledgements", "version"])
    return consent


def _section(consent: Consent, section_id: str) -> dict[str, Any]:
    for section in sections_of(consent):
        if section["id"] == section_id:
            return section
    raise DomainError("This part is not in the text. Open it again.")


def names_of(consent: Consent) -> list[str]:
    """How the one who initials may be called: legal name, and the name they go by."""
    if consent.representative_name:
        return [consent.representative_name]
    patient = consent.patient
    names = [f"{patient.given_name} {patient.family_name}"]
    if patient.preferred_name:
        names.append(f"{patient.preferred_name} {patient.family_name}")
    return names


def _check_initials(consent: Consent, given: str) -> None:
    names = names_of(consent)
    if not initials_match(given, *names):
        raise WrongInitials(
            "Type the first letters of your first and last name, "
            f"such as {expected(names[-1])}."
        )


def answer_teach_back(
    *,
    consent_id: UUID,
    answers: dict[str, int],
    now: datetime,
    link: SecureLink | None = None,
) -> list[str]:
    """Keep the answers to questions on understanding; the parts to read again.

    A wrong answer is recorded and the part it is about is shown again; nothing is
    blocked by it, the clinician talks about it before signing.
    """
    with transaction.atomic():
        consent = waiting(consent_id)
        kept = dict(consent.teach_back)
        again: list[str] = []
        for item in _items(consent):
            if item["id"] not in answers:
                continue
            given = answers[item["id"]]
            if given not in range(len(item["choices"])):
                raise DomainError("Choose one of the answers.")
            is_right = given == item["right"]
            entry = _entry(item["choices"][given], is_right=is_right, now=now)
            kept[item["id"]] = [*kept.get(item["id"], []), entry]
            act = ConsentAct.TAUGHT if is_right else ConsentAct.SHOWN_AGAIN
            about = str(item.get("about", item["id"]))
            log(consent, act, now=now, link=link, section=about, note=item["id"])
            if not is_right:
                again.append(str(item["id"]))
        consent.teach_back = kept
        consent.version += 1
        consent.save(update_fields=["teach_back", "version"])
    return again


def record_teach_back(
    *, consent_id: UUID, understood: dict[str, bool], by: User, now: datetime
) -> Consent:
    """What the clinician heard when the patient said it in their own words."""
    check_may_explain_consent(by)
    with transaction.atomic():
        consent = locked(consent_id)
        if consent.status not in OPEN:
            raise ConsentClosed("All have signed; nothing is added any more.")
        keep_teach_back(consent, understood, by=by, now=now)
        consent.save(update_fields=["teach_back", "version"])
    return consent


def keep_teach_back(
    consent: Consent, understood: dict[str, bool], *, by: User, now: datetime
) -> None:
    """On a locked row; the caller saves it."""
    kept = dict(consent.teach_back)
    for item in _items(consent):
        key = str(item["id"])
        if key in understood:
            entry = _entry("in own words", is_right=understood[key], now=now, by=by)
            kept[key] = [*kept.get(key, []), entry]
            log(consent, ConsentAct.TAUGHT, now=now, by=by, note=key)
    consent.teach_back = kept
    consent.version += 1


def _entry(
    answer: str, *, is_right: bool, now: datetime, by: User | None = None
) -> dict[str, Any]:
    return {
        "answer": answer,
        "is_right": is_right,
        "at": now.isoformat(),
        "by": by.name if by else "",
    }


def _items(consent: Consent) -> list[dict[str, Any]]:
    return [
        item
        for section in sections_of(consent)
        for item in section.get("teach_back", ())
    ]


__all__ = [
    "WrongInitials",
    "acknowledge_section",
    "answer_teach_back",
    "open_consent",
    "record_teach_back",
]
