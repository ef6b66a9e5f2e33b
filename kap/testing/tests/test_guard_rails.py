"""The guard rails hold: each does fail what it is there to fail."""

from __future__ import annotations

import socket
import time
import warnings

import pytest
from django.core import mail
from django.template import Context, Engine, Origin, Template

from kap.core import clock
from kap.testing.templates import OURS


def _template(source: str, name: str) -> Template:
    return Template(source, origin=Origin(name), engine=Engine.get_default())


def test_an_unknown_variable_in_a_template_of_ours_fails():
    template = _template("Dear {{ pateint }}", str(OURS / "a" / "letter.html"))

    with pytest.raises(pytest.fail.Exception, match=r"a/letter\.html names pateint"):
        template.render(Context({"patient": "x"}))


def test_a_default_does_not_hide_an_unknown_variable():
    template = _template("{{ pateint|default:'you' }}", str(OURS / "letter.html"))

    with pytest.raises(pytest.fail.Exception):
        template.render(Context())


def test_an_unknown_variable_in_a_template_of_a_package_is_empty():
    template = _template("[{{ opts }}]", "/usr/lib/admin/base.html")

    assert template.render(Context()) == "[]"


def test_a_known_variable_is_shown():
    template = _template("Dear {{ patient }}", str(OURS / "letter.html"))

    assert template.render(Context({"patient": "Ana"})) == "Dear Ana"


def test_a_warning_is_an_error():
    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


def test_the_network_is_closed():
    with socket.socket() as line, pytest.raises(UserWarning, match="tried to use"):
        line.connect(("192.0.2.1", 80))


def test_mail_stays_in_memory():
    mail.send_mail("Hello", "text", "a@example.org", ["b@example.org"])

    assert [letter.subject for letter in mail.outbox] == ["Hello"]


def test_a_frozen_clock_stands_still(freeze, now):
    freeze(now)
    time.sleep(0.01)

    assert clock.now() == now
