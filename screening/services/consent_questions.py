"""Questions a patient asks while reading; the signature waits until a person answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.audit.enums import Action
from kap.core.errors import DomainError
from kap.patients.models import SecureLink
from kap.worklist.services import close_for, open_item
from screening.models import Consent
from screening.permissions import check_may_explain_consent
from screening.services.consent_common import (
    audit,
    locked,
    sections_of,
    waiting,
)

QUESTION: Final = "consent-question"
"""The kind of work item that a question opens."""
ANSWER_WITHIN: Final = timedelta(days=1)
"""When somebody calls back (ours)."""
MOST_QUESTIONS: Final = 20


def open_questions(consent: Consent) -> list[dict[str, str]]:
    """Questions nobody has answered yet."""
    return [asked for asked in consent.questions if not asked.get("answered_at")]


def ask_about_section(
    *, consent_id: UUID, section_id: str, text: str, link: SecureLink, now: datetime
) -> Consent:
    """Keep the question and put it on the list of whoever treats the patient."""
    if not text.strip():
        raise DomainError("Write your question, or call us.")
    with transaction.atomic():
        consent = waiting(consent_id)
        if section_id not in [part["id"] for part in sections_of(consent)]:
            raise DomainError("This part is not in the text. Open it again.")
        if len(consent.questions) >= MOST_QUESTIONS:
            raise DomainError("You have asked many questions. Please call the clinic.")
        key = source_key(consent, len(consent.questions))
        asked = {
            "section": section_id,
            "text": text.strip(),
            "at": now.isoformat(),
            "key": key,
        }
        consent.questions = [*consent.questions, asked]
        consent.version += 1
        consent.save(update_fields=["questions", "version"])
        open_item(
            kind=QUESTION,
            source_key=key,
            role=Role.THERAPIST,
            owner=consent.episode.therapist,
            cover=consent.episode.prescriber,
            patient=consent.patient,
            object_id=consent.pk,
            due_at=now + ANSWER_WITHIN,
            now=now,
        )
        audit(consent, Action.UPDATE, by=None, link=link)
    return consent


def answer_question(
    *, consent_id: UUID, number: int, by: User, now: datetime
) -> Consent:
    """Say that a question was talked through; the patient can sign again."""
    check_may_explain_consent(by)
    with transaction.atomic():
        consent = locked(consent_id)
        if not 0 <= number < len(consent.questions):
            raise DomainError("This question is not there any more. Look again.")
        asked = dict(consent.questions[number])
        if asked.get("answered_at"):
            return consent
        asked |= {"answered_at": now.isoformat(), "answered_by": by.name}
        questions = list(consent.questions)
        questions[number] = asked
        consent.questions = questions
        consent.version += 1
        consent.save(update_fields=["questions", "version"])
        key = asked.get("key") or source_key(consent, number)
        close_for(source_key=key, by=by, now=now)
        audit(consent, Action.UPDATE, by=by)
    return consent


def source_key(consent: Consent, number: int) -> str:
    return f"consent:{consent.pk}:question:{number}"
