from __future__ import annotations

from datetime import timedelta

import pytest

from screening.enums import PacketSection
from screening.queries.answers import newest_answers
from screening.tests.factories import PacketFactory
from screening.tests.test_packet_walk import (
    at,
    client,
    confirm,
    hidden,
    packet,
    url,
    walk_part,
    walk_people,
)

__all__ = ["client", "packet"]

pytestmark = pytest.mark.django_db


def test_the_same_question_on_two_devices_keeps_both_and_says_so(client, packet):
    phone, laptop = client.get(at("htn_dx")), client.get(at("htn_dx"))
    client.post(at("htn_dx"), {**hidden(laptop), "htn_dx": "yes"})
    late = client.post(at("htn_dx"), {**hidden(phone), "htn_dx": "no"})
    text = late.content.decode()
    assert late.status_code == 409
    assert "This was answered on another device at" in text
    assert "There it says: Yes" in text
    assert late.context["form"]["htn_dx"].value() == "no"
    packet.refresh_from_db()
    assert packet.drafts["health"]["htn_dx"] is True
    assert (
        client.post(at("htn_dx"), {**hidden(late), "htn_dx": "no"}).status_code == 302
    )
    packet.refresh_from_db()
    assert packet.drafts["health"]["htn_dx"] is False


def test_different_questions_on_two_devices_are_both_kept_without_a_word(
    client, packet
):
    old = client.get(at("osa"))
    client.post(at("surgery_date"), {"surgery_date": "never"})
    assert client.post(at("osa"), {**hidden(old), "osa": "no"}).status_code == 302
    packet.refresh_from_db()
    assert packet.drafts["body"] == {"surgery_date": "never", "osa": False}


def test_a_part_that_is_changed_is_looked_through_again(client, packet, now, freeze):
    walk_part(client, PacketSection.NERVES)
    freeze(now + timedelta(minutes=1))
    page = client.get(f"{url(PacketSection.NERVES)}review/")
    assert "This is what you said" in page.content.decode()
    page = client.post(
        f"{at('icp_raised')}?edit=1", {"icp_raised": "not-sure"}, follow=True
    )
    assert page.request["PATH_INFO"].endswith("/review/")
    assert "I am not sure" in page.content.decode()
    packet.refresh_from_db()
    assert PacketSection.NERVES not in packet.done
    client.post(page.request["PATH_INFO"], hidden(page))
    packet.refresh_from_db()
    assert PacketSection.NERVES in packet.done
    assert newest_answers(packet.episode_id)["icp_raised"].value is None
    assert newest_answers(packet.episode_id)["seizure_control"].value == "none"


def test_a_part_with_an_open_question_is_not_done(client, packet):
    client.post(at("icp_raised"), {"icp_raised": "no"})
    page = client.post(f"{url(PacketSection.NERVES)}review/", follow=True)
    assert page.request["PATH_INFO"] == at("seizure_dx")
    packet.refresh_from_db()
    assert packet.done == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"printed_name": ""}, "Write your name"),
        ({"is_mine": ""}, "Tick this"),
    ],
)
def test_nothing_unsigned_is_sent_in(client, packet, typed, sentence):
    packet.done = packet.sections
    packet.save()
    response = confirm(client, **typed)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    packet.refresh_from_db()
    assert packet.signature is None
    assert packet.completed_at is None


def test_the_summary_waits_for_the_last_part(client):
    assert client.get("/p/forms/summary/").url == "/p/forms/"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"weight_said_kg": "154", "weight_said_kg_unit": "lb"}, "69.9"),
        ({"weight_said_kg": "70.5", "weight_said_kg_unit": "kg"}, "70.5"),
        ({"weight_said_kg_unsure": "on"}, None),
    ],
)
def test_weight_is_kept_in_kilograms(client, packet, said, kept):
    tall = {
        "height_said_cm": "5",
        "height_said_cm_in": "7",
        "height_said_cm_unit": "ft",
    }
    assert client.post(at("weight_said_kg"), {**tall, **said}).status_code == 302
    packet.refresh_from_db()
    assert packet.drafts["health"]["weight_said_kg"] == kept
    assert packet.drafts["health"]["height_said_cm"] == "170.2"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Write a number, or tick"),
        ({"weight_said_kg": "70"}, "Choose the unit"),
        ({"weight_said_kg": "900", "weight_said_kg_unit": "lb"}, "check the unit"),
        ({"weight_said_kg": "7", "weight_said_kg_unit": "kg"}, "check the unit"),
        ({"weight_said_kg": "70 kg", "weight_said_kg_unit": "kg"}, "Enter a number"),
        ({"weight_said_kg": "\U0001f600"}, "Enter a number"),
        (
            {"weight_said_kg": "70", "weight_said_kg_unsure": "on"},
            "Take the number away",
        ),
    ],
)
def test_a_weight_that_cannot_be_says_what_to_do(client, said, sentence):
    response = client.post(
        at("weight_said_kg"), {"height_said_cm_unsure": "on", **said}
    )
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_emoji_are_words_like_any_other(client, packet):
    client.post(at("main_reason"), {"main_reason": "Less \U0001f62d, more \U0001f31e"})
    packet.refresh_from_db()
    assert packet.drafts["story"]["main_reason"] == "Less \U0001f62d, more \U0001f31e"


def test_people_are_written_down_once(client, packet):
    walk_people(client)
    walk_people(client)
    (person,) = packet.patient.related_people.all()
    assert (person.kind, person.name) == ("emergency", "Rowan Reed")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"escort_none": "on"}, "Write a name, or tick"),
        ({"emergency_name": "Rowan", "escort_none": "on"}, "Write the number"),
        (
            {"emergency_name": "R", "emergency_none": "on", "escort_none": "on"},
            "Take the name away",
        ),
    ],
)
def test_nobody_to_call_is_said_and_not_left_blank(client, typed, sentence):
    response = walk_people(client, **typed)
    assert response.status_code == 422
    assert sentence in response.content.decode()


@pytest.mark.parametrize(
    ("path", "queries"),
    [("", 4), ("4/1/", 3), ("later/", 3)],
)
@pytest.mark.parametrize("parts", [4, 14])
def test_a_page_costs_the_same_for_any_number_of_parts(
    behind_link, django_assert_num_queries, path, queries, parts
):
    packet = PacketFactory.create(sections=list(PacketSection)[:parts])
    client = behind_link("packet", packet)
    client.get(f"/p/forms/{path}")
    with django_assert_num_queries(queries):
        assert client.get(f"/p/forms/{path}").status_code == 200
