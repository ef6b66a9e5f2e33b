from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from kap.accounts import limits
from kap.accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


def sign_in(client, email, password=PASSWORD, **extra):
    cache.clear()  # allauth's own limits aside: these tests are about our counter
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_the_right_password_is_refused_after_thirty_wrong_ones_and_later_accepted(
    client, now, freeze
):
    clock = freeze(now)
    user = UserFactory.create()
    for _ in range(30):
        sign_in(client, user.email, "guess after guess")

    response = sign_in(client, user.email)
    assert not is_in(client)
    assert limits.TOO_MANY in response.content.decode()

    clock.shift(timedelta(minutes=5, seconds=1))
    sign_in(client, user.email)
    assert is_in(client)


def test_forged_forwarding_headers_do_not_help(client, now, freeze):
    freeze(now)
    user = UserFactory.create()
    for number in range(30):
        sign_in(
            client, user.email, "guess", headers={"X-Forwarded-For": f"10.0.0.{number}"}
        )

    sign_in(client, user.email, headers={"X-Forwarded-For": "10.9.9.9"})

    assert not is_in(client)


def test_one_success_does_not_clear_what_was_tried_from_the_address(
    client, now, freeze
):
    freeze(now)
    mine = UserFactory.create()
    for number in range(limits.BY_ADDRESS.tries - 1):
        sign_in(client, f"nobody{number}@clinic.example", "guess")
    sign_in(client, mine.email)
    assert is_in(client)
    client.post("/accounts/logout/")
    sign_in(client, "nobody@clinic.example", "guess")

    sign_in(client, mine.email)

    assert not is_in(client)


def test_unknown_addresses_are_throttled_alike(client, now, freeze):
    freeze(now)
    for _ in range(limits.BY_ACCOUNT.tries):
        sign_in(client, "nobody@clinic.example", "guess")

    response = sign_in(client, "nobody@clinic.example", "guess")

    assert limits.TOO_MANY in response.content.decode()


def test_allauths_own_limit_counts_as_well(client):
    user = UserFactory.create()
    codes = [
        client.post(LOGIN, {"login": user.email, "password": "guess"}).status_code
        for _ in range(40)
    ]

    client.post(LOGIN, {"login": user.email, "password": PASSWORD})

    assert not is_in(client)
    assert set(codes) <= {200, 429}


def test_unknown_address_costs_a_hash_too(client, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed: list[int] = []
    encode = MD5PasswordHasher.encode

    def counting(*args, **kwargs):
        hashed.append(1)
        return encode(*args, **kwargs)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)

    sign_in(client, "nobody@clinic.example", "guess")

    assert hashed == [1]
