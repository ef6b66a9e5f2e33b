from __future__ import annotations

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured

from kap.core import fieldcrypto
from kap.core.fieldcrypto import CannotOpenError, open_sealed, place, seal

OLD = "k1:" + base64.b64encode(bytes(range(32))).decode()
NEW = "k2:" + base64.b64encode(bytes(range(1, 33))).decode()
ROW = place("mfa_authenticator", "secret", 7)

# AES-256-GCM made step by step with the low-level cipher (key 00..1f, nonce 00..0b,
# text "JBSWY3DPEHPK3PXP", header "1.k1.mfa_authenticator.secret.7").
VECTOR = "1.k1.AAECAwQFBgcICQoLDUCFTJzWhkvICcfAgrkgPS7cEFCPX6VjDQnJFNtA8/Q="


@pytest.fixture(autouse=True)
def keys(settings):
    settings.FIELD_KEYS = [OLD]


def test_what_is_sealed_opens_in_its_own_row_only():
    value = seal("secret", bound_to=ROW)

    assert open_sealed(value, bound_to=ROW) == "secret"
    with pytest.raises(CannotOpenError):
        open_sealed(value, bound_to=place("mfa_authenticator", "secret", 8))


def test_known_vector_opens():
    assert open_sealed(VECTOR, bound_to=ROW) == "JBSWY3DPEHPK3PXP"


def test_the_same_text_is_never_sealed_alike():
    assert seal("secret", bound_to=ROW) != seal("secret", bound_to=ROW)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(VECTOR[:-5] + "AAAA=", id="changed"),
        pytest.param(VECTOR.replace("1.k1", "2.k1"), id="other-version"),
        pytest.param(VECTOR.replace("1.k1", "1.k9"), id="unknown-key"),
        pytest.param("1.k1.!!!", id="not-base64"),
        pytest.param("JBSWY3DPEHPK3PXP", id="not-sealed"),
        pytest.param("", id="empty"),
    ],
)
def test_what_is_not_ours_does_not_open(value):
    with pytest.raises(CannotOpenError):
        open_sealed(value, bound_to=ROW)


def test_old_key_opens_and_newest_key_seals(settings):
    value = seal("secret", bound_to=ROW)
    settings.FIELD_KEYS = [NEW, OLD]

    assert open_sealed(value, bound_to=ROW) == "secret"
    assert not fieldcrypto.is_sealed_with_newest(value)
    assert fieldcrypto.is_sealed_with_newest(seal("secret", bound_to=ROW))


def test_removed_key_opens_nothing(settings):
    value = seal("secret", bound_to=ROW)
    settings.FIELD_KEYS = [NEW]

    with pytest.raises(CannotOpenError):
        open_sealed(value, bound_to=ROW)


@pytest.mark.parametrize(
    "keys", [[], ["k1:short"], ["k1:not base64!"], [":" + OLD[3:]]]
)
def test_unusable_keys_are_refused(settings, keys):
    settings.FIELD_KEYS = keys

    with pytest.raises(ImproperlyConfigured):
        seal("secret", bound_to=ROW)


def test_longer_material_is_condensed_to_a_key(settings):
    settings.FIELD_KEYS = [
        "dev:" + base64.urlsafe_b64encode(bytes(64)).decode().strip("=")
    ]

    assert open_sealed(seal("x", bound_to=ROW), bound_to=ROW) == "x"
