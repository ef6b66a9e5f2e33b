from __future__ import annotations

import re

import pytest

from kap.patients.enums import Phase
from kap.patients.queries import contact_consents
from kap.worklist.models import WorkItem
from screening.enums import PacketSection, PacketStatus
from screening.models import (
    AllergyIntolerance,
    HistoryAnswer,
    MedicationStatement,
    QuestionnaireResponse,
)
from screening.queries.answers import newest_answers
from screening.questions import QUESTIONS, Kind
from screening.tests.factories import PacketFactory

PART = {section: number for number, section in enumerate(PacketSection, start=1)}
pytestmark = pytest.mark.django_db


@pytest.fixture
def packet(db):
    return PacketFactory.create()


@pytest.fixture
def client(behind_link, packet):
    return behind_link("packet", packet)


def url(section, number=None):
    tail = f"{number}/" if number else ""
    return f"/p/forms/{PART[section]}/{tail}"


def hidden(response):
    """What a browser would send back of a page's hidden fields."""
    found = re.findall(
        rb'<input type="hidden" name="(version|record_version|_once)"[^>]*value="([^"]*)"',
        response.content,
    )
    return {name.decode(): value.decode() for name, value in found}


def answer_to(question):
    if question.kind is Kind.YES_NO:
        return {question.field: "no"}
    if question.kind is Kind.MANY:
        return {question.field: ["none"]}
    if question.kind is Kind.DATE_OR_NEVER:
        return {question.field: "never"}
    if question.kind is Kind.CHOICE:
        return {question.field: question.choices[0].value}
    return {question.field: ""}


def walk_part(client, section, **changes):
    """Answer every question that is asked, as the redirects lead."""
    page = client.get(url(section), follow=True)
    asked: list[str] = []
    for _ in range(40):
        path = page.request["PATH_INFO"]
        if path == "/p/forms/" or path == "/p/forms/done/":
            return asked
        question = page.context["question"]
        asked.append(question.field)
        said = changes.get(question.field) or answer_to(question)
        page = client.post(path, {**hidden(page), **said}, follow=True)
        assert page.status_code == 200, page.content.decode()
    raise AssertionError("the part has no end")


def walk_measure(client, section, value="0"):
    page = client.get(url(section), follow=True)
    for _ in range(20):
        path = page.request["PATH_INFO"]
        if path in ("/p/forms/", "/p/forms/done/"):
            return
        page = client.post(path, {**hidden(page), "answer": value}, follow=True)
        if page.request["PATH_INFO"].endswith("/help/"):
            page = client.post(page.request["PATH_INFO"], hidden(page), follow=True)
    raise AssertionError("the form has no end")


def walk_identity(client, **changes):
    page = client.get(url(PacketSection.IDENTITY))
    form = page.context["form"]
    typed = {name: form[name].value() for name in form.fields} | changes
    return client.post(
        url(PacketSection.IDENTITY), {**hidden(page), **typed}, follow=True
    )


def walk_medicines(client):
    first = url(PacketSection.MEDICATIONS, 1)
    page = client.get(first)
    page = client.post(
        first,
        {**hidden(page), "name": "Sertraline", "dose": "100 mg daily", "do": "add"},
        follow=True,
    )
    page = client.post(first, {**hidden(page), "name": "", "do": "all"}, follow=True)
    page = client.post(
        url(PacketSection.MEDICATIONS, 2),
        {**hidden(page), "name": "", "do": "none-known"},
        follow=True,
    )
    assert page.status_code == 200


def walk_contact(client, **boxes):
    page = client.get(url(PacketSection.CONTACT))
    return client.post(
        url(PacketSection.CONTACT), {**hidden(page), **boxes}, follow=True
    )


def walk_all(client):
    walk_identity(client)
    walk_contact(client, email_care="on")
    for section in (PacketSection.HEALTH, PacketSection.MIND, PacketSection.SUBSTANCES):
        walk_part(client, section)
    walk_medicines(client)
    walk_measure(client, PacketSection.PHQ9)
    walk_measure(client, PacketSection.GAD7)


