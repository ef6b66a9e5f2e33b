"""The outbox, a patient's messages and the demo's mailbox."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kap.accounts.models import User
from kap.accounts.tests.factories import UserFactory
from kap.core.outbox import OutboxStatus
from kap.notifications import demo_mail, listing
from kap.notifications.models import Communication, DemoMessage
from kap.notifications.sending import send
from kap.notifications.tests.factories import CommunicationFactory, patient_who_agreed
from kap.patients.enums import Channel
from kap.patients.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
STATES = (
    {"status": OutboxStatus.UNKNOWN, "problem": "no-receipt", "finished": True},
    {"status": OutboxStatus.PREPARATION},
    {"status": OutboxStatus.COMPLETED, "finished": True},
    {"status": OutboxStatus.NOT_DONE, "problem": "no-address", "finished": True},
)
QUERIES = 7


def _one_of_each(now: datetime, **facts: Any) -> list[Communication]:
    rows = []
    for state in STATES:
        given = {**state, **facts}
        if given.pop("finished", False):
            given["finished_at"] = now
        rows.append(CommunicationFactory.create(**given))
    return rows


@pytest.fixture
def desk() -> User:
    return UserFactory.create(front_desk=True)


@pytest.fixture
def as_desk(client: Client, desk: User) -> Client:
    client.force_login(desk)
    return client


def test_what_is_unknown_stands_first_with_the_promise(
    as_desk: Client, now: datetime
) -> None:
    _one_of_each(now)
    page = as_desk.get(reverse("notifications:outbox")).content.decode()
    order = [
        page.index(f">{section}") for section in ("Unknown: n", "Due next", "Done")
    ]
    assert order == sorted(order)
    assert "it shows as unknown and is not sent again by itself" in page
    assert "Handed over, but no receipt came back" in page
    assert "There is no address or number" in page


def test_an_empty_outbox_says_so(as_desk: Client) -> None:
    for show in ("", "unknown", "due", "sent", "failed", "odd"):
        page = as_desk.get(reverse("notifications:outbox"), {"show": show})
        assert "k-empty" in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_outbox_costs_the_same_for_one_row_and_for_three(
    as_desk: Client, now: datetime, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        _one_of_each(now)
    url = reverse("notifications:outbox")
    as_desk.get(url)
    with django_assert_num_queries(QUERIES):
        page = as_desk.get(url).content.decode()
    assert page.count("data-item") == 4 * count


def test_a_patients_messages_cost_the_same_for_one_row_and_for_three(
    as_desk: Client, now: datetime
) -> None:
    """The chart's frame asks every app, so the number itself is not ours to name."""
    counted = []
    for count in (1, 3):
        patient = PatientFactory.create()
        for _ in range(count):
            _one_of_each(now, patient=patient)
        url = reverse("notifications:of_patient", args=[patient.pk])
        as_desk.get(url)
        with CaptureQueriesContext(connection) as queries:
            page = as_desk.get(url).content.decode()
        assert page.count("data-item") == 4 * count
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.parametrize(
    ("show", "facts"),
    [
        ("due", {}),
        ("sent", {"status": OutboxStatus.COMPLETED}),
        ("unknown", {"status": OutboxStatus.UNKNOWN}),
    ],
)
def test_every_message_is_on_exactly_one_page(
    as_desk: Client,
    now: datetime,
    show: str,
    facts: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    patient = PatientFactory.create()
    wanted = {
        CommunicationFactory.create(
            patient=patient, finished_at=now if facts else None, **facts
        ).pk
        for _ in range(5)
    }
    url, seen = f"{reverse('notifications:outbox')}?show={show}", []
    while url:
        response = as_desk.get(url)
        page = response.context["page"]
        seen += [row.id for section in page.sections for row in section.rows]
        url = response.context["older"]
    assert len(seen) == 5
    assert set(seen) == wanted


def test_an_odd_cursor_begins_at_the_top(as_desk: Client) -> None:
    CommunicationFactory.create()
    for odd in ("x", "2026-01-01_x", "2026-01-01T00:00:00_" + str(uuid.uuid4())):
        page = as_desk.get(reverse("notifications:outbox"), {"after": odd})
        assert page.status_code == 200


def test_a_waiting_message_is_taken_back_with_one_press(as_desk: Client) -> None:
    message = CommunicationFactory.create()
    url = reverse("notifications:take_back", args=[message.pk])
    response = as_desk.post(url, {"_once": str(uuid.uuid4())}, follow=True)
    assert "Taken back. It will not go out." in response.content.decode()
    message.refresh_from_db()
    assert message.status == OutboxStatus.STOPPED
    again = as_desk.post(url, {"_once": str(uuid.uuid4())}, follow=True)
    assert "it no longer waits" in again.content.decode()


def test_a_person_settles_what_is_unknown(as_desk: Client, now: datetime) -> None:
    message = CommunicationFactory.create(status=OutboxStatus.UNKNOWN, finished_at=now)
    response = as_desk.post(
        reverse("notifications:settle", args=[message.pk]),
        {"arrived": "no", "from": "patient"},
    )
    assert response["Location"] == reverse(
        "notifications:of_patient", args=[message.patient_id]
    )
    message.refresh_from_db()
    assert (message.status, message.problem) == ("not-done", "asked-not-arrived")


def test_who_only_reads_has_no_buttons(client: Client, now: datetime) -> None:
    message = _one_of_each(now)[1]
    client.force_login(UserFactory.create(compliance=True))
    page = client.get(reverse("notifications:outbox")).content.decode()
    assert "Take back" not in page
    assert "It arrived" not in page
    url = reverse("notifications:take_back", args=[message.pk])
    assert client.post(url).status_code == 403


def test_a_channel_that_is_off_is_said(as_desk: Client, settings: Any) -> None:
    settings.SMS_TRANSPORT = "none"
    page = as_desk.get(reverse("notifications:outbox")).content.decode()
    assert "Text messages are off" in page


def test_the_mailbox_shows_what_would_have_gone_out(
    client: Client, now: datetime
) -> None:
    message = CommunicationFactory.create(
        patient=patient_who_agreed(), channel=Channel.EMAIL
    )
    send(message.pk, now=now)
    client.force_login(UserFactory.create(admin=True))
    page = client.get(reverse("notifications:mailbox")).content.decode()
    assert "LF Care: see you tomorrow" in page
    assert "Nothing here has left this machine." in page
    letter = DemoMessage.objects.get()
    one = client.get(reverse("notifications:letter", args=[letter.pk]))
    assert one.status_code == 200
    assert (
        client.get(reverse("notifications:letter", args=[uuid.uuid4()])).status_code
        == 404
    )


def test_only_admins_open_the_mailbox_and_only_in_the_demo(
    client: Client, as_desk: Client, settings: Any
) -> None:
    assert as_desk.get(reverse("notifications:mailbox")).status_code == 403
    client.force_login(UserFactory.create(admin=True))
    settings.EMAIL_TRANSPORT, settings.SMS_TRANSPORT = "smtp", "none"
    assert client.get(reverse("notifications:mailbox")).status_code == 404


def test_our_own_links_work_on_this_machine_and_others_stay_words(
    settings: Any,
) -> None:
    settings.PUBLIC_URL = "https://care.example"
    body = "See https://care.example/l/abc/ now.\n\nhttps://evil.example/x"
    first, second = demo_mail.parts(body)
    assert [(part.text, part.path) for part in first] == [
        ("See ", ""),
        ("https://care.example/l/abc/", "/l/abc/"),
        (" now.", ""),
    ]
    assert [part.path for part in second] == [""]


def test_what_went_out_stands_on_the_timeline(as_desk: Client, now: datetime) -> None:
    from kap.notifications.nav import ended
    from kap.patients.timeline import Page

    patient = PatientFactory.create()
    _one_of_each(now, patient=patient)
    user = UserFactory.create(nurse=True)
    entries = list(ended(patient.pk, user, Page()))
    assert [entry.title for entry in entries] == ["The day before"] * 3
    assert list(ended(patient.pk, user, Page(before=now))) == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_everybody_can_use_the_pages_at_three_widths(
    live_server: Any, page: Any, axe: Callable[..., None], now: datetime
) -> None:
    message = CommunicationFactory.create(patient=patient_who_agreed())
    send(message.pk, now=now)
    _one_of_each(now + timedelta(hours=1))
    client = Client()
    client.force_login(UserFactory.create(roles=["admin", "front-desk"]))
    page.context.add_cookies(
        [
            {"name": name, "value": cookie.value, "url": live_server.url}
            for name, cookie in client.cookies.items()
        ]
    )
    for width in (390, 1180, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for name in ("outbox", "mailbox"):
            page.goto(live_server.url + reverse(f"notifications:{name}"))
            axe(page)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0
