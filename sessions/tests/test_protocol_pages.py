"""The list of protocols, an edition, and the editor of the next one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from sessions.models import CarePlan, Protocol, ProtocolDraft, ProtocolStep
from sessions.queries.course import protocols_on
from sessions.queries.protocols import body_of
from sessions.rules.policy_json import to_json
from sessions.rules.protocol_catalogue import CATALOGUE
from sessions.tests.factories import NOW, make_clinic, make_episode

pytestmark = pytest.mark.django_db
LIST = "/sessions/protocols/"


class Fields(HTMLParser):
    """What a browser would send of the page's editor."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, str] = {}
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        got = dict(attrs)
        name = got.get("name", "")
        if tag == "input" and (got.get("type") != "checkbox" or "checked" in got):
            self.data[name] = got.get("value", "on")
        elif tag == "textarea":
            self._area, self.data[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in got or self._select not in self.data):
            self.data[self._select] = got.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.data[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""


@pytest.fixture
def director(client: Client, freeze: Callable[..., Any]) -> Client:
    freeze(NOW)
    client.force_login(UserFactory.create(roles=[Role.MEDICAL_DIRECTOR]))
    return client


@pytest.fixture
def protocol() -> Protocol:
    return Protocol.objects.get(code="standard_6")


def press(client: Client, url: str, do: str, **change: str) -> Any:
    """Open the draft, change some fields, press a button."""
    fields = Fields()
    fields.feed(client.get(url).content.decode())
    data = {**fields.data, **change, "do": do, "_once": str(uuid4())}
    return client.post(url, data)


def begin(client: Client, protocol: Protocol) -> str:
    response = client.post(f"{LIST}{protocol.pk}/next/", {"_once": str(uuid4())})
    assert response.status_code == 302
    return str(response["Location"])


def test_every_shipped_protocol_comes_back_from_its_rows_as_it_was() -> None:
    for body in CATALOGUE:
        stored = Protocol.objects.get(code=body.code)
        assert to_json(body_of(stored)) == to_json(body)


def test_the_list_and_an_edition_show_what_is_there(
    director: Client, protocol: Protocol
) -> None:
    page = director.get(LIST).content.decode()
    edition = director.get(f"{LIST}{protocol.pk}/").content.decode()

    assert page.count("data-item") == len(CATALOGUE)
    assert "Ketamine IM, 6 doses in 2 to 4 weeks" in page
    assert "3 d to 5 d after Dose 1, 3 d 12 h wished" in edition
    assert "14 visits over 34 days if every wish is met" in edition
    assert "2, 4, 6, 8 weeks, then on relapse" in edition


def test_the_list_costs_the_same_for_any_number_of_protocols(
    director: Client, protocol: Protocol, django_assert_num_queries: Callable[..., Any]
) -> None:
    director.get(LIST)
    begin(director, protocol)
    for _ in range(2):
        with django_assert_num_queries(7):
            director.get(LIST)


def test_the_next_edition_is_written_checked_and_published(
    director: Client, protocol: Protocol
) -> None:
    url = begin(director, protocol)
    assert begin(director, protocol) == url

    press(
        director,
        url,
        "save",
        **{"s1-minutes": "2 h 45 min", "name": "Six doses, longer"},
    )
    response = press(director, url, "publish", reason="Rooms are booked longer now.")

    assert response.status_code == 302
    made = Protocol.objects.get(code="standard_6", edition=2)
    assert (made.name, made.publish_reason) == (
        "Six doses, longer",
        "Rooms are booked longer now.",
    )
    assert made.steps.get(key="dose-1").duration_min == 165
    assert protocol.steps.get(key="dose-1").duration_min == 150
    offered = {p.code: p.edition for p in protocols_on(NOW.date())}
    assert offered["standard_6"] == 2
    assert "This draft is closed" in director.get(url).content.decode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(
            {
                "s3-least": "9 d",
                "s3-ideal": "9 d",
                "s3-most": "10 d",
                "s5-more": "dose-1 start, -, -, 4 d",
            },
            "exclude each other",
            id="contradiction",
        ),
        pytest.param({"s1-minutes": "soon"}, "is no length", id="no-length"),
        pytest.param({"s1-minutes": "0 min"}, "must last from 5 minutes", id="zero"),
        pytest.param(
            {"s1-needs": "patient\nroom"}, "no dose is given without", id="roles"
        ),
        pytest.param(
            {"s0-needs": "patient\nclown"}, "role “clown” is not known", id="clown"
        ),
        pytest.param({"s1-room_features": "moat"}, "“moat” is not known", id="feature"),
        pytest.param({"source": ""}, "needs a source", id="no-source"),
        pytest.param({"max_doses_per_7_days": "many"}, "whole number", id="no-number"),
        pytest.param(
            {"min_hours_between_doses": "24"}, "only in a retreat", id="short"
        ),
    ],
)
def test_what_is_wrong_is_said_kept_and_not_published(
    director: Client, protocol: Protocol, change: dict[str, str], sentence: str
) -> None:
    url = begin(director, protocol)
    assert press(director, url, "save", **change).status_code == 302
    page = director.get(url).content.decode()
    assert sentence in page

    response = press(director, url, "publish", reason="Try.")

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Protocol.objects.filter(code="standard_6", edition=2).exists()


