"""Helpers of the patients tests: a signed-in client for a role."""

from __future__ import annotations

import pytest
from django.test import Client

from kap.accounts.tests.factories import UserFactory
from kap.patients import chart, columns, timeline


@pytest.fixture
def as_role(db):
    """``as_role("nurse")`` answers a client and its user."""

    def sign_in(role: str) -> Client:
        user = UserFactory.create(roles=[role])
        client = Client()
        client.force_login(user)
        client.user = user  # type: ignore[attr-defined]  # for the test's own use
        return client

    return sign_in


def _ours(part) -> bool:
    call = getattr(part, "render", None) or getattr(part, "fill", None) or part
    return call.__module__.startswith("kap.patients")


@pytest.fixture
def only_own_parts(monkeypatch):
    """A chart and a list without what other apps add: what they cost is theirs to count."""
    own = {key: panel for key, panel in chart._panels.items() if _ours(panel)}
    monkeypatch.setattr(chart, "_panels", own)
    monkeypatch.setattr(chart, "_tabs", {})
    monkeypatch.setattr(chart, "_facts", [fact for fact in chart._facts if _ours(fact)])
    monkeypatch.setattr(chart, "_steps", [])
    monkeypatch.setattr(columns, "_columns", {})
    sources = {
        source: kind for source, kind in timeline._sources.items() if _ours(source)
    }
    monkeypatch.setattr(timeline, "_sources", sources)
