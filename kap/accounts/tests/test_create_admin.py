from __future__ import annotations

import getpass

import pytest
from django.core.management import CommandError, call_command

from kap.accounts.models import User
from kap.accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
WORDS = "seven green kettles sing"


@pytest.fixture
def type_in(monkeypatch):
    def answers(*passwords):
        left = list(passwords)
        monkeypatch.setattr(getpass, "getpass", lambda _: left.pop(0))

    return answers


def test_first_admin_can_open_the_admin(type_in, heard):
    type_in(WORDS, WORDS)

    call_command("create_admin", email="Ada@Clinic.example", name="Ada Keys")

    user = User.objects.get()
    assert (user.email, user.roles, user.is_staff, user.is_superuser) == (
        "ada@clinic.example",
        ["admin"],
        True,
        False,
    )
    assert user.check_password(WORDS)
    assert heard == [(None, "create", str(user.pk), "first-admin", False)]


@pytest.mark.parametrize(
    ("email", "passwords", "sentence"),
    [
        ("nobody", [WORDS, WORDS], "no e-mail address"),
        ("a@b.example", [WORDS, "other"], "differ"),
        ("a@b.example", ["short", "short"], "too short"),
        ("a@b.example", ["ketamine1234", "ketamine1234"], "easy to guess"),
        ("a@b.example", ["password1234", "password1234"], "too common"),
        ("taken@b.example", [WORDS, WORDS], "Somebody has"),
    ],
)
def test_what_will_not_do_is_refused(type_in, email, passwords, sentence):
    UserFactory.create(email="taken@b.example")
    type_in(*passwords)

    with pytest.raises(CommandError, match=sentence):
        call_command("create_admin", email=email, name="Ada Keys")
