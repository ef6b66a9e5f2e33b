from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection

from kap.accounts.tests.factories import UserFactory
from kap.audit.models import AuditEvent
from kap.clinic.tests.factories import SiteFactory
from kap.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from kap.patients import services, signals
from kap.patients.enums import Channel, ContactPurpose, Phase, RelatedKind
from kap.patients.facts import PatientFacts, Registration, RelatedFacts
from kap.patients.models import (
    ContactConsent,
    EpisodeOfCare,
    Patient,
    PatientDistinction,
)
from kap.patients.services import PerhapsAlreadyHere
from kap.patients.tests.factories import PatientFactory

TINA = PatientFacts(
    given_name="Clementina",
    family_name="Sampel",
    preferred_name="Tina",
    birth_date=date(1973, 11, 9),
    phone="555 0163 200",
    email="tina@sampel.example",
)


@pytest.mark.django_db
def test_registering_gives_a_number_a_diary_and_an_open_episode(now):
    SiteFactory.create()
    desk = UserFactory.create(front_desk=True)

    patient = services.register_patient(
        facts=TINA,
        by=desk,
        now=now,
        also=Registration(
            related=(RelatedFacts(RelatedKind.EMERGENCY, "Otto Sampel", "555 0164"),),
            consents=frozenset({(Channel.SMS, ContactPurpose.CARE)}),
        ),
    )

    assert patient.number >= 100_001
    assert patient.schedule.kind == "patient"
    episode = EpisodeOfCare.objects.get(patient=patient)
    assert (episode.phase, episode.status) == (Phase.INTAKE, "planned")
    assert [c.is_given for c in ContactConsent.objects.all()] == [True]
    assert patient.related_people.get().name == "Otto Sampel"
    events = AuditEvent.objects.values_list("object_type", "action")
    assert sorted(events) == [("EpisodeOfCare", "create"), ("Patient", "create")]


@pytest.mark.django_db
def test_numbers_follow_each_other_and_are_never_given_twice(now):
    first, second = services.next_numbers(2)

    assert second == first + 1
    assert services.next_numbers(1) == [second + 1]


@pytest.mark.django_db
def test_the_same_person_is_not_registered_again_without_an_answer(now):
    desk = UserFactory.create(front_desk=True)
    here = PatientFactory.create(
        given_name="Clementine", family_name="Sample", birth_date=date(1973, 11, 9)
    )

    with pytest.raises(PerhapsAlreadyHere) as refused:
        services.register_patient(facts=TINA, by=desk, now=now)

    assert [match.patient_id for match in refused.value.matches] == [here.pk]
    assert Patient.objects.count() == 1


@pytest.mark.django_db
def test_a_different_person_is_registered_with_the_reason_kept(now):
    desk = UserFactory.create(front_desk=True)
    here = PatientFactory.create(
        given_name="Clementine", family_name="Sample", birth_date=date(1973, 11, 9)
    )

    patient = services.register_patient(
        facts=TINA,
        by=desk,
        now=now,
        also=Registration(not_these=frozenset({here.pk}), different_because="Twin"),
    )

    kept = PatientDistinction.objects.get()
    assert (kept.patient_id, kept.other_id, kept.reason) == (
        patient.pk,
        here.pk,
        "Twin",
    )


@pytest.mark.django_db
def test_registering_tells_others_after_commit(now, django_capture_on_commit_callbacks):
    SiteFactory.create()
    heard = []

    def listen(**facts):
        heard.append(facts)

    signals.patient_registered.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            patient = services.register_patient(
                facts=TINA, by=None, now=now, also=Registration(send_packet=True)
            )
    finally:
        signals.patient_registered.disconnect(listen)

    assert [(fact["patient_id"], fact["send_packet"]) for fact in heard] == [
        (patient.pk, True)
    ]


@pytest.mark.django_db
def test_an_admin_registers_nobody(now):
    with pytest.raises(NotAllowed):
        services.register_patient(
            facts=TINA, by=UserFactory.create(admin=True), now=now
        )


@pytest.mark.django_db
def test_without_a_site_it_says_who_can_help(now):
    with pytest.raises(DomainError, match="no site yet"):
        services.register_patient(facts=TINA, by=UserFactory.create(), now=now)


@pytest.mark.django_db(transaction=True)
def test_two_desks_that_register_the_same_person_at_once_see_each_other(now):
    SiteFactory.create()
    desks = [UserFactory.create(), UserFactory.create()]
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def register(desk):
        start.wait()
        try:
            services.register_patient(facts=TINA, by=desk, now=now)
            outcomes.append("registered")
        except PerhapsAlreadyHere:
            outcomes.append("asked")
        finally:
            connection.close()

    threads = [threading.Thread(target=register, args=[desk]) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["asked", "registered"]
    assert Patient.objects.count() == 1


@pytest.mark.django_db
def test_a_change_raises_the_version_and_finds_the_new_name(now):
    desk = UserFactory.create()
    patient = PatientFactory.create()

    changed = services.change_demographics(
        patient_id=patient.pk, version=1, facts=TINA, by=desk
    )

    assert (changed.version, changed.search_text.split()[0]) == (2, "sampel")


@pytest.mark.django_db
def test_a_change_over_somebody_elses_is_refused(now):
    desk = UserFactory.create()
    patient = PatientFactory.create(version=2)

    with pytest.raises(ChangedMeanwhile):
        services.change_demographics(
            patient_id=patient.pk, version=1, facts=TINA, by=desk
        )
