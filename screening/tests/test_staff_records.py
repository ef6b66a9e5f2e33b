from __future__ import annotations

import pytest

from kap.accounts.tests.factories import PASSWORD
from kap.patients.enums import Phase
from kap.patients.tests.factories import EpisodeFactory
from kap.worklist.models import WorkItem
from screening import services
from screening.enums import ConsentStatus, ResponseMode
from screening.queries import item9_open
from screening.tests.consent_room import patient_signs, read_whole
from screening.tests.factories import (
    ConsentFactory,
    PreparationFactory,
    ResponseFactory,
    all_items,
)
from screening.tests.preparing import whole_record, whole_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def episode(db, now, freeze):
    freeze(now)
    return EpisodeFactory.create(phase=Phase.PREPARATION)


VISIT = whole_visit()


def test_two_people_writing_see_both_texts(as_role, episode):
    one, other = as_role("therapist"), as_role("prescriber")
    record = PreparationFactory.create(episode=episode, written_by=one.user)
    path = f"/screening/preparations/{record.pk}/"
    one.post(path, {**VISIT, "version": "1", "intention": "Theirs"})
    page = other.post(path, {**VISIT, "version": "1", "intention": "Mine"})
    assert page.status_code == 409
    text = page.content.decode()
    assert "Theirs" in text
    assert "Mine" in text
    assert page.context["form"]["version"].value() == "2"
    again = other.post(path, {**VISIT, "version": "2", "intention": "Mine"})
    assert again.status_code == 302
    record.refresh_from_db()
    assert record.intention == "Mine"


def test_without_a_password_or_the_version_nothing_is_signed(as_role, episode):
    client = as_role("therapist")
    record = PreparationFactory.create(
        episode=episode, written_by=client.user, **whole_record()
    )
    path = f"/screening/preparations/{record.pk}/sign/"
    assert client.post(path, {"password": "no", "version": "1"}).status_code == 422
    assert client.post(path, {"password": PASSWORD, "version": "9"}).status_code == 422
    assert client.post(path, {"password": PASSWORD, "version": "x"}).status_code == 422
    record.refresh_from_db()
    assert record.signed_at is None


def test_a_nurse_reads_and_does_not_write_preparation(as_role, episode):
    nurse = as_role("nurse")
    record = PreparationFactory.create(episode=episode, written_by=nurse.user)
    assert nurse.get(f"/screening/{episode.pk}/preparation/").status_code == 200
    assert nurse.get(f"/screening/preparations/{record.pk}/").status_code == 200
    assert nurse.get(f"/screening/{episode.pk}/preparation/new/").status_code == 403
    assert nurse.post(f"/screening/preparations/{record.pk}/sign/").status_code == 403


@pytest.fixture
def alert(episode, now):
    row = ResponseFactory.create(episode=episode)
    services.submit_response(
        response_id=row.pk,
        answers=all_items("phq-9", phq9_9=2),
        mode=ResponseMode.LINK,
        by=None,
        now=now,
    )
    return WorkItem.objects.get(kind="si-review")


def test_an_alert_shows_the_answer_and_closes_with_a_note(as_role, episode, alert):
    client = as_role("therapist")
    path = f"/screening/alerts/{alert.pk}/"
    text = client.get(path).content.decode()
    assert "More than half the days" in text
    assert "988" in text
    assert item9_open(episode.patient_id)
    client.post(f"{path}take/")
    assert client.post(path, {"note": ""}).status_code == 422
    sent = {"note": "Calm, has a plan for the evening.", "seen": [str(alert.pk)]}
    refused = client.post(path, sent)
    assert refused.status_code == 422
    assert "Not done yet: talk with the patient" in refused.content.decode()
    client.post(f"{path}step/", {"step": "talked"})
    client.post(f"{path}step/", {"step": "paper-none", "paper": "1"})
    assert client.post(path, sent).status_code == 302
    alert.refresh_from_db()
    assert alert.closing_note.startswith("Calm")
    assert not item9_open(episode.patient_id)
    assert "Calm" in client.get(path).content.decode()


@pytest.mark.parametrize("role", ["front-desk", "compliance", "admin"])
def test_an_alert_is_for_clinicians_only(as_role, alert, role):
    assert as_role(role).get(f"/screening/alerts/{alert.pk}/").status_code == 403


