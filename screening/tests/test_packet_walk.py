from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from kap.documents.services import digest
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
from screening.questions import HISTORY_SECTIONS, QUESTIONS, Kind, by_field, screens
from screening.services.packet_confirm import content_of
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


def at(field):
    """The address of the screen that asks for a field."""
    question = by_field(field)
    shown = screens(question.section)
    (number,) = [
        place for place, one in enumerate(shown, start=1) if field in one.fields
    ]
    return url(question.section, number)


CALM: dict[Kind, Callable[[Any], dict[str, Any]]] = {
    Kind.YES_NO: lambda _one: {"": "no"},
    Kind.WEIGHT: lambda _one: {"": "154", "_unit": "lb"},
    Kind.HEIGHT: lambda _one: {"": "5", "_in": "7", "_unit": "ft"},
    Kind.NUMBER: lambda _one: {"": "2"},
    Kind.MANY: lambda _one: {"": ["none"]},
    Kind.DATE_OR_NEVER: lambda _one: {"": "never"},
    Kind.CHOICE: lambda one: {"": one.choices[0].value},
    Kind.BAND: lambda one: {"": one.choices[0].value},
    Kind.TEXT: lambda _one: {"": ""},
}


def answer_to(question):
    calm = CALM[question.kind](question)
    return {f"{question.field}{ending}": value for ending, value in calm.items()}


def walk_part(client, section, **changes):
    """Answer every question that is asked, as the redirects lead, and confirm the part."""
    page = client.get(url(section), follow=True)
    asked: list[str] = []
    for _ in range(40):
        path = page.request["PATH_INFO"]
        if path in ("/p/forms/", "/p/forms/summary/"):
            return asked
        if path.endswith("/review/"):
            page = client.post(path, hidden(page), follow=True)
            continue
        said: dict[str, Any] = {}
        for question in page.context["form"].questions:
            asked.append(question.field)
            said |= changes.get(question.field) or answer_to(question)
        page = client.post(path, {**hidden(page), **said}, follow=True)
        assert page.status_code == 200, page.content.decode()
    raise AssertionError("the part has no end")


def walk_measure(client, section, value="0"):
    page = client.get(url(section), follow=True)
    for _ in range(20):
        path = page.request["PATH_INFO"]
        if path in ("/p/forms/", "/p/forms/summary/"):
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


def walk_people(client, **typed):
    page = client.get(url(PacketSection.PEOPLE))
    said = typed or {
        "emergency_name": "Rowan Reed",
        "emergency_phone": "555 0177",
        "escort_none": "on",
    }
    return client.post(url(PacketSection.PEOPLE), {**hidden(page), **said}, follow=True)


def confirm(client, **typed):
    page = client.get("/p/forms/summary/")
    said = {"printed_name": "Ada Reed", "is_mine": "on"} | typed
    return client.post("/p/forms/summary/", {**hidden(page), **said}, follow=True)


def walk_all(client):
    walk_identity(client)
    walk_people(client)
    walk_contact(client, email_care="on")
    for section in HISTORY_SECTIONS:
        walk_part(client, section)
    walk_medicines(client)
    walk_measure(client, PacketSection.PHQ9)
    walk_measure(client, PacketSection.GAD7)


def test_the_whole_packet_from_the_first_page_to_the_review(
    client, packet, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        assert b"14 parts" in client.get("/p/forms/").content
        walk_all(client)
        packet.refresh_from_db()
        assert packet.status == PacketStatus.IN_PROGRESS
        confirm(client)
    packet.refresh_from_db()
    assert packet.status == PacketStatus.COMPLETED
    assert packet.drafts == {}
    assert packet.signature.printed_name == "Ada Reed"
    assert packet.signature.content_sha256 == digest(content_of(packet))
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
        "home_route_requested": {"home_route_requested": "not-sure"},
        "kidney_dx": {"kidney_dx": ["ckd"]},
        "hyperthyroid": {"hyperthyroid": "treated"},
        "osa": {"osa": "yes"},
        "seizure_dx": {"seizure_dx": "yes"},
        "mania_note": {"mania_note": "yes"},
        "sud_history": {"sud_history": "yes"},
        "ketamine_reaction": {"ketamine_reaction": "none"},
    }
    asked: list[str] = []
    for section in HISTORY_SECTIONS:
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
    first = at("htn_dx")
    page = client.post(first, {"htn_dx": "yes"}, follow=True)
    assert page.request["PATH_INFO"] == at("htn_steady_4_weeks")
    client.post(at("htn_steady_4_weeks"), {"htn_steady_4_weeks": "yes"})
    page = client.get(first)
    assert page.context["form"]["htn_dx"].value() == "yes"
    page = client.post(first, {**hidden(page), "htn_dx": "no"}, follow=True)
    assert page.request["PATH_INFO"] == at("cvd")
    packet.refresh_from_db()
    assert packet.drafts["health"]["htn_steady_4_weeks"] is True
    walk_part(client, PacketSection.HEALTH)
    assert not HistoryAnswer.objects.filter(field="htn_steady_4_weeks").exists()
    packet.refresh_from_db()
    assert packet.drafts["health"]["htn_steady_4_weeks"] is True


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
    response = client.post(at("mi_date"), said)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_a_typed_date_alone_says_that_it_happened(client, packet):
    client.post(at("mi_date"), {"mi_date_on": "2024-05-01"})
    packet.refresh_from_db()
    assert packet.drafts["health"]["mi_date"] == "2024-05-01"


def test_none_of_these_goes_alone(client):
    response = client.post(at("cvd"), {"cvd": ["none", "pacemaker"]})
    assert response.status_code == 422
    assert "go alone" in response.content.decode()


def test_ten_thousand_characters_are_refused_with_a_sentence_and_stay(client):
    text = "a" * 10_000
    response = client.post(at("treatments_tried"), {"treatments_tried": text})
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
    page = client.get(at("psychosis_dx"))
    data = {**hidden(page), "psychosis_dx": "no"}
    first = client.post(at("psychosis_dx"), data)
    second = client.post(at("psychosis_dx"), data)
    assert first.status_code == second.status_code == 302
    assert first.url == second.url


@pytest.mark.parametrize(
    "path", ["/p/forms/99/", "/p/forms/5/99/", "/p/forms/5/0/", "/p/forms/1/review/"]
)
def test_an_address_that_leads_nowhere_leads_back(client, path):
    assert client.get(path).status_code == 302


def test_stopping_says_what_is_kept_and_how_to_come_back(client):
    walk_contact(client)
    text = client.get("/p/forms/later/").content.decode()
    assert "1 of 14 parts done" in text
    assert "The same link" in text
