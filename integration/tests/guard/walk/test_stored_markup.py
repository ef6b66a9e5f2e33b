"""Markup that somebody typed stands on the pages as text."""

from __future__ import annotations

import pytest

from integration.tests.guard import marks
from integration.tests.guard.crawl import crawl
from integration.tests.guard.walk.conftest import starts
from kap.accounts.enums import Role

pytestmark = pytest.mark.django_db
MARKUP = "<i x='Zq\">&#39;"


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.FRONT_DESK, Role.ADMIN])
def test_markup_in_the_record_is_shown_as_text(role, signed_in, monkeypatch):
    monkeypatch.setattr(marks, "PERSON", MARKUP)
    monkeypatch.setattr(marks, "CLINICAL", MARKUP)
    assert len(marks.mark_everything()) > 40

    pages = crawl(signed_in(role), starts(), each=1)

    assert [
        page.url for page in pages if page.status >= 500 and page.name != "readyz"
    ] == []
    assert [page.name for page in pages if "<i x=" in page.body and page.is_html] == []
    shown = [page.name for page in pages if "&lt;i x=" in page.body]
    assert len(shown) > 5 or role == Role.ADMIN
