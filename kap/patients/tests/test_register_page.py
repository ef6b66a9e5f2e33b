from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from kap.accounts.enums import Role
from kap.clinic.tests.factories import SiteFactory
from kap.patients import signals
from kap.patients.models import ContactConsent, Patient, PatientDistinction
from kap.patients.tests.factories import PatientFactory, the_site

PERSON = {
    "given_name": "Clementina",
    "family_name": "Sampel",
    "birth_date": "1973-11-09",
    "sex": "female",
    "language": "en",
    "phone": "555 0163",
    "email": "tina@sampel.example",
    "packet": "none",
}


@pytest.fixture
def desk(as_role):
    the_site()
    return as_role(Role.FRONT_DESK)


def send(client, **changes):
    return client.post(reverse("patients:register"), {**PERSON, **changes})


def test_registering_leads_to_the_chart(desk):
    response = send(desk)

    patient = Patient.objects.get()
    assert response["Location"] == reverse("patients:chart", args=[patient.pk])
    assert (patient.given_name, patient.birth_date) == ("Clementina", date(1973, 11, 9))
    assert ContactConsent.objects.count() == 0
    page = desk.get(response["Location"]).content.decode()
    assert "Clementina Sampel" in page


def test_only_what_was_ticked_may_be_sent(desk):
    send(desk, may_sms_care="on", may_email_measures="on")

    said = ContactConsent.objects.values_list(
        "channel", "purpose", "is_given", "heard_by"
    )
    assert sorted(said) == [
        ("email", "measures", True, desk.user.pk),
        ("sms", "care", True, desk.user.pk),
    ]


def test_the_packet_is_asked_for_by_a_signal(desk, django_capture_on_commit_callbacks):
    heard = []

    def listen(**facts):
        heard.append(facts["send_packet"])

    signals.patient_registered.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            send(desk, packet="all")
    finally:
        signals.patient_registered.disconnect(listen)

    assert heard == [True]


WRONG = [
    ("given_name", "", "Enter the first name."),
    ("family_name", "   ", "Enter the last name."),
    ("family_name", "1234", "A name has letters."),
    ("family_name", "x" * 10_000, "This is 10000 characters long."),
    ("birth_date", "", "Enter the birth date."),
    ("birth_date", "2999-01-01", "A birth date cannot lie in the future."),
    ("birth_date", "1899-12-31", "A birth date before 1900 is not possible."),
    ("birth_date", "9 Nov", "This is no date."),
    ("phone", "call me", "Write the number with digits"),
    ("email", "tina@", "Write it like name@example.com."),
    ("email", "a@b.example\r\nBcc: x@y.example", "Write it like name@example.com."),
    ("sex", "x", "Choose one of the list."),
    ("given_name", "a\x00b", "cannot be kept"),
]


@pytest.mark.parametrize(("field", "typed", "sentence"), WRONG)
def test_what_is_wrong_is_said_in_a_sentence_and_nothing_is_lost(
    field, typed, sentence, desk
):
    response = send(desk, referred_by="Dr Nonesuch", **{field: typed})

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "Dr Nonesuch" in page
    assert Patient.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phone": "", "may_sms_care": "on"}, "or untick text messages"),
        ({"email": "", "may_email_care": "on"}, "or untick e-mail"),
        ({"emergency_name": "Otto"}, "Enter a number to call"),
        ({"escort_phone": "555 0164"}, "Enter whose number this is"),
    ],
)
def test_facts_that_only_make_sense_together_are_asked_for(changes, sentence, desk):
    response = send(desk, **changes)

    assert (response.status_code, sentence in response.content.decode()) == (422, True)


def test_nothing_filled_in_names_each_thing_that_is_needed(desk):
    page = desk.post(reverse("patients:register"), {}).content.decode()

    for sentence in (
        "Enter the first name.",
        "Enter the last name.",
        "Enter the birth date.",
    ):
        assert sentence in page


def test_a_doubled_press_registers_once(desk):
    key = str(uuid4())

    answers = [send(desk, _once=key) for _ in range(2)]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert Patient.objects.count() == 1


def likely():
    return PatientFactory.create(
        given_name="Clementine",
        family_name="Sample",
        birth_date=date(1973, 11, 9),
        phone="555 0163",
    )


def test_a_likely_match_stops_registering_and_is_shown_field_by_field(desk):
    here = likely()

    response = send(desk)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Answer first whether this person is already here." in page
    assert reverse("patients:chart", args=[here.pk]) in page
    assert "Very likely" in page
    assert "sounds alike" in page
    assert Patient.objects.count() == 1


def test_matches_are_looked_for_while_typing(desk):
    likely()

    part = desk.post(
        reverse("patients:matches"),
        {"given_name": "Clementina", "family_name": "Samp", "birth_date": "1973-11-09"},
    ).content.decode()

    assert "Clementine Sample" in part
    assert 'id="register-bar"' in part


@pytest.mark.parametrize("odd", ["'", "\x00", ":*&|", "x" * 10_000, "\u0300" * 50])
def test_odd_input_while_typing_shows_nobody(odd, desk):
    response = desk.post(
        reverse("patients:matches"),
        {"given_name": odd, "family_name": odd, "phone": odd},
    )

    assert response.status_code == 200
    assert "Nobody like this" in response.content.decode()


def test_a_different_person_needs_a_reason(desk):
    here = likely()

    response = send(desk, different="1", not_these=str(here.pk))

    assert response.status_code == 422
    assert "Say why this is a different person." in response.content.decode()


@pytest.mark.parametrize(
    ("chosen", "text", "kept"),
    [
        ("Twin or sibling", "", "Twin or sibling"),
        ("other", "Aunt and niece", "Aunt and niece"),
    ],
)
def test_a_different_person_is_registered_with_a_reason(chosen, text, kept, desk):
    here = likely()

    response = send(
        desk,
        different="1",
        not_these=str(here.pk),
        different_because=chosen,
        different_text=text,
    )

    assert response.status_code == 302
    said = PatientDistinction.objects.get()
    assert (said.other_id, said.reason) == (here.pk, kept)
    page = desk.get(reverse("patients:chart", args=[here.pk])).content.decode()
    assert "Like another record" in page


def test_a_match_that_was_not_on_the_screen_is_not_answered(desk):
    likely()

    response = send(
        desk, different="1", not_these="nonsense", different_because="Twin or sibling"
    )

    assert response.status_code == 422


def test_with_two_sites_one_is_chosen(desk):
    other = SiteFactory.create(name="Second")

    assert send(desk).status_code == 422
    assert send(desk, site=str(other.pk)).status_code == 302
    assert Patient.objects.get().site == other


def test_extra_fields_change_nothing(desk):
    send(
        desk,
        number="7",
        version="9",
        id=str(uuid4()),
        search_text="x",
        registered_by="1",
    )

    patient = Patient.objects.get()
    assert (patient.version, patient.registered_by) == (1, desk.user)
    assert patient.number >= 100_001
