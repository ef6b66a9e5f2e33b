"""An address that one person may open, asked for by every other."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from integration.tests.guard.crawl import fetch
from integration.tests.guard.marks import PERSON, marks_in
from integration.tests.guard.walk.conftest import counts, enter, uncounted
from kap.accounts.enums import CLINICAL, Role
from kap.testing.addresses import every_address

pytestmark = pytest.mark.django_db
PARTED = {address.name for address in every_address() if address.parts}
SETTINGS = ("admin:",)


@pytest.fixture
def known(walk_of) -> list[str]:
    """What some role opened, of every address that names a thing."""
    found = {
        page.url
        for role in Role
        for page in walk_of(role).pages
        if page.name in PARTED
        and page.status == 200
        and not page.name.startswith(SETTINGS)
    }
    assert len(found) > 60
    return sorted(found)


@pytest.mark.parametrize("role", list(Role))
def test_a_refused_page_says_nothing_of_the_patient(role, known, signed_in):
    client = signed_in(role)
    answers = [fetch(client, url) for url in known]

    assert [page.url for page in answers if page.status >= 500] == []
    refused = [page for page in answers if page.status in {302, 403, 404}]
    assert [page.url for page in refused if marks_in(page.body)] == []


@pytest.mark.parametrize("role", [role for role in Role if role not in CLINICAL])
def test_an_address_found_by_a_clinician_shows_others_nothing_clinical(
    role, known, signed_in
):
    client = signed_in(role)
    answers = [fetch(client, url) for url in known]

    wrong = {page.name for page in answers if "Zqclinic" in page.body}
    assert wrong == set()


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.THERAPIST])
@pytest.mark.parametrize(
    "method", ["head", "options", "put", "patch", "delete", "trace"]
)
def test_an_odd_method_does_not_open_a_closed_page(method, role, known, signed_in):
    client, before = signed_in(role), counts()
    wrong = []
    for url in known:
        response = getattr(client, method)(url)
        if response.status_code >= 500 or (
            response.status_code != 200 and marks_in(response.content.decode())
        ):
            wrong.append(f"{response.status_code} {url}")
        if method not in {"head", "options"} and response.status_code not in {
            302,
            403,
            404,
            405,
        }:
            wrong.append(f"{response.status_code} {url}")

    assert wrong == []
    assert counts() | uncounted(before) == before


@pytest.mark.parametrize(
    "tail", [";", ";.css", "%00", "%2e%2e/", "//", "%0d%0aX:y", "?_method=DELETE"]
)
def test_a_tail_on_an_address_opens_nothing(tail, known, signed_in):
    client = signed_in(Role.COMPLIANCE)
    answers = [fetch(client, url.rstrip("/") + "/" + tail) for url in known[::3]]

    wrong = [page.url for page in answers if page.status >= 500 or marks_in(page.body)]
    assert wrong == []


def test_a_link_opens_no_staff_page(known, links):
    client, _ = enter(links["packet"])
    answers = [fetch(client, url) for url in [*known, "/", reverse("patients:list")]]

    wrong = [
        f"{page.status} {page.url}"
        for page in answers
        if page.status not in {302, 403, 404}
        and page.name != "patients:link"  # the door of a link, which asks anybody
    ]
    assert wrong == []
    assert [page.url for page in answers if marks_in(page.body)] == []


def test_a_link_opens_only_the_pages_of_its_purpose(links, link_walks):
    wrong = []
    for purpose, link in links.items():
        client, own = enter(link)
        for other, walk in link_walks.items():
            if other == f"link:{purpose}":
                continue
            for page in walk.pages:
                again = fetch(client, page.url)
                numbers = numbers_in(again.body) - {own}
                if again.status >= 500 or numbers:
                    wrong.append(f"{purpose} on {page.url}: {again.status} {numbers}")

    assert wrong == []


def test_a_link_shows_no_other_patient(links, link_walks):
    for purpose, link in links.items():
        _, own = enter(link)
        pages = link_walks[f"link:{purpose}"].pages

        assert pages
        assert [page.status for page in pages if page.status >= 400] == []
        assert {n for page in pages for n in numbers_in(page.body)} <= {own}


def test_staff_who_are_signed_in_open_no_patient_page(links, link_walks, signed_in):
    client = signed_in(Role.PRESCRIBER)
    answers = [
        fetch(client, page.url) for walk in link_walks.values() for page in walk.pages
    ]

    assert {page.status for page in answers} == {403}
    assert [page.url for page in answers if marks_in(page.body)] == []


def test_patient_pages_keep_the_record_out_of_addresses_titles_and_logs(link_walks):
    for walk in link_walks.values():
        assert [page.url for page in walk.pages if marks_in(page.parsed.title)] == []
        assert [
            a for page in walk.pages for a in page.parsed.addresses if marks_in(a)
        ] == []
        assert [line for line in walk.logs if marks_in(line) or "/l/" in line] == []
        assert [row for row in [*walk.audit, *walk.keys] if marks_in(row)] == []


def test_a_link_that_is_forged_used_up_or_missing_gets_the_same_answer(links):
    client = Client()
    path, _, _ = links["packet"]
    dead = [
        path[:-2] + "/",
        path.replace("/l/", "/l/x"),
        "/l/%00/",
        "/l/../",
        "/l/" + "a" * 3000 + "/",
    ]

    answers = [client.get(one) for one in dead]
    assert {answer.status_code for answer in answers} <= {404}


def numbers_in(text: str) -> set[str]:
    return set(re.findall(f"{PERSON}(\\d+)", text, re.IGNORECASE))
