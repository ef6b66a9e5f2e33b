from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.db import connection
from django.test import Client

from kap.accounts import codes, forms
from kap.accounts.tests.factories import PASSWORD, UserFactory
from kap.core import fieldcrypto
from kap.core.fieldcrypto import CannotOpenError

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CODE_PAGE = "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True
    cache.clear()


def with_app(user):
    with codes.owned_by(user):
        TOTP.activate(user, SECRET)
    return user


def code_at(moment) -> str:
    return format_hotp_value(hotp_value(SECRET, int(moment.timestamp()) // 30))


def give_password(client, user):
    cache.clear()
    return client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.django_db
def test_password_alone_is_half_the_way(client):
    response = give_password(client, with_app(UserFactory.create()))

    assert response["Location"] == CODE_PAGE
    assert not is_in(client)
    assert client.get(CODE_PAGE).status_code == 200


@pytest.mark.django_db
def test_code_of_the_app_opens_the_door(client, now, freeze):
    freeze(now)
    give_password(client, with_app(UserFactory.create()))

    client.post(CODE_PAGE, {"code": code_at(now)})

    assert is_in(client)
    assert client.get("/account/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("later", [0, 29, 31, 60])
def test_a_code_opens_the_door_once(client, now, freeze, later):
    clock = freeze(now)
    user = with_app(UserFactory.create())
    give_password(client, user)
    client.post(CODE_PAGE, {"code": code_at(now)})
    other = Client()
    give_password(other, user)
    clock.shift(timedelta(seconds=later))

    response = other.post(CODE_PAGE, {"code": code_at(now)})

    assert not is_in(other)
    if later < 30:
        assert forms.USED in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_racing_processes_accept_a_code_once(now):
    user = with_app(UserFactory.create())
    taken = []

    def take():
        taken.append(codes.take(user))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert taken.count(True) <= 2, "the race may straddle two stretches of 30 s"
    assert taken.count(True) >= 1


@pytest.mark.django_db
def test_codes_cannot_be_guessed_on_and_on(client, now, freeze):
    freeze(now)
    give_password(client, with_app(UserFactory.create()))
    for number in range(12):
        cache.clear()
        client.post(CODE_PAGE, {"code": f"{number:06}"})
    cache.clear()

    client.post(CODE_PAGE, {"code": code_at(now)})

    assert not is_in(client)


@pytest.mark.django_db
def test_recovery_code_opens_the_door_once(client):
    user = with_app(UserFactory.create())
    with codes.owned_by(user):
        code = RecoveryCodes.activate(user).generate_codes()[0]
    give_password(client, user)
    client.post(CODE_PAGE, {"code": code})
    assert is_in(client)

    other = Client()
    give_password(other, user)
    other.post(CODE_PAGE, {"code": code})
    assert not is_in(other)


@pytest.mark.django_db
def test_seed_is_sealed_and_opens_for_its_owner_only():
    mine, theirs = with_app(UserFactory.create()), with_app(UserFactory.create())
    rows = {row.user_id: row for row in Authenticator.objects.all()}
    stored = rows[mine.pk].data["secret"]
    assert SECRET not in stored

    with codes.owned_by(mine):
        assert codes.open_sealed(stored) == SECRET
    with codes.owned_by(theirs), pytest.raises(CannotOpenError):
        codes.open_sealed(stored)
    with pytest.raises(CannotOpenError):
        codes.open_sealed(stored)


@pytest.mark.django_db
def test_rotation_seals_every_seed_with_the_newest_key_and_may_be_repeated(settings):
    user = with_app(UserFactory.create())
    with codes.owned_by(user):
        RecoveryCodes.activate(user)
    new = "k2:" + "bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LTAwMDA="
    settings.FIELD_KEYS = [new, *settings.FIELD_KEYS]

    assert fieldcrypto.rotate()["authenticators"] == 2
    assert fieldcrypto.rotate()["authenticators"] == 0

    settings.FIELD_KEYS = [new]
    with codes.owned_by(user):
        row = Authenticator.objects.get(type="totp")
        assert codes.open_sealed(row.data["secret"]) == SECRET


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/account/", "/find/", "/history/mine/", "/admin/"])
def test_without_a_second_factor_only_enrolment_is_reached(client, url):
    client.force_login(UserFactory.create(admin=True))

    response = client.get(url)

    assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/")


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor on commit
def test_enrolment_by_app_opens_the_rest_and_shows_recovery_codes_once(
    client, now, freeze
):
    freeze(now)
    user = UserFactory.create()
    give_password(client, user)
    assert client.get("/accounts/2fa/").status_code == 200
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    secret = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, int(now.timestamp()) // 30))

    response = client.post("/accounts/2fa/totp/activate/", {"code": code})

    assert response["Location"] == "/accounts/2fa/recovery-codes/"
    assert "shown this once" in client.get(response["Location"]).content.decode()
    assert "cannot be shown again" in client.get(response["Location"]).content.decode()
    assert client.get("/account/").status_code == 200
    assert not codes.take(user), "the code that proved the app is used up"


@pytest.mark.django_db
def test_the_last_factor_stays_where_one_is_required(client, now, freeze):
    freeze(now)
    user = with_app(UserFactory.create())
    give_password(client, user)
    client.post(CODE_PAGE, {"code": code_at(now)})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    response = client.post("/accounts/2fa/totp/deactivate/")

    assert "cannot be removed" in response.content.decode()
    assert Authenticator.objects.filter(user=user).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    [
        "/accounts/2fa/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/sessions/",
        "/accounts/2fa/reauthenticate/",
        "/accounts/password/change/",
    ],
)
def test_pages_of_the_own_account_open(client, now, freeze, url):
    freeze(now)
    user = with_app(UserFactory.create())
    give_password(client, user)
    client.post(CODE_PAGE, {"code": code_at(now)})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    assert client.get(url).status_code == 200
