from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db.models import F

from kap.accounts.backends import StaffBackend
from kap.accounts.models import User
from kap.accounts.services import deactivate
from kap.accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/account/"
IDLE = timedelta(minutes=10, seconds=1)
LOCK = "/accounts/reauthenticate/?next=/account/"


@pytest.fixture
def clock(freeze, now):
    return freeze(now)


@pytest.fixture
def user(clock, client):
    person = UserFactory.create()
    client.force_login(person)
    return person


def test_a_page_costs_the_session_the_user_and_nothing_more(
    client, user, django_assert_num_queries
):
    with django_assert_num_queries(2):
        client.post("/account/still-here/")


def test_idle_session_locks_and_the_lock_leads_back(client, user, clock):
    clock.shift(IDLE)

    response = client.get(PAGE)
    assert (response.status_code, response["Location"]) == (302, LOCK)

    response = client.post(LOCK, {"password": PASSWORD, "next": PAGE})
    assert response["Location"] == PAGE
    assert client.get(PAGE).status_code == 200


def test_lock_page_shows_who_and_refuses_a_wrong_password(client, user, clock):
    clock.shift(IDLE)
    client.get(PAGE)

    assert user.name in client.get(LOCK).content.decode()
    client.post(LOCK, {"password": "wrong", "next": PAGE})

    assert client.get(PAGE)["Location"] == LOCK


def test_deliberate_requests_keep_it_open(client, user, clock):
    for _ in range(5):
        clock.shift(timedelta(minutes=9))
        assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("/ui/counts/", {"X-KAP-Background": "1"}),
        ("/account/", {"X-KAP-Background": "1"}),
        ("/account/", {"Sec-Purpose": "prefetch;prerender"}),
        ("/account/?skip_timeout_reset=1", {"X-KAP-Background": "1"}),
    ],
)
def test_polling_does_not_keep_it_open(client, user, clock, url, headers):
    for _ in range(20):
        clock.shift(timedelta(seconds=30))
        client.get(url, headers=headers)
    clock.shift(timedelta(seconds=2))

    response = client.get(PAGE)

    assert response["Location"] == LOCK


def test_a_poll_of_a_locked_session_hears_401_and_no_content(client, user, clock):
    clock.shift(IDLE)

    response = client.get("/ui/counts/", headers={"HX-Request": "true"})

    assert (response.status_code, response["HX-Trigger"]) == (401, "kap:locked")
    assert response.content == b""


def test_a_parameter_does_not_open_a_locked_session(client, user, clock):
    clock.shift(IDLE)

    for query in ("?skip_timeout_reset=1", "?next=/", "?_once=1", "?force=1"):
        assert client.get(PAGE + query).status_code == 302


def test_the_session_is_written_at_most_every_30_seconds(client, user, clock):
    def stored():
        return Session.objects.values_list("session_data", flat=True).get()

    first = stored()
    clock.shift(timedelta(seconds=20))
    client.get(PAGE)
    assert stored() == first

    clock.shift(timedelta(seconds=20))
    client.get(PAGE)
    assert stored() != first


def test_twelve_hours_end_it_though_it_was_used_throughout(client, user, clock):
    for _ in range(12 * 12):
        clock.shift(timedelta(minutes=5))
        client.get(PAGE)
    clock.shift(timedelta(minutes=1))

    response = client.get(PAGE)

    assert response["Location"] == "/accounts/login/?next=/account/"


def test_a_raised_epoch_ends_it_with_the_next_request(client, user):
    User.objects.update(session_epoch=F("session_epoch") + 1)

    assert client.get(PAGE)["Location"].startswith("/accounts/login/")


def test_deactivation_ends_it_and_reactivation_does_not_bring_it_back(
    client, user, now
):
    deactivate(user=user, by=UserFactory.create(admin=True), now=now)
    assert client.get(PAGE)["Location"].startswith("/accounts/login/")

    User.objects.update(is_active=True)

    assert client.get(PAGE)["Location"].startswith("/accounts/login/")


def test_old_cookie_is_worth_nothing_after_sign_out(client, user):
    cookie = client.cookies["kap_sid"].value
    client.post("/accounts/logout/")
    client.cookies["kap_sid"] = cookie

    assert client.get(PAGE).status_code == 302


def test_lock_card_unlocks_in_place(client, user, clock):
    client.post("/account/lock/", headers={"HX-Request": "true"})
    clock.shift(timedelta(seconds=5))
    assert client.get(PAGE).status_code == 302
    assert "Unlock" in client.get("/account/lock/").content.decode()

    wrong = client.post("/account/unlock/", {"password": "guess"})
    assert wrong.status_code == 422
    assert "That is not your password" in wrong.content.decode()
    assert client.post("/account/unlock/", {"password": PASSWORD}).status_code == 204

    assert client.get(PAGE).status_code == 200


def test_empty_unlock_is_refused_in_place(client, user):
    assert client.post("/account/unlock/", {}).status_code == 422


def test_a_post_to_a_locked_session_is_not_carried_out(client, user, clock):
    clock.shift(IDLE)

    client.post(PAGE, {"theme": "dark"})

    user.refresh_from_db()
    assert user.theme == "auto"


def test_password_change_ends_the_other_sessions(client, user, clock):
    from django.test import Client

    other = Client()
    other.force_login(user)
    words = "seven green kettles sing"

    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": words, "password2": words},
    )

    assert other.get(PAGE).status_code == 302
    assert client.get(PAGE).status_code == 302


def test_the_person_of_a_request_is_whole_and_only_while_they_may_sign_in(client, user):
    reader = StaffBackend()
    read = reader.get_user(user.pk)

    assert read == user
    assert not read.get_deferred_fields()
    assert read.roles == user.roles
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert reader.get_user(user.pk) is None
    assert reader.get_user("00000000-0000-0000-0000-000000000000") is None
