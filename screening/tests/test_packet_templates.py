from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from kap.accounts.tests.factories import UserFactory
from kap.core.errors import DomainError
from kap.notifications.models import Communication
from kap.patients.services import open_episode
from kap.patients.tests.factories import (
    ContactConsentFactory,
    EpisodeFactory,
    PatientFactory,
)
from kap.worklist.models import WorkItem
from screening import services
from screening.defaults_packets import install
from screening.enums import PacketSection
from screening.models import IntakePacket, PacketTemplate
from screening.models.packet_templates import LOCKED_INSTRUMENTS, OWN_SECTIONS
from screening.services.packet_templates import (
    check_template,
    choose_template,
    parts_to_send,
)
from screening.tests.factories import PacketFactory

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)
OWN = [str(section) for section in OWN_SECTIONS]
BASE = list(LOCKED_INSTRUMENTS)


def template(code="ours", **changes):
    facts = {
        "code": code,
        "edition": 1,
        "name": code,
        "sections": OWN,
        "instruments": BASE,
        "effective_from": date(2026, 1, 1),
    }
    return PacketTemplate.objects.create(**facts | changes)


@pytest.mark.parametrize(
    ("indication", "has", "has_not"),
    [
        ("ptsd", "pcl-5", "peg"),
        ("chronic_pain", "peg", "pcl-5"),
        ("trd", "audit-c", "peg"),
        ("", "dast-10", "pcl-5"),
    ],
)
def test_each_indication_has_its_packet(indication, has, has_not):
    parts = parts_to_send(choose_template(indication=indication, route="", on=ON))
    assert has in parts
    assert has_not not in parts
    assert parts[: len(OWN)] == OWN


def test_installing_again_adds_nothing(now):
    before = PacketTemplate.objects.count()
    install(now)
    assert PacketTemplate.objects.count() == before == 7


def test_the_most_specific_packet_is_chosen():
    template("a-route", route="im")
    template("b-both", indication="ptsd", route="im")
    assert choose_template(indication="ptsd", route="im", on=ON).code == "b-both"
    assert choose_template(indication="ptsd", route="", on=ON).code == "intake-ptsd"
    assert choose_template(indication="", route="im", on=ON).code == "a-route"
    assert choose_template(indication="", route="", on=ON).code == "intake"


def test_the_newest_edition_in_force_counts_and_one_switched_off_does_not():
    template("intake-ptsd", edition=2, indication="ptsd", name="newer")
    template(
        "intake-ptsd", edition=3, indication="ptsd", effective_from=date(2030, 1, 1)
    )
    assert choose_template(indication="ptsd", route="", on=ON).edition == 2
    PacketTemplate.objects.filter(edition=2).update(is_active=False)
    assert choose_template(indication="ptsd", route="", on=ON).code == "intake"


@pytest.mark.parametrize(
    ("sections", "instruments", "sentence"),
    [
        ([*OWN, "shoes"], BASE, "no part"),
        (OWN, [*BASE, "mdq-2"], "no questionnaire"),
        (OWN, ["phq-9"], "cannot be left out"),
        ([one for one in OWN if one != "health"], BASE, "cannot be left out"),
        ([*OWN, "story"], BASE, "once"),
    ],
)
def test_a_packet_that_cannot_work_is_refused(sections, instruments, sentence):
    with pytest.raises(DomainError, match=sentence):
        check_template(sections=sections, instruments=instruments)


@pytest.mark.parametrize(
    "changes", [{"instruments": ["phq-9"]}, {"sections": ["identity"]}]
)
def test_the_database_keeps_the_locked_parts(changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        template(**changes)


def test_a_questionnaire_that_is_gone_is_left_out():
    assert "gone" not in parts_to_send(template(instruments=[*BASE, "gone"]))


def test_a_packet_keeps_the_parts_that_it_was_sent_with(now):
    episode = EpisodeFactory.create(indication="ptsd")
    packet = services.send_packet(episode=episode, by=None, now=now)
    assert packet.template.code == "intake-ptsd"
    assert "pcl-5" in packet.sections
    template("intake-ptsd", edition=2, indication="ptsd")
    again = services.send_packet(episode=episode, by=None, now=now)
    assert again.sections == packet.sections


def test_joining_a_course_sends_the_packet_with_no_click(
    now, django_capture_on_commit_callbacks
):
    desk = UserFactory.create(roles=["front-desk"])
    patient = PatientFactory.create()
    ContactConsentFactory.create(patient=patient)
    with django_capture_on_commit_callbacks(execute=True):
        open_episode(patient=patient, by=desk, now=now, indication="chronic_pain")
    packet = IntakePacket.objects.get()
    assert packet.template.indication == "chronic_pain"
    assert Communication.objects.filter(about_id=packet.pk).count() == 1
    assert not WorkItem.objects.filter(kind="packet-by-hand").exists()


def test_an_import_writes_to_nobody(now, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        open_episode(
            patient=PatientFactory.create(), by=None, now=now, send_packet=False
        )
    assert not IntakePacket.objects.exists()


def test_a_patient_without_a_channel_is_work_for_the_front_desk(now):
    packet = services.send_packet(episode=EpisodeFactory.create(), by=None, now=now)
    item = WorkItem.objects.get(kind="packet-by-hand")
    assert item.object_id == packet.episode_id
    services.cancel_packet(
        packet_id=packet.pk, by=UserFactory.create(roles=["front-desk"]), now=now
    )
    item.refresh_from_db()
    assert item.closed_at is not None


ADMIN = "/admin/screening/packettemplate/"


def test_the_admin_adds_editions_and_changes_none(as_role):
    client = as_role("admin")
    client.user.is_staff = True
    client.user.save()
    facts = {
        "code": "intake-ptsd",
        "name": "Ours",
        "indication": "ptsd",
        "route": "",
        "sections": "\n".join(OWN),
        "instruments": "phq-9\ngad-7",
        "is_active": "on",
        "effective_from": "2026-11-01",
    }
    assert client.post(f"{ADMIN}add/", facts).status_code == 302
    newest = PacketTemplate.objects.get(code="intake-ptsd", edition=2)
    assert newest.sections == OWN
    refused = client.post(f"{ADMIN}add/", facts | {"instruments": "phq-9"})
    assert "cannot be left out" in refused.content.decode()
    page = f"{ADMIN}{newest.pk}/change/"
    assert client.get(page).status_code == 200
    assert (
        client.post(page, facts | {"name": "Other", "is_active": ""}).status_code == 302
    )
    newest.refresh_from_db()
    assert (newest.name, newest.is_active) == ("Ours", False)
    assert client.get(ADMIN).status_code == 200


def test_unknown_parts_in_a_packet_do_not_stop_its_page(behind_link):
    packet = PacketFactory.create(sections=[PacketSection.IDENTITY, "gone"])
    assert behind_link("packet", packet).get("/p/forms/").status_code == 200