def test_visits_are_added_moved_and_removed(
    director: Client, protocol: Protocol
) -> None:
    url = begin(director, protocol)
    press(director, url, "add:dosing")
    press(director, url, "up:14")
    press(director, url, "remove:0")

    rows = ProtocolDraft.objects.get().body["steps"]

    keys = [row["key"] for row in rows]
    assert keys[-2:] == ["dose-7", "review"]
    assert "preparation" not in keys
    assert rows[0]["after"] == ""
    page = director.get(url).content.decode()
    assert "It asks for 1 preparation visits but plans 0." in page


def test_publishing_needs_a_reason_and_two_who_write_see_each_other(
    director: Client, protocol: Protocol
) -> None:
    url = begin(director, protocol)
    assert press(director, url, "publish", reason="").status_code == 422

    fields = Fields()
    fields.feed(director.get(url).content.decode())
    press(director, url, "save", summary="Mine")
    late = {**fields.data, "summary": "Yours", "do": "save", "_once": str(uuid4())}
    response = director.post(url, late)

    assert response.status_code == 409
    assert "Somebody else saved this draft meanwhile" in response.content.decode()
    assert "Yours" in response.content.decode()
    assert ProtocolDraft.objects.get().body["head"]["summary"] == "Mine"


def test_a_published_edition_is_final_and_a_running_one_grows_no_visit(
    protocol: Protocol,
) -> None:
    clinic = make_clinic()
    step = protocol.steps.order_by("position").first()
    assert step is not None
    CarePlan.objects.create(
        episode=make_episode(clinic.site),
        protocol=protocol,
        created_at=NOW,
        created_by=clinic.by,
    )
    step.pk, step.key = uuid4(), "sneaked-in"
    attempts: list[Callable[[], object]] = [
        lambda: Protocol.objects.filter(pk=protocol.pk).update(name="Other"),
        lambda: ProtocolStep.objects.filter(protocol=protocol).update(duration_min=5),
        lambda: step.save(force_insert=True),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert Protocol.objects.filter(pk=protocol.pk).update(is_active=False) == 1


def test_a_protocol_of_ones_own_is_begun_from_another_and_switched_on_and_off(
    director: Client, protocol: Protocol
) -> None:
    new = {"code": "Bad Code", "like": str(protocol.pk), "_once": str(uuid4())}
    assert director.post(f"{LIST}new/", new).status_code == 422
    new |= {"code": "clinic_im_5", "_once": str(uuid4())}
    url = director.post(f"{LIST}new/", new)["Location"]
    press(director, url, "publish", reason="Our own.")
    made = Protocol.objects.get(code="clinic_im_5")

    director.post(f"{LIST}{made.pk}/switch/", {"_once": str(uuid4())})
    assert not Protocol.objects.get(pk=made.pk).is_active
    assert made.code not in {p.code for p in protocols_on(date(2027, 1, 1))}
    on = {"active": "on", "_once": str(uuid4())}
    director.post(f"{LIST}{made.pk}/switch/", on)
    assert Protocol.objects.get(pk=made.pk).is_active


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.THERAPIST])
def test_others_read_protocols_and_write_none(
    client: Client, protocol: Protocol, role: str
) -> None:
    client.force_login(UserFactory.create(roles=[role]))

    assert client.get(LIST).status_code == 200
    page = client.get(f"{LIST}{protocol.pk}/")
    assert page.status_code == 200
    assert b"Write the next edition" not in page.content
    assert client.post(f"{LIST}{protocol.pk}/next/").status_code == 403
    assert client.post(f"{LIST}{protocol.pk}/switch/").status_code == 403
