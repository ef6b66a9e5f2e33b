from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from integration import services
from integration.models import IntegrationNote
from kap.accounts.tests.factories import PASSWORD, UserFactory
from kap.documents.models import RenderJob
from sessions.tests.factories import NOW

FULL = {
    "modality": "video",
    "minutes": "50",
    "brought": "Slept well.",
    "risk": "None.",
    "plan": "Next dose Friday.",
}


@pytest.fixture
def note(visit, therapist) -> IntegrationNote:
    return services.start_note(encounter_id=visit.pk, by=therapist, now=NOW)


@pytest.fixture
def as_therapist(client, therapist):
    client.force_login(therapist)
    return client


def test_note_page_starts_saves_signs_and_adds(as_therapist, visit):
    begun = as_therapist.post(reverse("integration:start", args=[visit.pk]))
    page = begun["Location"]
    saved = as_therapist.post(page, {**FULL, "version": 1, "sign": "1"})
    signing = saved["Location"]
    signed = as_therapist.post(signing, {"password": PASSWORD})
    added = as_therapist.post(page + "add/", {"text": "One more thing."})
    shown = as_therapist.get(page).content.decode()

    assert (saved.status_code, signed.status_code, added.status_code) == (302, 302, 302)
    assert "One more thing." in shown
    assert "Signed by" in shown


def test_note_page_keeps_what_was_typed_when_saved_elsewhere(
    as_therapist, note, therapist
):
    services.save_note(
        note_id=note.pk, version=1, facts={"brought": "Theirs"}, by=therapist, now=NOW
    )

    answer = as_therapist.post(
        reverse("integration:note", args=[note.pk]),
        {**FULL, "brought": "Mine", "version": 1},
    )

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Mine" in shown
    assert "Theirs" in shown


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        pytest.param("minutes", "700", "240", id="too-long"),
        pytest.param("minutes", "an hour", "", id="words"),
        pytest.param("brought", "x" * 10_000, "4", id="ten-thousand-characters"),
        pytest.param("commitment_due_on", "31 June", "", id="no-such-day"),
        pytest.param(
            "commitment_due_on", "2199-01-01", "within the next year", id="far-off"
        ),
    ],
)
def test_note_page_refuses_nonsense_beside_the_field(
    as_therapist, note, field, typed, sentence
):
    answer = as_therapist.post(
        reverse("integration:note", args=[note.pk]),
        {**FULL, field: typed, "version": 1},
    )

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert typed in shown
    assert sentence in shown


def test_sign_page_with_a_wrong_password_says_so(as_therapist, note, therapist):
    services.save_note(
        note_id=note.pk,
        version=1,
        facts={"brought": "b", "risk": "r", "plan": "p"},
        by=therapist,
        now=NOW,
    )

    answer = as_therapist.post(
        reverse("integration:sign", args=[note.pk]), {"password": "wrong"}
    )

    assert answer.status_code == 422


def test_draft_of_somebody_else_is_not_found(client, note):
    client.force_login(UserFactory.create(prescriber=True))

    assert client.get(reverse("integration:note", args=[note.pk])).status_code == 404


@pytest.mark.parametrize("role", ["front_desk", "compliance", "admin"])
def test_notes_are_for_clinicians(client, note, role):
    client.force_login(UserFactory.create(**{role: True}))

    answer = client.get(reverse("integration:note", args=[note.pk]))

    assert answer.status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_notes_of_a_patient_cost_the_same_however_many(
    as_therapist, note, therapist, count, django_assert_num_queries
):
    url = reverse("integration:of_patient", args=[note.patient_id])
    as_therapist.get(url)
    for _ in range(count - 1):
        _another_note(note, therapist)

    with django_assert_num_queries(QUERIES):
        answer = as_therapist.get(url)

    assert answer.content.count(b"data-item") == count


QUERIES = 10


def _another_note(note: IntegrationNote, therapist) -> None:
    from sessions.models import Appointment, Encounter

    appointment = Appointment.objects.get(pk=note.encounter.appointment_id)
    appointment.pk = uuid.uuid4()
    appointment._state.adding = True
    appointment.save()
    encounter = Encounter.objects.get(pk=note.encounter_id)
    encounter.pk, encounter.appointment = uuid.uuid4(), appointment
    encounter._state.adding = True
    encounter.save()
    services.start_note(encounter_id=encounter.pk, by=therapist, now=NOW)


def test_notes_of_a_patient_without_any_say_so(as_therapist, visit):
    answer = as_therapist.get(
        reverse("integration:of_patient", args=[visit.patient_id])
    )

    assert "No notes yet" in answer.content.decode()


def test_summary_without_a_dose_says_there_is_nothing(as_therapist, visit):
    url = reverse("integration:summary", args=[visit.appointment.episode_id])

    assert "Nothing to sum up yet" in as_therapist.get(url).content.decode()
    assert as_therapist.post(url).status_code == 422
    assert not RenderJob.objects.exists()
