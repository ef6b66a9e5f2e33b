from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from kap.accounts.enums import CredentialKind
from kap.accounts.services import check_credentials_valid, prove_identity
from kap.accounts.tests.factories import (
    PASSWORD,
    CredentialFactory,
    PractitionerFactory,
    PrescriberFactory,
    UserFactory,
)
from kap.core.errors import NotAllowed

pytestmark = pytest.mark.django_db


def test_right_passwords_are_not_counted(now):
    user = UserFactory()

    for _ in range(12):
        prove_identity(user=user, password=PASSWORD, now=now)


def test_own_password_proves_identity(now):
    prove_identity(user=UserFactory(), password=PASSWORD, now=now)


def test_wrong_password_is_refused_with_a_sentence(now):
    with pytest.raises(NotAllowed, match="not your password"):
        prove_identity(user=UserFactory(), password="guess", now=now)


def test_right_password_is_refused_while_throttled_though_each_try_was_rolled_back(now):
    user = UserFactory()
    for _ in range(5):
        with pytest.raises(NotAllowed, match="not your password"), transaction.atomic():
            prove_identity(user=user, password="guess", now=now)

    with pytest.raises(NotAllowed, match="Too many tries"):
        prove_identity(user=user, password=PASSWORD, now=now)

    prove_identity(user=user, password=PASSWORD, now=now + timedelta(minutes=6))


def test_prescriber_with_valid_credentials_may_prescribe():
    practitioner = PrescriberFactory()

    check_credentials_valid(user=practitioner.user, on=date(2026, 11, 23))


@pytest.mark.parametrize("kind", [CredentialKind.LICENCE, CredentialKind.DEA])
def test_expired_credential_is_refused_with_its_last_day(kind):
    practitioner = PractitionerFactory(user__name="Dr Ann Lee")
    other = {CredentialKind.LICENCE, CredentialKind.DEA} - {kind}
    CredentialFactory(practitioner=practitioner, kind=other.pop())
    CredentialFactory(
        practitioner=practitioner, kind=kind, expires_on=date(2026, 11, 3)
    )

    check_credentials_valid(user=practitioner.user, on=date(2026, 11, 3))
    with pytest.raises(NotAllowed, match="of Dr Ann Lee ended on Nov 3, 2026"):
        check_credentials_valid(user=practitioner.user, on=date(2026, 11, 4))


def test_missing_credential_is_refused():
    with pytest.raises(NotAllowed, match="No valid licence is recorded"):
        check_credentials_valid(user=UserFactory(), on=date(2026, 11, 23))