def test_the_whole_packet_from_the_first_page_to_the_review(
    client, packet, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        assert b"8 parts" in client.get("/p/forms/").content
        walk_all(client)
    packet.refresh_from_db()
    assert packet.status == PacketStatus.COMPLETED
    assert packet.drafts == {}
    assert b"That is all" in client.get("/p/forms/", follow=True).content
    episode = packet.episode
    episode.refresh_from_db()
    assert episode.phase == Phase.SCREENING
    evaluations = list(episode.evaluations.all())
    assert [row.cause for row in evaluations] == ["packet"]
    assert evaluations[0].inputs["phq9_baseline"] == 0
    assert evaluations[0].inputs["psychosis_history"] is False
    kinds = set(WorkItem.objects.values_list("kind", flat=True))
    assert kinds == {"screening-review"}
    assert contact_consents(packet.patient_id)[("email", "care")].is_given
    assert not contact_consents(packet.patient_id)[("sms", "care")].is_given
    assert MedicationStatement.objects.get().text == "Sertraline"
    assert AllergyIntolerance.objects.get().text == "No known allergies"


def test_every_question_of_the_dictionary_is_reached_by_some_answer(client):
    said = {
        "htn_dx": {"htn_dx": "yes"},
        "can_be_pregnant": {"can_be_pregnant": "yes"},
    }
    asked: list[str] = []
    for section in (PacketSection.HEALTH, PacketSection.MIND, PacketSection.SUBSTANCES):
        asked += walk_part(client, section, **said)
    assert set(asked) == {question.field for question in QUESTIONS}


def test_not_sure_reaches_the_reviewer_as_an_open_question_and_never_as_no(
    client, packet
):
    walk_part(
        client, PacketSection.MIND, psychosis_history={"psychosis_history": "not-sure"}
    )
    answers = newest_answers(packet.episode_id)
    assert answers["psychosis_history"].value is None
    assert answers["psychosis_dx"].value is False


def test_a_follow_up_is_asked_and_not_kept_when_the_answer_changes_back(client, packet):
    page = client.get(url(PacketSection.HEALTH, 1))
    page = client.post(
        url(PacketSection.HEALTH, 1), {**hidden(page), "htn_dx": "yes"}, follow=True
    )
    assert page.context["question"].field == "htn_steady_4_weeks"
    client.post(
        page.request["PATH_INFO"],
        {**hidden(page), "htn_steady_4_weeks": "yes"},
        follow=True,
    )
    page = client.get(url(PacketSection.HEALTH, 1))
    assert page.context["field"].value() == "yes"
    page = client.post(
        url(PacketSection.HEALTH, 1), {**hidden(page), "htn_dx": "no"}, follow=True
    )
    assert page.context["question"].field == "cvd"
    packet.refresh_from_db()
    assert packet.drafts["health"]["htn_steady_4_weeks"] is True
    walk_part(client, PacketSection.HEALTH)
    assert not HistoryAnswer.objects.filter(field="htn_steady_4_weeks").exists()


def test_a_second_device_reads_a_sentence_and_both_answers_are_kept(client, packet):
    page = client.get(url(PacketSection.HEALTH, 1))
    old = hidden(page)
    other = client.get(url(PacketSection.MIND, 1))
    client.post(url(PacketSection.MIND, 1), {**hidden(other), "psychosis_dx": "no"})
    late = client.post(url(PacketSection.HEALTH, 1), {**old, "htn_dx": "no"})
    assert late.status_code == 409
    assert "changed on another device" in late.content.decode()
    again = client.post(url(PacketSection.HEALTH, 1), {**hidden(late), "htn_dx": "no"})
    assert again.status_code == 302
    packet.refresh_from_db()
    assert packet.drafts["mind"] == {"psychosis_dx": False}
    assert packet.drafts["health"] == {"htn_dx": False}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Choose an answer"),
        ({"mi_date": "on"}, "Give the date"),
        ({"mi_date": "on", "mi_date_on": "2999-01-01"}, "lies in the future"),
        ({"mi_date": "on", "mi_date_on": "1399-01-01"}, "before 1900"),
        ({"mi_date": "on", "mi_date_on": "soon"}, "This is no date"),
        ({"mi_date": "perhaps"}, "Choose one of the list"),
    ],
)
def test_a_refused_date_says_what_to_do(client, said, sentence):
    client.post(url(PacketSection.HEALTH, 1), {"htn_dx": "no"})
    client.post(url(PacketSection.HEALTH, 3), {"cvd": ["none"]})
    response = client.post(url(PacketSection.HEALTH, 4), said)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_a_typed_date_alone_says_that_it_happened(client, packet):
    client.post(url(PacketSection.HEALTH, 4), {"mi_date_on": "2024-05-01"})
    packet.refresh_from_db()
    assert packet.drafts["health"]["mi_date"] == "2024-05-01"


