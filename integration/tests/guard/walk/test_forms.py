"""Every form that a page shows, sent with nothing, with too much, and with what breaks programs."""

from __future__ import annotations

import html
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from integration.tests.guard.crawl import body_of, name_of
from integration.tests.guard.pages import Form
from integration.tests.guard.walk.conftest import counts, enter, uncounted
from kap.accounts.enums import Role

pytestmark = pytest.mark.django_db
KEPT = {"csrfmiddlewaretoken", "_once"}
TYPED = {
    "text",
    "textarea",
    "search",
    "email",
    "tel",
    "password",
    "number",
    "date",
    "time",
    "url",
}
SECRETS = ("admin:", "account_", "mfa_", "accounts_kap:unlock")
"""What is typed there is a password or a code (or is Django's own page to keep)."""
SIGNS_OUT = {
    "account_logout",
    "admin:logout",
    "accounts_kap:lock",
    "patients:link_leave",
}
PAYLOADS = {
    "long": "a" * 10_000,
    "nul": "a\x00b",
    "surrogate-like": "\ufffe\U0001f600 \u200b\u202eabc\u0301",
    "quotes": "'\";-- \\ %s {0} {{ settings.SECRET_KEY }} {% load x %} ${1}",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "huge": "9" * 400,
    "negative": "-1",
    "nan": "NaN",
    "exponent": "1e400",
    "fullwidth": "１２３",
    "newline": "a\r\nBcc: x@example.org\r\n\r\nx",
    "date": "9999-99-99",
    "late": "9999-12-31T23:59",
    "early": "0001-01-01",
    "uuid": "00000000-0000-0000-0000-000000000404",
    "space": " \t\u00a0\u2003 ",
}


@dataclass(frozen=True)
class Found:
    """A form, where it is sent to, and who may press its button."""

    who: str
    url: str
    name: str
    form: Form


@pytest.fixture
def forms(walk_of, link_walks, kept_forms) -> list[Found]:
    if not kept_forms:
        walks = {str(role): walk_of(role) for role in Role} | link_walks
        seen = set()
        for who, walk in walks.items():
            for page in walk.pages:
                for form in page.parsed.forms:
                    found = _found(who, page.url, form)
                    key = found and (
                        found.name,
                        tuple(sorted({f.name for f in form.fields})),
                    )
                    if found and key not in seen:
                        seen.add(key)
                        kept_forms.append(found)
    return kept_forms


@pytest.fixture(scope="package")
def kept_forms() -> list[Found]:
    return []


def _found(who: str, page_url: str, form: Form) -> Found | None:
    url = form.action or page_url
    name = name_of(url)
    if form.method != "post" or name is None or name in SIGNS_OUT:
        return None
    return Found(who, url, name, form)


@pytest.fixture
def client_of(signed_in, links) -> Callable[[str], Client]:
    kept: dict[str, Client] = {}

    def find(who: str) -> Client:
        if who not in kept:
            purpose = who.partition("link:")[2]
            kept[who] = enter(links[purpose])[0] if purpose else signed_in(Role(who))
        return kept[who]

    return find


def press(client: Client, found: Found, data: dict[str, object]) -> Any:
    """Send it and take everything back that it did."""
    with transaction.atomic():
        response = client.post(found.url, {**data, "_once": str(uuid.uuid4())})
        transaction.set_rollback(True)
    return response


def with_all(
    form: Form, payload: str, kinds: set[str] | None = None
) -> dict[str, object]:
    """``payload`` in every field (of these kinds), and what the page had in the others."""
    data: dict[str, object] = dict(form.sent_as_it_is())
    for field in form.fields:
        if field.name in KEPT:
            continue
        if field.kind == "file":
            data[field.name] = SimpleUploadedFile(
                "x.json", payload.encode("utf-8", "replace")
            )
        elif kinds is None or field.kind in kinds:
            data[field.name] = payload
    return data


def broken(response: HttpResponse, found: Found) -> Iterator[str]:
    if response.status_code >= 500:
        info = getattr(response, "exc_info", None)
        why = f"{info[0].__name__}: {str(info[1])[:200]}" if info else ""
        yield f"{found.who} {found.name} {urlsplit(found.url).path}: {response.status_code} {why}"


def test_many_forms_are_found(forms):
    assert len(forms) > 60, sorted({found.name for found in forms})


def test_a_form_sent_empty_never_fails_and_writes_nothing(forms, client_of):
    wrong: list[str] = []
    for found in forms:
        client, before = client_of(found.who), counts()
        for data in ({}, with_all(found.form, "", TYPED)):
            with transaction.atomic():
                response = client.post(found.url, data)
                wrong += broken(response, found)
                if (
                    response.status_code >= 400
                    and counts() | uncounted(before) != before
                ):
                    wrong.append(f"{found.name}: refused, and something was written")
                transaction.set_rollback(True)

    assert wrong == []


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_what_breaks_programs_breaks_no_form(payload, forms, client_of):
    wrong: list[str] = []
    for found in forms:
        client = client_of(found.who)
        for kinds in (TYPED, None):
            response = press(client, found, with_all(found.form, payload, kinds))
            wrong += broken(response, found)
            if payload.startswith("<script>") and payload in body_of(response):
                wrong.append(f"{found.name}: markup is not escaped")

    assert wrong == []


@pytest.mark.parametrize("payload", ["quotes", "markup", "long", "surrogate-like"])
def test_a_refused_form_keeps_what_was_typed(payload, forms, client_of):
    text, wrong = PAYLOADS[payload], []
    for found in forms:
        areas = [f for f in found.form.fields if f.kind in {"text", "textarea"}]
        if not areas or found.name.startswith(SECRETS):
            continue
        response = press(client_of(found.who), found, with_all(found.form, text, TYPED))
        if response.status_code != 422:
            continue
        if html.escape(text, quote=False)[:30] not in html.unescape(
            body_of(response)
        ) and (text[:200] not in html.unescape(body_of(response))):
            wrong.append(f"{found.who} {found.name}")

    assert wrong == []


def test_a_form_without_its_token_is_refused(forms, client_of):
    wrong: list[str] = []
    for found in forms:
        client = client_of(found.who)
        client.handler.enforce_csrf_checks = True
        response = press(client, found, found.form.sent_as_it_is())
        client.handler.enforce_csrf_checks = False
        if response.status_code != 403:
            wrong.append(f"{found.name}: {response.status_code}")

    assert wrong == []


def test_fields_that_nobody_asked_for_change_nothing_and_break_nothing(
    forms, client_of
):
    extra = {
        "id": "1", "pk": "1", "author": "1", "patient": "1", "signed_at": "2020-01-01",
        "status": "active", "role": "admin", "roles": "admin", "is_staff": "on",
        "created_at": "2020-01-01", "by": "1", "user": "1", "__class__": "x",
    }  # fmt: skip
    wrong: list[str] = []
    for found in forms:
        data = {**with_all(found.form, "", TYPED), **extra}
        for field in found.form.fields:
            data.pop(field.name, None) if field.name in extra else None
        wrong += broken(press(client_of(found.who), found, data), found)

    assert wrong == []
