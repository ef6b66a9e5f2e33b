"""Registering a patient: one record per person, with a number and a diary of their own."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import connection, transaction

from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.clinic.enums import ActorKind
from kap.clinic.models import Schedule, Site
from kap.core.errors import DomainError
from kap.patients import search, signals
from kap.patients.facts import NOTHING_ELSE, PatientFacts, Registration
from kap.patients.matching import Match, Probe, likely_duplicates
from kap.patients.models import Patient, PatientDistinction
from kap.patients.permissions import check_may_import, check_may_register
from kap.patients.services.contacts import add_related_person, set_contact_consent
from kap.patients.services.episodes import open_episode

ONE_AT_A_TIME = 7_236_010
"""Advisory lock: two desks that register the same person at once see each other."""


class PerhapsAlreadyHere(DomainError):
    """Records of the same person seem to exist, and nobody has said yet that they differ."""

    def __init__(self, matches: list[Match]) -> None:
        self.matches = matches
        super().__init__("Answer first whether this person is already here.")


def register_patient(
    *,
    facts: PatientFacts,
    by: User | None,
    now: datetime,
    also: Registration = NOTHING_ELSE,
    check_matches: bool = True,
) -> Patient:
    """Write the record, the patient's diary and the first episode, or nothing.

    Raises PerhapsAlreadyHere while a likely match is not answered; an import that has
    matched by its own key says ``check_matches=False``.
    """
    if by is not None:
        check_may_register(by)
    with transaction.atomic():
        if check_matches:
            _wait_for_other_desks()
            _refuse_open_matches(facts, also)
        patient = _create(facts, by=by, now=now)
        _write_down_the_rest(patient, also, by=by, now=now)
        episode = open_episode(
            patient=patient,
            by=by,
            now=now,
            indication=also.indication,
            send_packet=also.send_packet,
        )
        record(
            by=by,
            action=Action.CREATE,
            category=Category.DEMOGRAPHICS,
            patient_id=patient.pk,
            object_type="Patient",
            object_id=patient.pk,
        )
        transaction.on_commit(
            partial(
                signals.patient_registered.send,
                Patient,
                patient_id=patient.pk,
                episode_id=episode.pk,
                by_id=by.pk if by else None,
                send_packet=also.send_packet,
            )
        )
    return patient


def import_patient(
    *,
    facts: PatientFacts,
    by: User | None,
    now: datetime,
    check_matches: bool = True,
    begins_care: bool = False,
) -> Patient:
    """Write a record that comes from another system; care begins only when asked for.

    Inside the caller's transaction or its own.  ``by`` None: the command line.  Raises
    PerhapsAlreadyHere unless the caller takes likely matches for other people.
    """
    if by is not None:
        check_may_import(by)
    with transaction.atomic():
        if check_matches:
            _wait_for_other_desks()
            _refuse_open_matches(facts, NOTHING_ELSE)
        patient = _create(facts, by=by, now=now)
        if begins_care:
            open_episode(patient=patient, by=None, now=now, send_packet=False)
        record(
            by=by,
            action=Action.IMPORT,
            category=Category.DEMOGRAPHICS,
            patient_id=patient.pk,
            object_type="Patient",
            object_id=patient.pk,
            job="" if by else "import-patients",
        )
    return patient


def next_numbers(count: int) -> list[int]:
    """Record numbers that nobody has; a number once taken is never given again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('patients_record_number') FROM generate_series(1, %s)",
            [count],
        )
        return [row[0] for row in cursor.fetchall()]


def _wait_for_other_desks() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


def _refuse_open_matches(facts: PatientFacts, also: Registration) -> None:
    probe = Probe(
        given_name=facts.given_name,
        family_name=facts.family_name,
        preferred_name=facts.preferred_name or facts.given_name.partition(" ")[0],
        birth_date=facts.birth_date,
        phone=facts.phone,
        email=facts.email,
    )
    matches = likely_duplicates(probe)
    still_open = [
        match
        for match in matches
        if match.is_likely
        and not (match.patient_id in also.not_these and also.different_because)
    ]
    if still_open:
        raise PerhapsAlreadyHere(still_open)


def _create(facts: PatientFacts, *, by: User | None, now: datetime) -> Patient:
    (number,) = next_numbers(1)
    return Patient.objects.create(
        number=number,
        given_name=facts.given_name,
        family_name=facts.family_name,
        preferred_name=facts.preferred_name,
        pronouns=facts.pronouns,
        birth_date=facts.birth_date,
        sex=facts.sex,
        email=facts.email,
        phone=facts.phone,
        address=facts.address,
        language=facts.language,
        discreet_sender=facts.discreet_sender,
        referred_by=facts.referred_by,
        external_key=facts.external_key,
        site=_site(facts),
        schedule=Schedule.objects.create(kind=ActorKind.PATIENT),
        search_text=search.search_text(
            given_name=facts.given_name,
            family_name=facts.family_name,
            preferred_name=facts.preferred_name,
            number=number,
            birth_date=facts.birth_date,
            phone=facts.phone,
            email=facts.email,
        ),
        registered_at=now,
        registered_by=by,
    )


def _site(facts: PatientFacts) -> Site:
    """The site that was chosen, or the only one there is."""
    sites = Site.objects.filter(is_active=True)
    if facts.site_id:
        sites = sites.filter(pk=facts.site_id)
    found = list(sites.order_by("name")[:2])
    if not found:
        raise DomainError("The clinic has no site yet. An admin adds one first.")
    if len(found) > 1:
        raise DomainError("Choose the site that treats this patient.")
    return found[0]


def _write_down_the_rest(
    patient: Patient, also: Registration, *, by: User | None, now: datetime
) -> None:
    for person in also.related:
        add_related_person(patient=patient, facts=person, by=by, now=now, quietly=True)
    for channel, purpose in sorted(also.consents):
        set_contact_consent(
            patient=patient,
            channel=channel,
            purpose=purpose,
            is_given=True,
            by=by,
            now=now,
            quietly=True,
        )
    PatientDistinction.objects.bulk_create(
        PatientDistinction(
            patient=patient,
            other_id=other_id,
            reason=also.different_because,
            said_at=now,
            said_by=by,
        )
        for other_id in sorted(also.not_these)
        if also.different_because
    )
