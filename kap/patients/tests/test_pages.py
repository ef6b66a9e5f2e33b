from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from kap.accounts.enums import CLINICAL, SCHEDULING, Role
from kap.audit.models import AuditEvent
from kap.patients.enums import Phase
from kap.patients.models import Patient
from kap.patients.tests.factories import (
    EpisodeFactory,
    PatientFactory,
    RelatedPersonFactory,
)

LIST_QUERIES = 7
CHART_QUERIES = 11
"""Session and user included; the goal is 15."""

SEES = SCHEDULING | {Role.ADMIN}
PAGES = {
    "list": SEES,
    "register": SCHEDULING,
    "chart": SEES,
    "contact": SEES,
    "details": SCHEDULING,
    "timeline": SCHEDULING,
    "phase": CLINICAL,
    "team": SCHEDULING,
}


def url(name: str, patient: Patient) -> str:
    args = [] if name in {"list", "register"} else [patient.pk]
    return reverse(f"patients:{name}", args=args)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", list(PAGES))
def test_each_page_opens_for_its_roles_and_no_other(name, role, as_role):
    patient = EpisodeFactory.create(patient__family_name="Canary").patient
    RelatedPersonFactory.create(patient=patient)

    response = as_role(role).get(url(name, patient))

    assert response.status_code == (200 if role in PAGES[name] else 403)
    assert ("Canary" in response.content.decode()) == (
        role in PAGES[name] and name not in {"register", "timeline"}
    )


@pytest.mark.parametrize("name", list(PAGES))
def test_without_a_sign_in_every_page_asks_for_one(name, client, db):
    patient = EpisodeFactory.create().patient

    assert client.get(url(name, patient)).status_code == 302


def test_no_name_stands_in_a_page_title(as_role):
    patient = EpisodeFactory.create(patient__family_name="Canary").patient
    client = as_role(Role.NURSE)

    for name in PAGES:
        page = client.get(url(name, patient)).content.decode()
        if "<title>" in page:
            assert "Canary" not in page.split("<title>")[1].split("</title>")[0]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_for_three(
    rows, as_role, only_own_parts, django_assert_num_queries
):
    client = as_role(Role.NURSE)
    for _ in range(rows):
        EpisodeFactory.create()
    client.get(reverse("patients:list"))

    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("patients:list"))


@pytest.mark.parametrize("moves", [1, 12])
def test_the_chart_costs_the_same_for_a_short_and_for_a_long_history(
    moves, as_role, only_own_parts, django_assert_num_queries, now
):
    client = as_role(Role.THERAPIST)
    episode = EpisodeFactory.create(phase=Phase.DOSING)
    for step in range(moves):
        episode.phase_changes.create(
            new_phase=Phase.DOSING, changed_at=now + timedelta(minutes=step), reason="x"
        )
    client.get(url("chart", episode.patient))

    with django_assert_num_queries(CHART_QUERIES):
        client.get(url("chart", episode.patient))


def test_opening_a_chart_is_written_down(as_role):
    client = as_role(Role.NURSE)
    patient = EpisodeFactory.create().patient

    client.get(url("chart", patient))

    event = AuditEvent.objects.get(action="read")
    assert (event.actor_id, event.patient_id) == (client.user.pk, patient.pk)


def test_the_older_part_of_a_timeline_goes_on_where_the_page_ended(as_role, now):
    client = as_role(Role.NURSE)
    episode = EpisodeFactory.create(phase=Phase.DOSING)
    for step in range(30):
        episode.phase_changes.create(
            new_phase=Phase.DOSING,
            old_phase=Phase.PREPARATION,
            changed_at=now + timedelta(minutes=step),
            reason=f"move-{step:02}",
        )

    first = client.get(url("timeline", episode.patient)).content.decode()
    cursor = (now + timedelta(minutes=18)).isoformat()
    older = client.get(
        url("timeline", episode.patient), {"before": cursor}
    ).content.decode()

    assert first.count("move-") == 12
    assert "move-18" in first
    assert "move-17" in older
    assert "move-18" not in older


@pytest.mark.parametrize(
    "cursor", ["x", "2026", "\x00", "2026-11-23T15:00:00", "9" * 50]
)
def test_an_odd_cursor_shows_the_newest(cursor, as_role):
    patient = EpisodeFactory.create().patient

    response = as_role(Role.NURSE).get(url("timeline", patient), {"before": cursor})

    assert response.status_code == 200


def test_the_list_goes_on_page_by_page_without_a_name_in_the_address(as_role):
    client = as_role(Role.FRONT_DESK)
    for number in range(52):
        EpisodeFactory.create(patient__family_name=f"Sample{number:02}")

    first = client.get(reverse("patients:list")).content.decode()
    address = first.split('hx-get="')[2].split('"')[0].replace("&amp;", "&")
    second = client.get(address, headers={"HX-Request": "true"}).content.decode()

    assert "sample" not in address.lower()
    assert ("Sample49" in first, "Sample50" in first) == (True, False)
    assert ("Sample49" in second, "Sample51" in second) == (False, True)


@pytest.mark.parametrize(
    "query", ["whose=x", "phase='%3B--", "after=nonsense", "after=%00", "phase=closed"]
)
def test_odd_words_in_the_address_of_the_list_count_as_nothing(query, as_role):
    EpisodeFactory.create()

    assert (
        as_role(Role.NURSE).get(f"{reverse('patients:list')}?{query}").status_code
        == 200
    )


def test_the_first_day_of_a_clinic_says_what_to_do(as_role):
    page = as_role(Role.FRONT_DESK).get(reverse("patients:list")).content.decode()

    assert "Register the first patient" in page


def test_whose_care_has_ended_stands_in_their_own_list(as_role):
    PatientFactory.create(family_name="Endeman")
    EpisodeFactory.create(patient__family_name="Nowman")
    client = as_role(Role.NURSE)

    ended = client.get(reverse("patients:list"), {"whose": "ended"}).content.decode()
    clinic = client.get(reverse("patients:list")).content.decode()

    assert ("Endeman" in ended, "Nowman" in ended) == (True, False)
    assert ("Endeman" in clinic, "Nowman" in clinic) == (False, True)


def test_mine_are_those_i_treat(as_role):
    client = as_role(Role.THERAPIST)
    EpisodeFactory.create(patient__family_name="Mineman", therapist=client.user)
    EpisodeFactory.create(patient__family_name="Otherman")

    page = client.get(reverse("patients:list"), {"whose": "mine"}).content.decode()

    assert ("Mineman" in page, "Otherman" in page) == (True, False)
