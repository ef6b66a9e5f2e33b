from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from kap.accounts.tests.factories import UserFactory
from kap.core.errors import NotAllowed
from screening.enums import PacketSection
from screening.models import KioskCode
from screening.services.kiosk import LIVES, digest_of, make_code, redeem_code
from screening.tests.factories import PacketFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def packet(db):
    return PacketFactory.create()


@pytest.fixture
def desk(db):
    return UserFactory.create(roles=["front-desk"])


def code_for(packet, by, now, **more):
    return make_code(
        patient=packet.patient,
        purpose="packet",
        object_id=packet.pk,
        by=by,
        now=now,
        **more,
    )


def test_a_code_opens_its_form_once(packet, desk, now):
    code = code_for(packet, desk, now)
    assert re.fullmatch(r"[0-9]{6}", code)
    assert code not in KioskCode.objects.get().code_digest
    redeemed = redeem_code(code=code, now=now)
    assert redeemed is not None
    link, _secret = redeemed
    assert link.object_id == packet.pk
    assert redeem_code(code=code, now=now) is None


def test_a_code_lives_ten_minutes(packet, desk, now):
    code = code_for(packet, desk, now)
    assert redeem_code(code=code, now=now + LIVES) is None
    assert redeem_code(code=code, now=now + LIVES - timedelta(seconds=1))


def test_five_wrong_codes_end_every_code_that_was_live(packet, desk, now):
    code = code_for(packet, desk, now)
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        assert redeem_code(code=wrong, now=now) is None
    assert redeem_code(code=code, now=now) is None


def test_a_new_code_ends_the_one_before_and_two_codes_are_never_alike(
    packet, desk, now
):
    first = code_for(packet, desk, now, draw=iter(["111111"]).__next__)
    other = PacketFactory.create()
    draws = iter(["111111", "222222"])
    second = code_for(other, desk, now, draw=draws.__next__)
    assert second == "222222"
    code_for(packet, desk, now)
    assert redeem_code(code=first, now=now) is None


def test_only_staff_who_send_forms_make_codes(packet, now):
    with pytest.raises(NotAllowed):
        code_for(packet, UserFactory.create(roles=["compliance"]), now)


@pytest.mark.django_db(transaction=True)
def test_of_two_tablets_at_once_one_gets_in(now):
    packet = PacketFactory.create()
    code = code_for(packet, UserFactory.create(roles=["front-desk"]), now)
    gate, got = threading.Barrier(2), []

    def enter():
        gate.wait()
        got.append(redeem_code(code=code, now=now) is not None)
        connection.close()

    threads = [threading.Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False, True]
    row = KioskCode.objects.get()
    assert row.code_digest == digest_of(code)
    assert row.used_at == now


def shown_code(page):
    (found,) = re.findall(r"k-kiosk-code\">([0-9]{3})\s([0-9]{3})<", page)
    return "".join(found)


def test_staff_show_a_code_and_the_tablet_is_theirs_until_it_is_sent(
    as_role, packet, now, freeze
):
    freeze(now)
    desk = as_role("front-desk")
    path = f"/screening/{packet.episode_id}/forms/packet/{packet.pk}/code/"
    code = shown_code(desk.post(path).content.decode())
    tablet = as_role("nurse")
    assert "Staff are signed in here" in tablet.get("/kiosk/").content.decode()
    assert tablet.post("/kiosk/", {"code": code}).url == "/p/forms/"
    assert tablet.get(f"/screening/{packet.episode_id}/forms/").status_code == 302
    page = tablet.get("/p/forms/")
    assert page["Refresh"] == "901; url=/kiosk/?over=1"
    packet.refresh_from_db()
    packet.done = packet.sections
    packet.save()
    signed = {"printed_name": "Ada Reed", "is_mine": "on"}
    over = tablet.post("/p/forms/summary/", signed, follow=True)
    assert "Please give the tablet back" in over.content.decode()
    assert tablet.get("/p/forms/done/").status_code == 403
    packet.refresh_from_db()
    assert packet.signature.proof == "staff beside the clinic's tablet"


def test_an_idle_tablet_says_thank_you_and_nothing_else(as_role, packet, now, freeze):
    freeze(now)
    desk = as_role("front-desk")
    code = code_for(packet, desk.user, now)
    tablet = Client()
    tablet.post("/kiosk/", {"code": code})
    freeze(now + timedelta(minutes=14))
    assert tablet.get("/p/forms/").status_code == 200
    freeze(now + timedelta(minutes=30))
    page = tablet.get("/p/forms/")
    assert page.status_code == 403
    text = page.content.decode()
    assert "Please give the tablet back" in text
    assert packet.patient.family_name not in text
    over = tablet.get("/kiosk/?over=1").content.decode()
    assert "Please give the tablet back" in over


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the code"),
        ("12345", "six digits"),
        ("\u0661\u0662\u0663\u0664\u0665\u0666", "six digits"),
        ("12 34 56", "not valid"),
    ],
)
def test_a_code_that_opens_nothing_says_what_to_do(typed, sentence):
    page = Client().post("/kiosk/", {"code": typed})
    assert page.status_code == 422
    assert sentence in page.content.decode()


def test_guessing_is_stopped_by_address(packet, desk, now, freeze):
    freeze(now)
    client = Client()
    statuses = [
        client.post("/kiosk/", {"code": f"{number:06d}"}).status_code
        for number in range(12)
    ]
    assert statuses == [422] * 10 + [429] * 2


def test_a_form_that_is_sent_in_gives_no_code(as_role, now):
    packet = PacketFactory.create(status="completed", completed_at=now)
    path = f"/screening/{packet.episode_id}/forms/packet/{packet.pk}/code/"
    assert as_role("front-desk").post(path).status_code == 404
    assert PacketSection.IDENTITY in packet.sections
