"""A new edition is made from the last, named what it lacks, looked at, and then fixed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from kap.accounts.tests.factories import UserFactory
from kap.documents.models import TemplateEdition

pytestmark = pytest.mark.django_db
ADD = "/admin/documents/templateedition/add/"


@pytest.fixture
def client(db: None) -> Client:
    client = Client()
    client.force_login(UserFactory.create(roles=["admin"], is_staff=True))
    return client


@pytest.fixture
def last(db: None) -> TemplateEdition:
    return TemplateEdition.objects.get(kind="kap_treatment", edition=1)


def typed(last: TemplateEdition, **changes: Any) -> dict[str, Any]:
    sections = changes.pop("sections", last.sections)
    return {
        "kind": last.kind,
        "language": "en",
        "title": last.title,
        "sections": json.dumps(sections),
        "is_material": "on",
        "effective_from": "2026-12-01",
        **changes,
    }


def test_a_new_edition_begins_with_the_last_ones_words(
    client: Client, last: TemplateEdition
) -> None:
    page = client.get(ADD, {"of": str(last.pk)})
    assert page.status_code == 200
    assert "Going home and the day after" in page.content.decode()
    assert client.get(ADD, {"of": "no-id"}).status_code == 200
    listing = client.get("/admin/documents/templateedition/").content.decode()
    assert f"?of={last.pk}" in listing


def test_missing_elements_are_named_and_may_be_passed_on_purpose(
    client: Client, last: TemplateEdition
) -> None:
    short = [one for one in last.sections if one["id"] != "going-home"]
    page = client.post(ADD, typed(last, sections=short))
    assert "C-13 no driving, and the escort" in page.content.decode()
    assert TemplateEdition.objects.filter(kind=last.kind).count() == 1
    client.post(ADD, typed(last, sections=short, publish_anyway="on"))
    assert TemplateEdition.objects.filter(kind=last.kind, edition=2).exists()


def test_a_text_that_cannot_be_read_is_refused(
    client: Client, last: TemplateEdition
) -> None:
    page = client.post(ADD, typed(last, sections=[{"id": "A b"}], publish_anyway="on"))
    assert "small letters" in page.content.decode()
    assert TemplateEdition.objects.filter(kind=last.kind).count() == 1


def test_the_preview_shows_it_and_saves_nothing(
    client: Client, last: TemplateEdition
) -> None:
    page = client.post(ADD, typed(last, _preview="Preview"))
    assert page.status_code == 200
    assert "When may you drive again after a session?" in page.content.decode()
    poor = client.post(ADD, typed(last, sections=[], _preview="Preview"))
    assert poor.status_code == 422
    assert "There is no part to show." in poor.content.decode()
    broken = client.post(ADD, {**typed(last), "sections": "{", "_preview": "1"})
    assert broken.status_code == 422
    assert TemplateEdition.objects.filter(kind=last.kind).count() == 1


def test_a_published_edition_is_only_read(
    client: Client, last: TemplateEdition
) -> None:
    page = client.get(f"/admin/documents/templateedition/{last.pk}/change/")
    assert page.status_code == 200
    assert 'name="title"' not in page.content.decode()
