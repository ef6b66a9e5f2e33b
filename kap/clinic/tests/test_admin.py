from __future__ import annotations

import pytest

from kap.accounts.tests.factories import PractitionerFactory, UserFactory
from kap.clinic.enums import ActorKind, PolicyKind
from kap.clinic.models import Location, PolicyEdition, Schedule, Site
from kap.clinic.services import policies
from kap.clinic.tests.factories import (
    PractitionerScheduleFactory,
    RoomScheduleFactory,
    SiteFactory,
)
from kap.core.errors import DomainError

pytestmark = pytest.mark.django_db
KIND = PolicyKind.READINESS


@pytest.fixture(autouse=True)
def ada(client, now, freeze):
    freeze(now)
    person = UserFactory.create(admin=True)
    client.force_login(person)
    return person


def site_form(**changes):
    return {
        "name": "Larkfield",
        "discreet_name": "LF Care",
        "time_zone": "America/New_York",
        "phone": "1",
        "crisis_phone": "988",
        "crisis_name": "Lifeline",
        "emergency_phone": "911",
        "country": "US",
        "cancel_by_link_h": "24",
        "crisis_text_phone": "988",
        "safety_duties-TOTAL_FORMS": "0",
        "safety_duties-INITIAL_FORMS": "0",
        "paper": "letter",
        "is_active": "on",
        "opening_hours-TOTAL_FORMS": "1",
        "opening_hours-INITIAL_FORMS": "0",
        "opening_hours-0-weekday": "0",
        "opening_hours-0-opens": "08:00",
        "opening_hours-0-closes": "18:00",
        **changes,
    }


def test_site_with_its_hours_is_made(client):
    client.post("/admin/clinic/site/add/", site_form())

    site = Site.objects.get()
    assert str(site.opening_hours.get()) == "Monday 08:00 to 18:00"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"time_zone": "Mars/Base"}, "Choose a time zone"),
        ({"opening_hours-0-closes": "07:00"}, "opening_hours_close_after_opening"),
        ({"name": "x" * 5000}, "at most 80 characters"),
        ({"crisis_phone": "555 0100"}, "In the US the crisis line is 988"),
        ({"emergency_phone": "112"}, "the emergency number 911"),
        ({"country": "usa"}, "at most 2 characters"),
        ({"country": "us"}, "two letters"),
    ],
)
def test_impossible_site_is_refused(client, changes, sentence):
    response = client.post("/admin/clinic/site/add/", site_form(**changes))

    assert sentence in response.content.decode()
    assert not Site.objects.exists()


def test_opening_hours_may_go(client):
    client.post("/admin/clinic/site/add/", site_form())
    site = Site.objects.get()
    hours = site.opening_hours.get()

    client.post(
        f"/admin/clinic/site/{site.pk}/change/",
        site_form(
            **{
                "opening_hours-INITIAL_FORMS": "1",
                "opening_hours-0-id": str(hours.pk),
                "opening_hours-0-site": str(site.pk),
                "opening_hours-0-DELETE": "on",
            }
        ),
    )

    assert not site.opening_hours.exists()


def test_a_new_room_has_its_diary(client):
    site = SiteFactory.create()
    client.post(
        "/admin/clinic/location/add/",
        {
            "site": str(site.pk),
            "name": "Cedar",
            "kind": "dosing",
            "features": "",
            "position": "1",
            "is_active": "on",
        },
    )

    assert Location.objects.get().schedule.kind == ActorKind.LOCATION


def test_a_nurse_gets_a_diary_with_three_lanes_and_hours(client):
    site, nurse = SiteFactory.create(), PractitionerFactory.create(user__nurse=True)
    client.post(
        "/admin/clinic/schedule/add/",
        {
            "kind": "practitioner",
            "practitioner": str(nurse.pk),
            "capacity": "3",
            "working_hours-TOTAL_FORMS": "1",
            "working_hours-INITIAL_FORMS": "0",
            "working_hours-0-site": str(site.pk),
            "working_hours-0-weekday": "1",
            "working_hours-0-starts": "09:00",
            "working_hours-0-ends": "17:00",
        },
    )

    diary = Schedule.objects.get()
    assert (diary.capacity, diary.working_hours.count()) == (3, 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_diaries_costs_the_same(client, rows, django_assert_num_queries):
    for _ in range(rows):
        PractitionerScheduleFactory.create()
        RoomScheduleFactory.create()

    with django_assert_num_queries(6):
        response = client.get("/admin/clinic/schedule/")
    assert response.status_code == 200


def test_patients_diaries_are_not_listed(client):
    Schedule.objects.create(kind=ActorKind.PATIENT)

    assert "0 schedules" in client.get("/admin/clinic/schedule/").content.decode()


def edition_form(**changes):
    return {
        "kind": KIND,
        "effective_from": "2026-11-23",
        "body": '{"gates": ["consent"]}',
        "source": "Board minutes",
        "reason": "Stricter",
        **changes,
    }


@pytest.fixture
def unchecked(monkeypatch):
    monkeypatch.setattr(policies, "_checks", {})


def test_new_edition_is_numbered_and_signed(client, ada, unchecked):
    client.post("/admin/clinic/policyedition/add/", edition_form())

    edition = PolicyEdition.objects.filter(kind=KIND).latest("edition")
    assert (edition.signed_by, edition.body) == (ada, {"gates": ["consent"]})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "This field is required"),
        ({"body": "{not json"}, "Enter a valid JSON"),
        ({"body": "[1]"}, "A policy is a JSON object"),
    ],
)
def test_edition_that_will_not_do_is_refused_in_place(
    client, unchecked, changes, sentence
):
    before = PolicyEdition.objects.count()

    response = client.post("/admin/clinic/policyedition/add/", edition_form(**changes))

    assert sentence in response.content.decode()
    assert PolicyEdition.objects.count() == before


def test_edition_that_reaches_back_is_refused_in_words(client, unchecked):
    response = client.post(
        "/admin/clinic/policyedition/add/",
        edition_form(effective_from="2020-01-01"),
        follow=True,
    )

    assert "the past stays as it was" in response.content.decode()


def test_locked_rules_stay_locked(client, monkeypatch):
    def refuse(body):
        raise DomainError("Rule 3 is locked.")

    monkeypatch.setattr(policies, "_checks", {KIND: refuse})

    response = client.post("/admin/clinic/policyedition/add/", edition_form())

    assert "Rule 3 is locked." in response.content.decode()


def test_an_edition_is_only_read(client, ada, now, unchecked):
    client.post("/admin/clinic/policyedition/add/", edition_form())
    edition = PolicyEdition.objects.filter(kind=KIND).latest("edition")
    url = f"/admin/clinic/policyedition/{edition.pk}/change/"

    assert "Stricter" in client.get(url).content.decode()
    assert client.post(url, edition_form(reason="Other")).status_code == 403


def test_site_of_the_session_is_chosen(client):
    SiteFactory.create()
    other = SiteFactory.create(name="Harbor", time_zone="America/Phoenix")

    response = client.post("/clinic/site/", {"site": str(other.pk)})

    assert response.status_code == 302
    assert client.session["kap_site"] == {
        "id": str(other.pk),
        "zone": "America/Phoenix",
    }
    assert client.get("/clinic/site/").status_code == 200


def test_a_closed_or_unknown_site_is_refused_in_place(client):
    closed = SiteFactory.create(is_active=False)

    for pk in (str(closed.pk), "nonsense"):
        response = client.post("/clinic/site/", {"site": pk})
        assert response.status_code == 422
        assert "Choose one of the sites" in response.content.decode()
