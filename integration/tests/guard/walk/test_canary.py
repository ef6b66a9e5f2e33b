"""What a patient's record holds appears on the pages that show it, and nowhere else."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.urls import reverse

from integration.tests.guard.marks import marks_in
from integration.tests.guard.walk.conftest import ours, rows_of
from kap.accounts.enums import Role

pytestmark = pytest.mark.django_db
LEAST_PAGES = {
    Role.FRONT_DESK: 35,
    Role.THERAPIST: 50,
    Role.NURSE: 50,
    Role.PRESCRIBER: 50,
    Role.MEDICAL_DIRECTOR: 50,
    Role.COMPLIANCE: 8,
    Role.ADMIN: 40,
}
EACH_ROLE = pytest.mark.parametrize("role", list(Role))


@EACH_ROLE
def test_the_walk_opens_many_pages_and_none_fails(role, walk_of):
    pages = walk_of(role).pages

    assert [
        f"{p.status} {p.url}" for p in pages if p.status >= 500 and p.name != "readyz"
    ] == []
    assert len({page.name for page in pages if page.status == 200}) >= LEAST_PAGES[role]


@EACH_ROLE
def test_no_page_links_to_what_its_reader_may_not_open(role, walk_of):
    """Linked from a page, and refused or missing."""
    walk = walk_of(role)
    linked = {link for page in walk.pages for link in page.parsed.links}

    dead = [
        f"{p.status} {p.name}"
        for p in walk.pages
        if p.url in linked and p.status in {403, 404, 405}
    ]

    assert dead == []


@EACH_ROLE
def test_no_address_holds_a_word_of_the_record(role, walk_of):
    wrong = [
        f"{page.name}: {address}"
        for page in walk_of(role).pages
        for address in [
            *page.parsed.addresses,
            page.headers.get("Location", ""),
            page.url,
        ]
        if marks_in(address) and not address.startswith(("mailto:", "tel:"))
    ]

    assert wrong == []


@EACH_ROLE
def test_no_page_title_names_a_patient(role, walk_of):
    wrong = [page.name for page in walk_of(role).pages if marks_in(page.parsed.title)]

    assert wrong == []


@EACH_ROLE
def test_no_header_names_a_patient(role, walk_of):
    wrong = [
        f"{page.name}: {name}"
        for page in walk_of(role).pages
        for name, value in page.headers.items()
        if marks_in(value)
    ]

    assert wrong == []


@EACH_ROLE
def test_no_line_of_the_log_holds_a_word_of_the_record(role, walk_of):
    assert [line for line in walk_of(role).logs if marks_in(line)] == []


@EACH_ROLE
def test_no_row_of_the_history_holds_a_word_of_the_record(role, walk_of):
    walk = walk_of(role)

    assert [row for row in [*walk.audit, *walk.keys] if marks_in(row)] == []


def test_the_admin_shows_no_patient(walk_of):
    pages = [
        page for page in walk_of(Role.ADMIN).pages if page.name.startswith("admin:")
    ]

    assert len(pages) > 20
    assert [page.url for page in pages if marks_in(page.body)] == []


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.COMPLIANCE, Role.ADMIN])
def test_who_is_not_a_clinician_reads_no_clinical_word(role, walk_of):
    wrong = {
        page.name
        for page in walk_of(role).pages
        if any(mark.lower() == "zqclinic" for mark in marks_in(page.body))
    }

    assert wrong == set()


DOSE_OR_SCORE = re.compile(
    r"\d\s?mg\b|mg/kg|moderately severe|PHQ-9\W{0,3}\d|GAD-7\W{0,3}\d|suicid|self-harm",
    re.IGNORECASE,
)
WORDS_OF_THE_SITE = {
    "screening:kiosk",  # before anybody is known: the official name of the crisis line
    "screening:questionnaires",  # names of questionnaires
    "screening:rules_edition",  # the clinic's rules, of no patient
}


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMIN, Role.COMPLIANCE])
def test_who_is_not_a_clinician_reads_no_dose_and_no_score(role, walk_of):
    settings_pages = ("admin:", "ui:gallery", "screening:consent_of", "patients:link")
    # the text that everybody is given to read, and the number to call in a crisis
    wrong = {
        f"{page.name}: {found.group()}"
        for page in walk_of(role).pages
        if not page.name.startswith(settings_pages)
        and page.name not in WORDS_OF_THE_SITE
        and (found := DOSE_OR_SCORE.search(page.parsed.text))
    }

    assert wrong == set()


def test_compliance_reads_no_name_outside_its_own_lists(walk_of):
    wrong = {
        page.name for page in walk_of(Role.COMPLIANCE).pages if marks_in(page.body)
    }

    assert wrong <= {"audit:history", "audit:mine", "notifications:outbox"}


def test_no_row_names_a_patient_when_it_is_printed(clinic):
    wrong = {
        f"{model._meta.label}: {row}"
        for model in ours()
        for row in model._base_manager.all()[:200]
        if marks_in(f"{row} {row!r}")
    }

    assert wrong == set()


def test_messages_hold_no_word_of_the_record(clinic):
    sent = rows_of("notifications.DemoMessage")
    assert sent, "no message was sent, so this test shows nothing"

    recipients = re.compile(r'"recipient": "[^"]*"')
    assert [row for row in sent if marks_in(recipients.sub("", row))] == []
    assert [
        row for row in rows_of("notifications.Communication") if marks_in(row)
    ] == []


def test_jobs_and_work_hold_no_word_of_the_record(clinic):
    labels = ["documents.RenderJob", "documents.DocumentReference", "worklist.WorkItem"]

    assert [row for label in labels for row in rows_of(label) if marks_in(row)] == []


def test_the_marks_are_in_many_columns_and_are_seen_on_pages(clinic, walk_of):
    seen = {page.name for page in walk_of(Role.PRESCRIBER).pages if marks_in(page.body)}

    assert len(clinic) > 40
    assert len(seen) > 15


def test_a_search_with_a_name_leaves_no_trace_of_it(signed_in, clinic):
    client = signed_in(Role.FRONT_DESK)
    for url in (reverse("ui:find"), reverse("patients:find"), reverse("patients:list")):
        client.get(url, {"q": "Zqperson"})

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data::text FROM (SELECT t::text AS data FROM audit_auditevent t) d"
        )
        assert [row for (row,) in cursor.fetchall() if marks_in(row)] == []