def test_none_of_these_goes_alone(client):
    response = client.post(url(PacketSection.HEALTH, 3), {"cvd": ["none", "pacemaker"]})
    assert response.status_code == 422
    assert "go alone" in response.content.decode()


def test_ten_thousand_characters_are_refused_with_a_sentence_and_stay(client):
    text = "a" * 10_000
    response = client.post(url(PacketSection.MIND, 4), {"treatments_tried": text})
    assert response.status_code == 422
    assert "Shorten it to 2000" in response.content.decode()
    assert text in response.content.decode()


def test_the_patient_corrects_phone_and_address(client, packet):
    response = walk_identity(client, phone="555 010 9999", address="1 New Street")
    assert response.status_code == 200
    packet.patient.refresh_from_db()
    assert packet.patient.phone == "555 010 9999"
    assert packet.patient.address == "1 New Street"


def test_details_changed_meanwhile_are_said_and_the_typed_text_stays(client, packet):
    packet.patient.version += 1
    packet.patient.save()
    page = client.get(url(PacketSection.IDENTITY))
    old = hidden(page) | {"record_version": "1"}
    typed = {"phone": "555 010 9999", "email": "", "address": "", "pronouns": ""}
    response = client.post(url(PacketSection.IDENTITY), {**old, **typed})
    assert response.status_code == 409
    assert "555 010 9999" in response.content.decode()
    again = client.post(url(PacketSection.IDENTITY), {**hidden(response), **typed})
    assert again.status_code == 302


def test_texting_without_a_number_is_refused_at_the_box(client, packet):
    packet.patient.phone = ""
    packet.patient.save()
    response = walk_contact(client, sms_care="on")
    assert response.status_code == 422
    assert "need a phone number" in response.content.decode()


def test_i_take_nothing_is_an_answer_of_its_own(client, packet):
    page = client.get(url(PacketSection.MEDICATIONS, 1))
    page = client.post(
        url(PacketSection.MEDICATIONS, 1),
        {**hidden(page), "do": "nothing"},
        follow=True,
    )
    client.post(url(PacketSection.MEDICATIONS, 2), {**hidden(page), "do": "not-sure"})
    answers = newest_answers(packet.episode_id)
    assert answers["takes_medicines"].value is False
    assert answers["allergies"].value is None
    assert not AllergyIntolerance.objects.exists()


def test_nothing_and_a_list_contradict_each_other(client):
    first = url(PacketSection.MEDICATIONS, 1)
    client.post(first, {"name": "Lisinopril", "dose": "", "do": "add"})
    response = client.post(first, {"name": "", "do": "nothing"})
    assert response.status_code == 422
    assert "Take it off first" in response.content.decode()
    assert client.post(first, {"do": "remove-0"}).status_code == 302
    response = client.post(first, {"name": "", "do": "all"})
    assert "The list is empty" in response.content.decode()


def test_a_name_still_in_the_field_is_added_when_the_list_is_ended(client, packet):
    first = url(PacketSection.MEDICATIONS, 1)
    client.post(first, {"name": "Lisinopril", "dose": "10 mg", "do": "all"})
    packet.refresh_from_db()
    assert packet.drafts["medications"]["medicines"] == [["Lisinopril", "10 mg"]]


def test_a_part_that_is_a_sent_in_form_is_not_filled_in_twice(client):
    walk_measure(client, PacketSection.GAD7)
    response = client.get(url(PacketSection.GAD7))
    assert "is done" in response.content.decode()
    assert QuestionnaireResponse.objects.filter(instrument="gad-7").count() == 1


def test_a_doubled_press_keeps_one_answer(client):
    page = client.get(url(PacketSection.MIND, 1))
    data = {**hidden(page), "psychosis_dx": "no"}
    first = client.post(url(PacketSection.MIND, 1), data)
    second = client.post(url(PacketSection.MIND, 1), data)
    assert first.status_code == second.status_code == 302
    assert first.url == second.url


@pytest.mark.parametrize("path", ["/p/forms/99/", "/p/forms/3/99/", "/p/forms/3/0/"])
def test_an_address_that_leads_nowhere_leads_back(client, path):
    assert client.get(path).status_code == 302


def test_stopping_says_what_is_kept_and_how_to_come_back(client):
    walk_contact(client)
    text = client.get("/p/forms/later/").content.decode()
    assert "1 of 8 parts done" in text
    assert "The same link" in text
