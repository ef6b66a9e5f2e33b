"""The planner page: proposals, one press, and what it says when it cannot."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.clinic.models import Schedule
from kap.patients.models import EpisodeOfCare
from sessions.forms.planning import read_pick
from sessions.models import Appointment, CarePlan, Protocol
from sessions.tests.factories import (
    NOW,
    Clinic,
    clear,
    make_clinic,
    make_episode,
    place_visit,
)

pytestmark = pytest.mark.django_db
LINE = re.compile(r'name="visit" value="([^"]+)"')


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def episode(clinic: Clinic) -> EpisodeOfCare:
    episode = make_episode(clinic.site)
    clear(episode, by=clinic.by)
    return episode


@pytest.fixture
def desk(client: Client, clinic: Clinic, freeze: Callable[..., Any]) -> Client:
    freeze(NOW)
    client.force_login(clinic.by)
    return client


def page_of(client: Client, episode: EpisodeOfCare, query: str = "") -> str:
    response = client.get(f"/sessions/plan/{episode.pk}/?{query}")
    assert response.status_code == 200
    return response.content.decode()


def form_of(page: str) -> dict[str, Any]:
    protocol = re.search(r'name="protocol" value="([^"]+)"', page)
    assert protocol is not None
    return {"protocol": protocol[1], "visit": LINE.findall(page), "_once": str(uuid4())}


def test_a_course_is_proposed_and_booked_with_one_press(
    episode: EpisodeOfCare, desk: Client
) -> None:
    page = page_of(desk, episode)
    assert "Book all 14" in page
    assert "as therapist throughout" in page

    response = desk.post(f"/sessions/plan/{episode.pk}/", form_of(page))

    assert response.status_code == 302
    assert Appointment.objects.count() == 14
    assert "Every visit of this course is booked" in page_of(desk, episode)


def test_proposals_b_and_c_have_addresses_of_their_own(
    episode: EpisodeOfCare, desk: Client
) -> None:
    pages = [page_of(desk, episode, f"pick={letter}") for letter in "AB"]

    assert form_of(pages[0])["visit"] != form_of(pages[1])["visit"]


def test_the_page_costs_the_same_however_full_the_clinic(
    clinic: Clinic,
    episode: EpisodeOfCare,
    desk: Client,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    page_of(desk, episode)
    for first, visits in ((0, 1), (1, 3), (4, 20)):
        for n in range(first, first + visits):
            place_visit(clinic, NOW + timedelta(hours=n))
        with django_assert_num_queries(22):
            page_of(desk, episode)


def test_what_was_taken_meanwhile_is_named_and_nothing_is_booked(
    clinic: Clinic, episode: EpisodeOfCare, desk: Client
) -> None:
    page = page_of(desk, episode)
    form = form_of(page)
    pick = read_pick(form["visit"][7])
    place_visit(
        clinic, pick.starts_at, room=Schedule.objects.get(pk=pick.resources["room"])
    )

    response = desk.post(f"/sessions/plan/{episode.pk}/", form)

    again = response.content.decode()
    assert response.status_code == 409
    assert "Dose 4: Cedar was just taken from" in again
    assert "Book all 14" in again
    assert LINE.findall(again) != form["visit"]
    assert Appointment.objects.count() == 1
    assert not CarePlan.objects.exists()


def test_planning_is_allowed_but_booking_not_before_the_patient_is_cleared(
    clinic: Clinic, desk: Client
) -> None:
    episode = make_episode(clinic.site)
    page = page_of(desk, episode)
    assert (
        "Doses cannot be booked yet. No prescriber has decided on eligibility." in page
    )
    assert re.search(r"disabled[^>]*>Book all 14", page)

    response = desk.post(f"/sessions/plan/{episode.pk}/", form_of(page))

    assert response.status_code == 422
    assert not Appointment.objects.exists()


def test_an_impossible_course_names_the_step_and_what_would_help(
    episode: EpisodeOfCare, desk: Client
) -> None:
    page = page_of(desk, episode, "days=2")

    assert "Integration 1 cannot be placed." in page
    assert "It has to start 24 to 72 h after Dose 1" in page
    assert "Allow every weekday" in page
    link = re.search(
        r'class="k-opt" href="([^"]+)"[^>]*><span><b>Plan what comes before', page
    )
    assert link is not None
    part = desk.get(html.unescape(link[1])).content.decode()
    assert "12 visits stay open" in part
    assert len(LINE.findall(part)) == 2


def test_without_anybody_to_give_the_dose_the_reason_is_said(
    clinic: Clinic, episode: EpisodeOfCare, desk: Client
) -> None:
    for nurse in clinic.nurses:
        nurse.practitioner.is_bookable = False
        nurse.practitioner.save()

    assert "Dose 1 cannot be placed." in page_of(desk, episode)


@pytest.mark.parametrize(
    "query",
    [
        "first=nonsense",
        "first=2020-01-01",
        "first=9999-12-31",
        "days=9",
        "days=",
        "protocol=nonsense",
        "therapist=1",
        "hours=midnight",
        "upto=nonsense",
        "pick=Z",
    ],
)
def test_nonsense_in_the_address_is_no_error(
    episode: EpisodeOfCare, desk: Client, query: str
) -> None:
    page_of(desk, episode, query)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"visit": []}, id="empty"),
        pytest.param({"visit": ["nonsense"]}, id="nonsense"),
        pytest.param({"visit": ["dose-1~2026-11-24T15:00~room:1"] * 61}, id="too-many"),
        pytest.param({"visit": ["dose-1~2026-11-24T15:00~room:1"]}, id="half"),
        pytest.param({"visit": ["dose-1~2020-11-24T15:00~room:1"]}, id="past"),
        pytest.param({"protocol": "nonsense"}, id="no-protocol"),
    ],
)
def test_a_forged_form_is_answered_with_a_sentence(
    episode: EpisodeOfCare, desk: Client, change: dict[str, Any]
) -> None:
    form = {**form_of(page_of(desk, episode)), **change}

    response = desk.post(f"/sessions/plan/{episode.pk}/", form)

    assert response.status_code == 422
    assert b'role="alert"' in response.content
    assert not Appointment.objects.exists()


def test_an_unknown_protocol_is_refused(episode: EpisodeOfCare, desk: Client) -> None:
    form = {**form_of(page_of(desk, episode)), "protocol": str(uuid4())}

    assert desk.post(f"/sessions/plan/{episode.pk}/", form).status_code == 422


def test_a_clinic_without_protocols_says_so(
    episode: EpisodeOfCare, desk: Client
) -> None:
    Protocol.objects.update(is_active=False)

    assert "Nothing can be planned yet" in page_of(desk, episode)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COMPLIANCE])
def test_other_roles_are_refused(
    episode: EpisodeOfCare, desk: Client, role: str
) -> None:
    desk.force_login(UserFactory.create(roles=[role]))

    assert desk.get(f"/sessions/plan/{episode.pk}/").status_code == 403
