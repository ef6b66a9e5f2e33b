"""Changing name and contact details, the people beside a patient, and what may be sent."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import ChangedMeanwhile, DomainError
from kap.patients import search, signals
from kap.patients.enums import Channel, ContactPurpose, RelatedKind
from kap.patients.facts import OwnDetails, PatientFacts, RelatedFacts
from kap.patients.models import ContactConsent, Patient, RelatedPerson
from kap.patients.permissions import check_may_register

FIXED = frozenset({"site_id", "external_key"})
"""Facts that a change of the record does not touch."""


def change_demographics(
    *, patient_id: UUID, version: int, facts: PatientFacts, by: User
) -> Patient:
    """Change name and contact, unless somebody else did since ``version`` was shown."""
    check_may_register(by)
    with transaction.atomic():
        patient = Patient.objects.select_for_update(of=("self",)).get(pk=patient_id)
        if patient.version != version:
            raise ChangedMeanwhile("Somebody else changed this record meanwhile.")
        for fact in fields(facts):
            if fact.name not in FIXED:
                setattr(patient, fact.name, getattr(facts, fact.name))
        _save(patient)
        _record(by, Action.UPDATE, patient.pk, "Patient", patient.pk)
        transaction.on_commit(
            partial(signals.patient_changed.send, Patient, patient_id=patient.pk)
        )
    return patient


def correct_own_details(
    *,
    patient_id: UUID,
    version: int,
    details: OwnDetails,
    by: User | None,
    link_id: UUID | None = None,
) -> Patient:
    """Keep what a patient corrects of their own contact details, through a link or told to staff."""
    if by is not None:
        check_may_register(by)
    with transaction.atomic():
        patient = Patient.objects.select_for_update(of=("self",)).get(pk=patient_id)
        if patient.version != version:
            raise ChangedMeanwhile(
                "These details were changed meanwhile. Look at them again."
            )
        for fact in fields(details):
            if fact.name != "language" or details.language:
                setattr(patient, fact.name, getattr(details, fact.name))
        _save(patient)
        _record(by, Action.UPDATE, patient.pk, "Patient", patient.pk, link_id=link_id)
        transaction.on_commit(
            partial(signals.patient_changed.send, Patient, patient_id=patient.pk)
        )
    return patient


def _save(patient: Patient) -> None:
    """Save a changed record, so that it is found by what it says now."""
    patient.search_text = search.search_text(
        given_name=patient.given_name,
        family_name=patient.family_name,
        preferred_name=patient.preferred_name,
        number=patient.number,
        birth_date=patient.birth_date,
        phone=patient.phone,
        email=patient.email,
    )
    patient.version += 1
    patient.save()


def add_related_person(
    *,
    patient: Patient,
    facts: RelatedFacts,
    by: User | None,
    now: datetime,
    link_id: UUID | None = None,
    quietly: bool = False,
) -> RelatedPerson:
    """Write down an escort or an emergency contact.

    ``link_id``: the patient named them through a link.  ``quietly``: the caller writes
    the history row of the whole act.
    """
    if by is not None:
        check_may_register(by)
    if not facts.name.strip() or not facts.phone.strip():
        raise DomainError("Give a name and a number to call.")
    with transaction.atomic():
        person = RelatedPerson.objects.create(
            patient=patient,
            kind=RelatedKind(facts.kind),
            name=facts.name,
            relationship=facts.relationship,
            phone=facts.phone,
            is_adult=facts.is_adult,
            created_at=now,
        )
        if not quietly:
            _record(
                by,
                Action.CREATE,
                patient.pk,
                "RelatedPerson",
                person.pk,
                link_id=link_id,
            )
    return person


def end_related_person(*, person_id: UUID, by: User, now: datetime) -> RelatedPerson:
    """Say that this person is no longer to be called; the row stays."""
    check_may_register(by)
    with transaction.atomic():
        person = RelatedPerson.objects.select_for_update(of=("self",)).get(pk=person_id)
        if person.ended_at is None:
            person.ended_at = now
            person.save(update_fields=["ended_at"])
            _record(by, Action.UPDATE, person.patient_id, "RelatedPerson", person.pk)
    return person


def set_contact_consent(
    *,
    patient: Patient,
    channel: str,
    purpose: str,
    is_given: bool,
    by: User | None,
    now: datetime,
    link_id: UUID | None = None,
    quietly: bool = False,
) -> ContactConsent:
    """Write down what the patient said about one channel and purpose; the newest row counts."""
    if by is not None:
        check_may_register(by)
    with transaction.atomic():
        said = ContactConsent.objects.create(
            patient=patient,
            channel=Channel(channel),
            purpose=ContactPurpose(purpose),
            is_given=is_given,
            said_at=now,
            heard_by=by,
        )
        if not quietly:
            _record(
                by,
                Action.UPDATE,
                patient.pk,
                "ContactConsent",
                said.pk,
                link_id=link_id,
            )
        transaction.on_commit(
            partial(
                signals.contact_consent_changed.send,
                ContactConsent,
                patient_id=patient.pk,
            )
        )
    return said


def _record(
    by: User | None,
    action: Action,
    patient_id: UUID,
    object_type: str,
    object_id: UUID,
    *,
    link_id: UUID | None = None,
) -> None:
    record(
        by=by,
        action=action,
        category=Category.DEMOGRAPHICS,
        patient_id=patient_id,
        object_type=object_type,
        object_id=object_id,
        link_id=link_id,
    )
