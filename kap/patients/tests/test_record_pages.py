from __future__ import annotations

import pytest
from django.urls import reverse

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.patients.enums import Phase
from kap.patients.models import ContactConsent, EpisodeOfCare
from kap.patients.tests.factories import (
    ContactConsentFactory,
    EpisodeFactory,
    PatientFactory,
    RelatedPersonFactory,
)

DETAILS = {
    "given_name": "Juniper",
    "family_name": "Testwell",
    "birth_date": "1985-03-04",
    "sex": "female",
    "language": "en",
    "phone": "555 0142",
    "discreet_sender": "on",
}


def post(client, name, patient, data=None, *args):
    return client.post(
        reverse(f"patients:{name}", args=[patient.pk, *args]), data or {}
    )


def test_details_are_changed(as_role):
    patient = PatientFactory.create()

    response = post(
        as_role(Role.FRONT_DESK), "details", patient, {**DETAILS, "version": "1"}
    )

    patient.refresh_from_db()
    assert response.status_code == 302
    assert (patient.phone, patient.version, patient.email) == ("555 0142", 2, "")


def test_somebody_elses_change_meanwhile_is_shown_beside_mine(as_role):
    patient = PatientFactory.create(given_name="Juniper", family_name="Testwell")
    first, second = as_role(Role.FRONT_DESK), as_role(Role.NURSE)
    post(first, "details", patient, {**DETAILS, "phone": "555 1111", "version": "1"})

    conflict = post(
        second, "details", patient, {**DETAILS, "phone": "555 2222", "version": "1"}
    )
    page = conflict.content.decode()
    again = post(
        second, "details", patient, {**DETAILS, "phone": "555 2222", "version": "2"}
    )

    assert conflict.status_code == 409
    assert ("555 1111" in page, "555 2222" in page) == (True, True)
    assert first.user.name in page
    assert 'name="version" value="2"' in page
    assert again.status_code == 302
    patient.refresh_from_db()
    assert patient.phone == "555 2222"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_an_odd_version_saves_nothing(version, as_role):
    patient = PatientFactory.create()

    response = post(
        as_role(Role.NURSE), "details", patient, {**DETAILS, "version": version}
    )

    patient.refresh_from_db()
    assert (response.status_code, patient.version) == (422, 1)


def test_a_person_is_added_and_ended(as_role):
    client, patient = as_role(Role.FRONT_DESK), PatientFactory.create()

    post(
        client,
        "add_person",
        patient,
        {"kind": "escort", "name": "Pepper", "phone": "555 0199", "is_adult": "on"},
    )
    person = patient.related_people.get()
    post(client, "end_person", patient, {}, person.pk)

    person.refresh_from_db()
    assert (person.name, person.is_adult) == ("Pepper", True)
    assert person.ended_at is not None


def test_a_person_without_a_number_is_asked_for_it(as_role):
    response = post(
        as_role(Role.NURSE),
        "add_person",
        PatientFactory.create(),
        {"kind": "escort", "name": "Pepper"},
    )

    assert response.status_code == 422
    assert "Enter a number to call." in response.content.decode()
    assert "Pepper" in response.content.decode()


def test_a_person_is_ended_only_under_their_own_patient(as_role):
    person = RelatedPersonFactory.create()

    response = post(
        as_role(Role.NURSE), "end_person", PatientFactory.create(), {}, person.pk
    )

    assert response.status_code == 404


def test_consent_writes_down_only_what_changed(as_role):
    client, patient = as_role(Role.FRONT_DESK), PatientFactory.create()
    ContactConsentFactory.create(patient=patient, channel="email", purpose="care")
    ContactConsentFactory.create(patient=patient, channel="sms", purpose="care")

    post(client, "consent", patient, {"may_sms_care": "on", "may_phone_care": "on"})

    new = ContactConsent.objects.filter(heard_by=client.user)
    assert sorted(new.values_list("channel", "is_given")) == [
        ("email", False),
        ("phone", True),
    ]


def test_a_phase_is_moved_by_a_clinician(as_role):
    episode = EpisodeFactory.create(phase=Phase.INTAKE)

    response = post(
        as_role(Role.THERAPIST), "phase", episode.patient, {"to": "screening"}
    )

    episode.refresh_from_db()
    assert (response.status_code, episode.phase) == (302, Phase.SCREENING)


def test_only_what_may_follow_is_offered(as_role):
    episode = EpisodeFactory.create(phase=Phase.INTAKE)

    response = post(as_role(Role.THERAPIST), "phase", episode.patient, {"to": "dosing"})

    episode.refresh_from_db()
    assert (response.status_code, episode.phase) == (422, Phase.INTAKE)


def test_closing_without_a_reason_says_so_and_keeps_the_choice(as_role):
    episode = EpisodeFactory.create(phase=Phase.INTAKE)

    response = post(as_role(Role.THERAPIST), "phase", episode.patient, {"to": "closed"})

    assert response.status_code == 422
    assert (
        "Write why the episode goes from Intake to Closed." in response.content.decode()
    )


def test_the_team_is_named(as_role):
    episode = EpisodeFactory.create()
    therapist = UserFactory.create(therapist=True)
    prescriber = UserFactory.create(prescriber=True)

    post(
        as_role(Role.FRONT_DESK),
        "team",
        episode.patient,
        {"therapist": str(therapist.pk), "prescriber": str(prescriber.pk)},
    )

    episode.refresh_from_db()
    assert (episode.therapist, episode.prescriber) == (therapist, prescriber)


def test_a_nurse_is_no_prescriber(as_role):
    episode = EpisodeFactory.create()
    nurse = UserFactory.create(nurse=True)

    response = post(
        as_role(Role.FRONT_DESK), "team", episode.patient, {"prescriber": str(nurse.pk)}
    )

    assert response.status_code == 422


def test_a_new_course_begins_once(as_role):
    client = as_role(Role.FRONT_DESK)
    patient = EpisodeFactory.create(phase=Phase.CLOSED).patient

    for _ in range(2):
        post(client, "reopen", patient)

    assert EpisodeOfCare.objects.open().filter(patient=patient).count() == 1
