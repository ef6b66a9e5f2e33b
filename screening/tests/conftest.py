"""Helpers of the screening tests: clients for roles and for patients behind a link."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from kap.accounts.tests.factories import PrescriberFactory, UserFactory
from kap.patients import link_sessions, links


@pytest.fixture
def as_role(db):
    """``as_role("nurse")`` answers a signed-in client; ``client.user`` is the person."""

    def sign_in(role: str) -> Client:
        if role == "prescriber":
            user = PrescriberFactory.create().user
        else:
            user = UserFactory.create(roles=[role])
        client: Any = Client()
        client.force_login(user)
        client.user = user
        return client

    return sign_in


@pytest.fixture
def behind_link(db, now, freeze):
    """``behind_link("packet", row)`` answers a client inside a link session to ``row``."""
    freeze(now)

    def enter(purpose: str, row, *, handed_over_by=None) -> Client:
        issued = links.issue_link(
            patient=row.patient, purpose=purpose, object_id=row.pk, by=None, now=now
        )
        secret = link_sessions.open_session(
            issued.link, now=now, handed_over_by=handed_over_by
        )
        client: Any = Client()
        response = HttpResponse()
        links.start_session(response, secret)
        client.cookies[links.COOKIE] = response.cookies[links.COOKIE].value
        client.link = issued.link
        return client

    return enter