def test_the_front_desk_reads_neutral_words_of_an_alert(as_role, episode, alert):
    text = (
        as_role("front-desk").get(f"/patients/{episode.patient_id}/").content.decode()
    )
    assert "pass it to a clinician" in text
    assert "self-harm" not in text.lower()
    work = as_role("front-desk").get("/work/?whose=clinic").content.decode()
    assert "self-harm" not in work.lower()


def test_the_clinicians_banner_says_the_pathway_and_the_allergies(
    as_role, episode, alert
):
    client = as_role("nurse")
    text = client.get(f"/patients/{episode.patient_id}/").content.decode()
    assert "Safety alert open" in text
    assert "Allergies not asked" in text


def test_the_consent_page_for_each_role(as_role, episode):
    consent = ConsentFactory.create(episode=episode)
    for role, status in (("front-desk", 200), ("nurse", 200), ("compliance", 403)):
        path = f"/screening/consents/{consent.pk}/"
        assert as_role(role).get(path).status_code == status
    desk = as_role("front-desk")
    explained = desk.post(f"/screening/consents/{consent.pk}/explained/")
    assert explained.status_code == 403


TOLD = {"has_capacity": "on", "is_not_intoxicated": "on", "minutes": "20"}
UNDERSTOOD = {"t0": "on", "t1": "on", "t2": "on"}


def test_the_clinician_signs_only_after_the_patient(as_role, episode):
    consent = ConsentFactory.create(episode=episode)
    page = as_role("nurse").post(
        f"/screening/consents/{consent.pk}/explained/",
        {**TOLD, **UNDERSTOOD, "password": PASSWORD},
    )
    assert page.status_code == 422
    assert "The patient signs first" in page.content.decode()


def signed(episode, now):
    return ConsentFactory.create(
        episode=episode,
        status=ConsentStatus.ACTIVE,
        signed_at=now,
        frozen_html="<p>text</p>",
        content_sha256="a" * 64,
    )


def test_the_front_desk_writes_a_withdrawal_down(as_role, episode, now):
    consent = signed(episode, now)
    client = as_role("front-desk")
    path = f"/screening/consents/{consent.pk}/withdraw/"
    said = {"way": "phone", "reason": "Said so on the phone"}
    assert client.post(path, {**said, "reason": ""}).status_code == 422
    assert client.post(path, said).status_code == 302
    consent.refresh_from_db()
    assert consent.status == ConsentStatus.INACTIVE
    assert consent.ended_by == client.user
    again = client.post(path, {**said, "reason": "Once more"})
    assert again.status_code == 422
    assert "not in force" in again.content.decode()


def test_a_wrong_password_signs_nothing(as_role, episode, now):
    consent = ConsentFactory.create(episode=episode)
    read_whole(consent, now)
    patient_signs(consent, now)
    page = as_role("nurse").post(
        f"/screening/consents/{consent.pk}/explained/", {**TOLD, "password": "no"}
    )
    assert page.status_code == 422
    assert "not your password" in page.content.decode()


def test_measures_have_a_tab_for_clinicians_only(as_role, episode, alert):
    path = f"/screening/patients/{episode.patient_id}/measures/"
    client = as_role("nurse")
    text = client.get(path).content.decode()
    assert "PHQ-9" in text
    assert as_role("front-desk").get(path).status_code == 403
    row = episode.questionnaire_responses.get()
    one = client.get(f"/screening/measures/{row.pk}/")
    assert "More than half the days" in one.content.decode()
    assert (
        as_role("front-desk").get(f"/screening/measures/{row.pk}/").status_code == 403
    )


def test_a_patient_without_a_course_leads_back_to_the_chart(as_role, now, freeze):
    from kap.patients.tests.factories import PatientFactory

    freeze(now)
    patient = PatientFactory.create()
    page = as_role("nurse").get(f"/screening/patients/{patient.pk}/")
    assert page.url == f"/patients/{patient.pk}/"
    text = as_role("nurse").get(f"/screening/patients/{patient.pk}/measures/")
    assert "No measure yet" in text.content.decode()
