from __future__ import annotations

import pytest

from kap.patients.tests.factories import EpisodeFactory
from kap.worklist.models import WorkItem
from screening.enums import PacketSection, PacketStatus
from screening.models import HistoryAnswer, QuestionnaireResponse
from screening.questions import HISTORY_SECTIONS, of_section
from screening.tests.factories import PacketFactory, all_items
from screening.tests.test_packet_walk import CALM

pytestmark = pytest.mark.django_db


@pytest.fixture
def episode(db):
    return EpisodeFactory.create()


@pytest.fixture
def packet(episode):
    return PacketFactory.create(episode=episode)


def calm(section):
    """What a healthy person says to every question of a part."""
    said = {}
    for question in of_section(section):
        for ending, value in CALM[question.kind](question).items():
            said[f"{question.field}{ending}"] = value
    return said


def send(client, packet, section, **sent):
    number = packet.sections.index(section) + 1
    return client.post(f"/screening/{packet.episode_id}/phone/{number}/", sent)


def test_the_whole_packet_on_the_phone(as_role, packet):
    desk, nurse = as_role("front-desk"), as_role("nurse")
    start = f"/screening/{packet.episode_id}/phone/"
    assert "a clinician asks this" in desk.get(start).content.decode()
    me = {
        "phone": "555 010 1111",
        "email": "me@mail.example",
        "language": "en",
        "record_version": str(packet.patient.version),
    }
    assert send(desk, packet, PacketSection.IDENTITY, **me).status_code == 302
    people = {"emergency_none": "on", "escort_none": "on"}
    assert send(desk, packet, PacketSection.PEOPLE, **people).status_code == 302
    assert send(desk, packet, PacketSection.CONTACT, email_care="on").status_code == 302
    assert send(desk, packet, PacketSection.HEALTH, htn_dx="no").status_code == 403
    for section in HISTORY_SECTIONS:
        done = send(nurse, packet, section, **calm(section))
        assert done.status_code == 302, done.content.decode()
    part = PacketSection.MEDICATIONS
    assert send(nurse, packet, part, nothing="on").status_code == 422
    sent = {"medicines": "Sertraline, 100 mg", "allergies": "Latex, rash"}
    assert send(nurse, packet, part, **sent).status_code == 302
    how = {"answered_how": "phone"}
    for key in (PacketSection.PHQ9, PacketSection.GAD7):
        answers = {item: str(value) for item, value in all_items(key).items()}
        assert send(nurse, packet, key, **how, **answers).status_code == 302
    packet.refresh_from_db()
    assert set(packet.done) == set(packet.sections)
    assert nurse.post(f"{start}confirm/").status_code == 422
    assert nurse.post(f"{start}confirm/", {"is_read_back": "on"}).status_code == 302
    packet.refresh_from_db()
    assert packet.status == PacketStatus.COMPLETED
    assert packet.signature.user == nurse.user
    modes = set(HistoryAnswer.objects.values_list("mode", "recorded_by"))
    assert modes == {("phone", nurse.user.pk)}
    assert QuestionnaireResponse.objects.get(instrument="phq-9").mode == "phone"
    assert WorkItem.objects.filter(kind="screening-review").count() == 1


def test_what_was_not_asked_is_said_and_what_was_said_is_kept(as_role, packet):
    page = send(
        as_role("nurse"), packet, PacketSection.NERVES, seizure_dx="no", icp_raised="no"
    )
    assert page.status_code == 422
    assert page.content.decode().count("Ask this, too.") >= 3
    packet.refresh_from_db()
    assert packet.drafts["nerves"] == {"seizure_dx": False, "icp_raised": False}
    assert packet.done == []


def test_the_packet_is_not_sent_in_while_a_part_is_open(as_role, packet):
    page = as_role("nurse").post(
        f"/screening/{packet.episode_id}/phone/confirm/", {"is_read_back": "on"}
    )
    assert page.status_code == 422
    assert packet.signature is None
