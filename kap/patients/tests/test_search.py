from __future__ import annotations

from datetime import date
from urllib.parse import quote

import pytest
from django.urls import reverse

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.audit.models import AuditEvent
from kap.patients import queries, search
from kap.patients.tests.factories import PatientFactory
from kap.ui import palette

FOUND = [
    ("muller", "Müller", "Ana"),
    ("müller", "Muller", "Ana"),
    ("mueller", "Müller", "Ana"),
    ("nguyen", "Nguyễn", "Thị"),
    ("NGUYỄN thi", "Nguyễn", "Thị"),
    ("o'brien", "O'Brien", "Ana"),
    ("obrien", "O’Brien", "Ana"),
    ("o brien", "O'Brien", "Ana"),
    ("brien", "O'Brien", "Ana"),
    ("smith-jones", "Smith-Jones", "Ana"),
    ("jones", "Smith-Jones", "Ana"),
    ("smithjones", "Smith-Jones", "Ana"),
    ("de la cr", "de la Cruz", "Ana"),
    ("cruz ana", "de la Cruz", "Ana"),
    ("ana cruz", "de la Cruz", "Ana"),
    ("soren", "Kjær", "Søren"),
    ("lukasz", "Wójcik", "Łukasz"),
    ("strasse", "Straße", "Ana"),
    ("иван", "Иванов", "Пётр"),
    ("李", "李", "小龙"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "family", "given"), FOUND, ids=lambda word: word)
def test_a_name_is_found_however_it_is_written(typed, family, given):
    wanted = PatientFactory.create(family_name=family, given_name=given)
    PatientFactory.create(family_name="Somebody", given_name="Else")

    rows = queries.find(typed, UserFactory.create())

    assert [row.id for row in rows] == [wanted.pk]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "1985-03-04",
        "3/4/1985",
        "4.3.1985",
        "4 mar 1985",
        "4 March 1985",
        "Mar 4, 1985",
        "testwell 3/4/1985",
        "912 345",
        "912345",
        "912 3",
        "555 0163",
        "(212) 555-0163",
        "+1 212 555 0163",
        "juniper@mail",
        "tes jun",
        "june",
    ],
)
def test_birth_date_number_phone_and_name_to_use_are_found(typed):
    wanted = PatientFactory.create(
        given_name="Juniper",
        family_name="Testwell",
        preferred_name="June",
        number=912_345,
        phone="+1 212 555 0163",
        email="juniper@mail.example",
    )
    PatientFactory.create(
        family_name="Other",
        given_name="Person",
        birth_date=date(1990, 1, 1),
        phone="555 9999",
    )

    rows = queries.find(typed, UserFactory.create())

    assert [row.id for row in rows] == [wanted.pk]


@pytest.mark.django_db
def test_family_names_come_before_other_words():
    given = PatientFactory.create(family_name="Zed", given_name="Martin")
    family = PatientFactory.create(family_name="Martinez", given_name="Ana")

    rows = queries.find("marti", UserFactory.create())

    assert [row.id for row in rows] == [family.pk, given.pk]


@pytest.mark.django_db
def test_searching_takes_at_most_four_queries(django_assert_max_num_queries):
    for number in range(3):
        PatientFactory.create(family_name=f"Martin{number}")
    user = UserFactory.create()

    with django_assert_max_num_queries(4):
        rows = queries.find("mar jun", user)

    assert len(rows) == 3


ODD = [
    "'",
    '"',
    ")",
    "-- ;",
    "&",
    "|",
    "!",
    ":*",
    "\\",
    "\x00",
    "a\x00b",
    "%",
    "_",
    "<->",
    "()",
    "a" * 10_000,
    "\u0300" * 500,
    "(" * 5_000,
    "\u202e",
    "\ud800",
    "''':*&|!",
    "99/99/9999",
    "²³",
]


@pytest.mark.parametrize("typed", ODD, ids=lambda typed: repr(typed[:8]))
def test_odd_input_finds_nobody_and_breaks_nothing(typed, as_role):
    PatientFactory.create()

    body = "q=" + quote(typed.encode("utf-8", "surrogatepass"))

    response = as_role(Role.FRONT_DESK).post(
        reverse("patients:find"), body, content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code in {200, 302}
    assert "Testwell" not in response.content.decode()


def test_nobody_found_names_who_is_close(as_role):
    PatientFactory.create(given_name="Clementine", family_name="Sample")

    page = as_role(Role.NURSE).post(reverse("patients:find"), {"q": "clementin sampel"})

    assert "Nobody fits" in page.content.decode()
    assert "Clementine Sample" in page.content.decode()


def test_a_search_is_written_down_without_its_words(as_role):
    PatientFactory.create(family_name="Canary")
    client = as_role(Role.NURSE)

    client.post(
        reverse("patients:find"), {"q": "canary"}, headers={"HX-Request": "true"}
    )

    event = AuditEvent.objects.get(action="search")
    assert event.actor_id == client.user.pk
    assert "canary" not in str(vars(event)).lower()


@pytest.mark.django_db
def test_the_palette_shows_two_identifiers():
    patient = PatientFactory.create(given_name="Juniper", family_name="Testwell")
    groups = palette.find("testw", UserFactory.create(nurse=True))

    option = groups[0].options[0]
    assert option.label == "Juniper Testwell"
    assert option.meta == f"born 4\u00a0Mar\u00a01985 · {patient.number_text}"


@pytest.mark.django_db
def test_the_palette_finds_nobody_for_a_role_without_patients():
    PatientFactory.create(family_name="Canary")

    groups = palette.find("canary", UserFactory.create(compliance=True))

    assert "Patients" not in [group.title for group in groups]


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("marti ben", "(marti:*) & (ben:*)"),
        ("3/4/1985", "(19850304:* | 19850403:*)"),
        ("555", "(555)"),
        ("5550", "(5550:*)"),
        ("a' & !b | c:*", "(a:*) & (b:*) & (c:*)"),
    ],
)
def test_what_was_typed_becomes_a_query_of_plain_words(typed, query):
    assert search.tsquery(search.parse(typed)) == query
