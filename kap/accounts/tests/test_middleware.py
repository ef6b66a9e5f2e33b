"""What the middleware does with views that say something, or nothing, about themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import path

from kap import urls as real
from kap.accounts.enums import Role
from kap.accounts.policies import staff
from kap.accounts.tests.factories import UserFactory
from kap.core.access import keeps_open, passive


def silent(request):
    return HttpResponse("secret")


@staff(Role.NURSE)
def for_nurses(request):
    return HttpResponse("secret")


@passive
@staff()
def poll(request):
    return HttpResponse("secret")


@keeps_open
@staff()
def live_room(request):
    return HttpResponse("secret")


@passive
@staff()
def refuses_itself(request):
    from django.core.exceptions import PermissionDenied

    raise PermissionDenied("Not this one.")


urlpatterns = [
    path("t/silent/", silent, name="t-silent"),
    path("t/nurses/", for_nurses, name="t-nurses"),
    path("t/poll/", poll, name="t-poll"),
    path("t/live/", live_room, name="t-live"),
    path("t/refuses/", refuses_itself, name="t-refuses"),
    *real.urlpatterns,
]
handler403 = real.handler403
handler404 = real.handler404
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def everything(client):
    user = UserFactory.create(roles=list(Role))
    client.force_login(user)
    return user


def test_a_view_without_a_policy_is_closed_to_everybody(client, everything):
    response = client.get("/t/silent/")

    assert response.status_code == 403
    assert b"secret" not in response.content


@pytest.mark.parametrize("method", ["get", "post", "head", "options", "put", "delete"])
def test_no_method_goes_round_the_policy(client, method):
    client.force_login(UserFactory.create(therapist=True))

    response = getattr(client, method)("/t/nurses/")

    assert response.status_code == 403
    assert b"secret" not in response.content


def test_the_refusal_names_who_may(client):
    client.force_login(UserFactory.create(therapist=True))

    assert "This page is for: Nurse." in client.get("/t/nurses/").content.decode()


def test_a_refusal_is_told_once(client, everything, heard):
    client.get("/t/refuses/")

    assert heard == [(everything, "t-refuses")]


def test_a_stranger_who_asks_for_a_part_is_told_to_move_the_page(client):
    response = client.get("/t/nurses/", headers={"HX-Request": "true"})

    assert (response.status_code, response["HX-Redirect"]) == (401, "/accounts/login/")


def test_a_strangers_post_leads_to_the_door_without_its_address(client):
    assert client.post("/t/nurses/")["Location"] == "/accounts/login/"


def ask_for_an_hour(client, clock, url, headers=None):
    for _ in range(120):
        clock.shift(timedelta(seconds=30))
        client.get(url, headers=headers)
    clock.shift(timedelta(seconds=1))
    return client.get("/account/")


def test_a_view_marked_passive_keeps_nobody_signed_in(client, now, freeze):
    clock = freeze(now)
    client.force_login(UserFactory.create())

    assert ask_for_an_hour(client, clock, "/t/poll/").status_code == 302


def test_the_room_of_a_live_session_stays_open(client, now, freeze):
    clock = freeze(now)
    client.force_login(UserFactory.create())
    background = {"X-KAP-Background": "1"}

    assert ask_for_an_hour(client, clock, "/t/live/", background).status_code == 200
