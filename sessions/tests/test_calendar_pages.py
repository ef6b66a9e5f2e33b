"""The calendar page: what stands on it, what it costs, who may see it, how it stays fresh."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.audit.models import AuditEvent
from sessions import services
from sessions.enums import VisitKind
from sessions.tests.factories import NOW, Clinic, make_clinic, make_episode, place_visit

pytestmark = pytest.mark.django_db
URL = "/sessions/calendar/"
HOUR = timedelta(hours=1)


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def desk(client: Client, clinic: Clinic, freeze: Callable[..., Any]) -> Client:
    freeze(NOW)
    client.force_login(clinic.by)
    return client


def text_of(client: Client, query: str = "", **headers: str) -> str:
    response = client.get(f"{URL}{query}", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("span", ["week", "day", "list"])
@pytest.mark.parametrize("visits", [1, 3, 300])
def test_the_calendar_takes_the_same_queries_for_any_number_of_visits(
    clinic: Clinic,
    desk: Client,
    django_assert_num_queries: Callable[..., Any],
    visits: int,
    span: str,
) -> None:
    episode = make_episode(clinic.site)
    for n in range(visits):
        start = NOW + timedelta(minutes=n)
        place_visit(clinic, start, minutes=1, episode=episode)
    desk.get(URL)

    with django_assert_num_queries(11):
        page = text_of(desk, f"?span={span}")

    assert f"{visits} visit" in page


def test_a_dose_is_drawn_from_its_slots_with_set_up_and_clean_up(
    clinic: Clinic, desk: Client
) -> None:
    episode = make_episode(clinic.site, given_name="Ana", family_name="Bell")
    start, end = NOW + HOUR, NOW + 3 * HOUR
    quarter = timedelta(minutes=15)
    services.book_appointment(
        patient=episode.patient,
        episode=episode,
        kind=VisitKind.PREPARATION,
        site=clinic.site,
        starts_at=start,
        ends_at=end,
        participants=[
            ("room", clinic.rooms[0].pk, start - quarter, end + quarter),
            ("therapist", clinic.therapists[0].pk, start, end),
        ],
        by=clinic.by,
        now=NOW,
    )

    page = text_of(desk, "?span=day&by=rooms")

    assert page.count("c-turn") == 2
    assert ">set-up<" in page
    assert ">clean-up<" in page
    assert "11:00\u201313:00" in page
    assert "Ana Bell" in page


def test_closed_hours_and_hours_not_worked_are_shaded_with_a_word(
    clinic: Clinic, desk: Client
) -> None:
    clinic.therapists[0].working_hours.filter(weekday=0).update(starts="10:00")

    page = text_of(desk, "?span=week&days=7")

    assert ">Closed<" in page
    assert ">Not here<" in page


def test_the_front_desk_reads_session_and_never_dose(
    clinic: Clinic, desk: Client
) -> None:
    place_visit(clinic, NOW + HOUR, kind=VisitKind.DOSING)

    assert "Dose" not in text_of(desk)

    desk.force_login(UserFactory.create(roles=[Role.NURSE]))
    assert "Dose 1" in text_of(desk)


def test_unchanged_is_304_for_two_queries_more_than_signing_in(
    clinic: Clinic, desk: Client, django_assert_num_queries: Callable[..., Any]
) -> None:
    place_visit(clinic, NOW + HOUR)
    part = reverse("sessions:calendar_part")
    first = desk.get(part)
    with django_assert_num_queries(4):
        again = desk.get(part, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304

    place_visit(clinic, NOW + 3 * HOUR)
    changed = desk.get(part, headers={"If-None-Match": first["ETag"]})

    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert "<h1>" in changed.content.decode()


def test_opening_it_is_written_down_once_and_a_poll_without_change_not_at_all(
    clinic: Clinic, desk: Client
) -> None:
    before = AuditEvent.objects.count()
    desk.get(URL)
    etag = desk.get(reverse("sessions:calendar_part"))["ETag"]
    desk.get(reverse("sessions:calendar_part"), headers={"If-None-Match": etag})

    assert AuditEvent.objects.count() == before + 2


@pytest.mark.parametrize("role", [Role.COMPLIANCE, Role.ADMIN])
def test_who_does_not_work_with_visits_is_refused(
    clinic: Clinic, client: Client, role: str
) -> None:
    client.force_login(UserFactory.create(roles=[role]))

    assert client.get(URL).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "?day=nonsense",
        "?only=x.9999999999999999999.3",
        "?span=year&by=%00&site=1",
        "?kinds=dosing.x",
    ],
)
def test_odd_addresses_show_a_usual_calendar(desk: Client, query: str) -> None:
    assert desk.get(f"{URL}{query}").status_code == 200
