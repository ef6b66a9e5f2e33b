"""What every answer carries, and what asking never does."""

from __future__ import annotations

from collections import defaultdict
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from integration.tests.guard.crawl import Page, fetch, name_of
from integration.tests.guard.walk.conftest import who_is
from kap.accounts.enums import Role
from kap.testing.addresses import every_address

pytestmark = pytest.mark.django_db
EACH_ROLE = pytest.mark.parametrize("role", list(Role))
ODD = [
    "", "\x00", "'\";--", "-1", "0", "9" * 30, "9999-99-99", "0001-01-01", "9999-12-31",
    "１２", "__class__", "pk__gt", "a" * 3000, "\ufffe\u202e", "00000000-0000-0000-0000-000000000404",
]  # fmt: skip


def missing(page: Page) -> list[str]:
    """The headers that protect a page and are not there."""
    headers = {name.lower(): value for name, value in page.headers.items()}
    policy = headers.get("content-security-policy", "")
    wanted = {
        "content security policy": "default-src 'none'" in policy
        and "unsafe" not in policy,
        "nosniff": headers.get("x-content-type-options") == "nosniff",
        "referrer policy": headers.get("referrer-policy")
        in {"same-origin", "strict-origin"},
        "frames": headers.get("x-frame-options") == "DENY",
        "no-store": "no-store" in headers.get("cache-control", ""),
        "opener": headers.get("cross-origin-opener-policy") == "same-origin",
        "permissions": "camera=()" in headers.get("permissions-policy", ""),
    }
    return [
        f"{page.status} {page.name}: {name}"
        for name, there in wanted.items()
        if not there
    ]


@EACH_ROLE
def test_every_answer_carries_the_headers_that_protect_it(role, walk_of):
    assert [line for page in walk_of(role).pages for line in missing(page)] == []


def test_patient_pages_carry_the_headers_too(link_walks):
    pages = [page for walk in link_walks.values() for page in walk.pages]

    assert [line for page in pages for line in missing(page)] == []
    assert {page.headers["X-Robots-Tag"] for page in pages} == {"noindex, nofollow"}


@EACH_ROLE
def test_no_page_has_a_script_or_a_style_of_its_own(role, walk_of):
    wrong = {
        f"{page.name}: {line}"
        for page in walk_of(role).pages
        for line in page.parsed.inline
    }

    assert wrong == set()


def test_no_patient_page_has_a_script_or_a_style_of_its_own(link_walks):
    pages = [page for walk in link_walks.values() for page in walk.pages]

    assert [page.parsed.inline for page in pages if page.parsed.inline] == []


@EACH_ROLE
def test_nothing_comes_from_elsewhere(role, walk_of):
    wrong = {
        f"{page.name}: {address}"
        for page in walk_of(role).pages
        for address in page.parsed.addresses
        if urlsplit(address).netloc not in {"", "testserver", "localhost:8000"}
    }

    assert wrong == set()


@EACH_ROLE
def test_looking_at_pages_changes_nothing(role, walk_of):
    assert set(walk_of(role).grown) == set()


def test_looking_at_patient_pages_changes_nothing(link_walks):
    changed = {
        key: sorted(walk.grown) for key, walk in link_walks.items() if walk.grown
    }

    assert changed == {}


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/static/nowhere.css", "/admin/nowhere/", "/l/x/"]
)
@pytest.mark.parametrize("role", [None, Role.NURSE])
def test_a_missing_page_is_protected_too(path, role, clinic):
    client = Client()
    if role:
        client.force_login(who_is(role))

    page = fetch(client, path)
    assert page.status == 404 or path.startswith("/admin/")
    assert missing(page) == []


def test_a_failed_page_is_protected_and_does_not_say_why(signed_in, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("Zqperson lives here")

    monkeypatch.setattr("kap.clinic.views.render", fail)
    page = fetch(signed_in(Role.FRONT_DESK), reverse("clinic:absences"))

    assert page.status == 500
    assert missing(page) == []
    assert "Zqperson" not in page.body
    assert "Traceback" not in page.body


def test_a_static_file_cannot_be_taken_for_something_else():
    assert finders.find("icons.svg")
    page = fetch(Client(), "/static/icons.svg")

    assert page.status == 200
    assert page.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_odd_words_behind_the_question_mark_break_nothing(value, walk_of, signed_in):
    wrong = []
    for role in (Role.FRONT_DESK, Role.PRESCRIBER, Role.COMPLIANCE, Role.ADMIN):
        client = signed_in(role)
        for url, names in asked_with(walk_of(role).pages).items():
            response = client.get(url, dict.fromkeys(names, value))
            if response.status_code >= 500:
                info = response.exc_info
                wrong.append(
                    f"{role} {url} {names}: {info[0].__name__} {info[1]}"[:300]
                )

    assert wrong == []


def asked_with(pages: list[Page]) -> dict[str, list[str]]:
    """Path to the names that links and forms put behind the question mark."""
    found: dict[str, set[str]] = defaultdict(set)
    one: dict[str, str] = {}
    for page in pages:
        path = urlsplit(page.url).path
        if page.status == 200:
            one.setdefault(page.name, path)
        for link in page.parsed.links:
            parts = urlsplit(link)
            name = name_of(parts.path or path) if not parts.netloc else None
            if name and parts.query:
                found[name] |= {
                    key for key, _ in parse_qsl(parts.query, keep_blank_values=True)
                }
        for form in page.parsed.forms:
            name = name_of(form.action or path)
            if name and form.method == "get":
                found[name] |= {field.name for field in form.fields}
    common = {
        "page",
        "q",
        "day",
        "sort",
        "site",
        "view",
        "at",
        "after",
        "before",
        "next",
        "patient",
    }
    return {path: sorted(found[name] | common) for name, path in one.items()}


def test_almost_every_address_is_opened_by_somebody(walk_of, link_walks):
    """So that what the walks say is said of the whole application."""
    walks = [walk_of(role) for role in Role] + list(link_walks.values())
    opened = {page.name for walk in walks for page in walk.pages if page.status == 200}
    ours = {
        address.name
        for address in every_address()
        if not address.is_closed
        and not address.view.__module__.startswith(("allauth", "django"))
        and not address.name.startswith("admin:")
    }

    sent_to = {
        name_of(form.action or page.url)
        for walk in walks
        for page in walk.pages
        for form in page.parsed.forms
    }
    closed = sorted(ours - opened - sent_to)
    # Most of these take a press of a button that no row here offers.
    assert len(closed) < 0.45 * len(ours), closed
