"""Who else signs: an interpreter, a witness, a legal representative (CR-07, CR-08)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.audit.enums import Action
from kap.core.errors import DomainError
from screening.consents import kind_of
from screening.enums import ConsentStatus
from screening.enums_consent import Authority, ConsentAct
from screening.models import Consent
from screening.permissions import check_may_send_forms
from screening.rules.consent_signing import roles_in_order
from screening.services.consent_common import ConsentClosed, audit, locked, log


@dataclass(frozen=True, slots=True)
class People:
    """Everybody beside patient and clinician."""

    interpreter_name: str = ""
    interpreter_id: str = ""
    wants_witness: bool = False
    representative_name: str = ""
    authority: str = ""
    authority_document: str = ""
    patient_assents: bool = True
    """False: the patient cannot say yes or no; only with a representative."""


def set_people(*, consent_id: UUID, people: People, by: User, now: datetime) -> Consent:
    """Say who signs, before anybody has."""
    check_may_send_forms(by)
    _check(people)
    with transaction.atomic():
        consent = locked(consent_id)
        if consent.status != ConsentStatus.PROPOSED:
            raise ConsentClosed("Somebody has signed. Who signs is fixed.")
        in_own_language = consent.template.language == consent.patient.language
        if not in_own_language and not people.interpreter_name.strip():
            raise DomainError(
                "The text is not in the patient's language. Name the interpreter."
            )
        _set(consent, people)
        consent.version += 1
        consent.save()
        log(consent, ConsentAct.PEOPLE, now=now, by=by)
        audit(consent, Action.UPDATE, by=by)
    return consent


def _check(people: People) -> None:
    name = people.representative_name.strip()
    if name and people.authority not in Authority.values:
        raise DomainError("Say by what right the representative signs.")
    if name and not people.authority_document.strip():
        raise DomainError("Say where the paper that proves this right is kept.")
    if not name and not people.patient_assents:
        raise DomainError("Name the representative who signs for the patient.")


def _set(consent: Consent, people: People) -> None:
    kind = kind_of(consent.template.kind)
    name = people.representative_name.strip()
    if name != consent.representative_name:
        # Initials were those of somebody else.
        consent.acknowledgements, consent.read_sections = {}, []
    consent.interpreter_name = people.interpreter_name.strip()
    consent.interpreter_id = people.interpreter_id.strip()
    consent.representative_name = name
    consent.representative_authority = people.authority if name else ""
    consent.authority_document = people.authority_document.strip() if name else ""
    consent.roles = roles_in_order(
        needs_clinician=kind.needs_clinician,
        needs_escort=kind.needs_escort,
        has_representative=bool(name),
        patient_assents=people.patient_assents,
        has_interpreter=bool(consent.interpreter_name),
        has_witness=people.wants_witness,
    )
