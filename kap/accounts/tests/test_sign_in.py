from __future__ import annotations

import pytest
from django.urls import reverse

from kap.accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


def test_address_and_password_open_the_door(client):
    user = UserFactory.create()

    response = sign_in(client, user.email)

    assert (response.status_code, response["Location"]) == (302, "/")


def test_sign_in_returns_to_where_it_was_asked_for(client):
    user = UserFactory.create()

    response = client.post(
        LOGIN + "?next=/account/",
        {"login": user.email, "password": PASSWORD, "next": "/account/"},
    )

    assert response["Location"] == "/account/"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x"],
)
def test_sign_in_never_leads_elsewhere(client, target):
    user = UserFactory.create()

    response = client.post(
        LOGIN, {"login": user.email, "password": PASSWORD, "next": target}
    )

    assert response["Location"] == "/"


def test_wrong_password_and_unknown_address_read_the_same(client, heard):
    user = UserFactory.create()

    known = sign_in(client, user.email, "wrong words here")
    unknown = sign_in(client, "nobody@clinic.example", "wrong words here")

    assert known.status_code == unknown.status_code
    sentence = "Address and password do not match."
    assert sentence in known.content.decode()
    assert sentence in unknown.content.decode()
    assert heard == [
        (None, "sign-in", str(user.pk), "password", True),
        (None, "sign-in", "", "password", True),
    ]


def test_sign_up_is_closed(client):
    assert client.get("/accounts/signup/").status_code == 404
    assert client.post("/accounts/signup/", {}).status_code == 404


@pytest.mark.parametrize(
    "name", ["account_email", "account_set_password", "account_email_verification_sent"]
)
def test_pages_that_are_not_ours_to_offer_stay_closed(client, name):
    client.force_login(UserFactory.create())

    assert client.get(reverse(name)).status_code == 404


def test_inactive_person_does_not_get_in(client):
    user = UserFactory.create(is_active=False)

    sign_in(client, user.email)

    assert "_auth_user_id" not in client.session


def test_signing_out_clears_the_browser(client):
    user = UserFactory.create()
    client.force_login(user)

    response = client.post("/accounts/logout/")

    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/account/").status_code == 302


def test_every_page_behind_the_door_is_kept_nowhere(client):
    client.force_login(UserFactory.create())

    assert "no-store" in client.get("/account/")["Cache-Control"]


def test_profile_keeps_theme_and_shortcuts(client):
    user = UserFactory.create()
    client.force_login(user)

    response = client.post("/account/", {"theme": "dark"})

    assert response.status_code == 302
    user.refresh_from_db()
    assert (user.theme, user.shortcuts_enabled) == ("dark", False)


def test_profile_refuses_an_unknown_theme_in_place(client):
    client.force_login(UserFactory.create())

    assert client.post("/account/", {"theme": "pink"}).status_code == 422


@pytest.mark.parametrize("name", ["account_reauthenticate", "account_change_password"])
def test_no_page_of_passwords_shows_markup_as_text(client, name):
    client.force_login(UserFactory.create(nurse=True))

    text = client.get(
        reverse(name), {"next": "/account/"}, follow=True
    ).content.decode()

    assert "&lt;" not in text
