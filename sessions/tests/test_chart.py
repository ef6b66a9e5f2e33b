"""What chart, timeline, list and palette know of visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kap.accounts.tests.factories import UserFactory
from kap.patients import chart, timeline
from kap.patients.models import EpisodeOfCare
from sessions import columns, services
from sessions.models import Protocol
from sessions.queries import course_chart
from sessions.tests.factories import (
    NOW,
    Clinic,
    clear,
    make_clinic,
    make_episode,
    place_visit,
)
from sessions.tests.test_course import book, picks_of, proposals

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def episode(clinic: Clinic) -> EpisodeOfCare:
    episode = make_episode(clinic.site)
    clear(episode, by=clinic.by)
    return episode


def plan(clinic: Clinic, episode: EpisodeOfCare, *, upto: str = "") -> None:
    protocol = Protocol.objects.get(code="standard_6")
    book(
        episode, protocol, picks_of(proposals(episode, protocol, upto=upto)[0]), clinic
    )


def steps_of(clinic: Clinic, episode: EpisodeOfCare) -> list[str]:
    found = chart.next_steps(episode.patient_id, clinic.by, NOW)
    return [step.text for step in found if "/sessions/" in step.url]


def test_a_cleared_patient_without_a_course_is_to_be_planned(
    clinic: Clinic, episode: EpisodeOfCare
) -> None:
    assert steps_of(clinic, episode) == ["Plan the course"]
    assert steps_of(clinic, make_episode(clinic.site)) == []


def test_open_steps_stay_visible_and_the_next_visit_is_named(
    clinic: Clinic, episode: EpisodeOfCare
) -> None:
    plan(clinic, episode, upto="dose-2")

    assert steps_of(clinic, episode) == [
        "11 visits of the course to book",
        "Next: Preparation",
    ]


def test_the_ribbon_shows_every_step_booked_or_open(
    clinic: Clinic, episode: EpisodeOfCare, client: Client, freeze: Callable[..., Any]
) -> None:
    plan(clinic, episode, upto="dose-2")
    freeze(NOW)
    client.force_login(clinic.by)

    page = client.get(f"/patients/{episode.patient_id}/").content.decode()

    assert "Ketamine IM, 6 doses in 2 to 4 weeks" in page
    assert page.count("k-course-dot") == 14
    assert "11 visits of the plan are not booked." in page


def test_a_patient_without_a_course_has_no_ribbon(clinic: Clinic) -> None:
    assert course_chart.course_of(make_episode(clinic.site).patient_id) is None


def test_the_timeline_tells_what_happened_newest_first(
    clinic: Clinic, episode: EpisodeOfCare
) -> None:
    visit = clinic.book(episode=episode)
    services.cancel_appointment(
        appointment_id=visit.pk,
        reason="Ill",
        by=clinic.by,
        now=NOW + timedelta(minutes=5),
    )

    found = timeline.stretch(episode.patient_id, clinic.by, kind="sessions").entries

    assert [entry.title for entry in found] == [
        "Screening visit cancelled",
        "Screening visit booked",
    ]
    compliance = UserFactory.create(compliance=True)
    assert (
        timeline.stretch(episode.patient_id, compliance, kind="sessions").entries == []
    )


@pytest.mark.parametrize("patients", [1, 3])
def test_the_columns_of_the_list_cost_one_query_each(
    clinic: Clinic,
    freeze: Callable[..., Any],
    django_assert_num_queries: Callable[..., Any],
    patients: int,
) -> None:
    freeze(NOW)
    episodes = [make_episode(clinic.site) for _ in range(patients)]
    for place, episode in enumerate(episodes):
        place_visit(clinic, NOW + timedelta(days=1), episode=episode, lane=place)
        place_visit(clinic, NOW + timedelta(days=2), episode=episode, lane=place)
    ids = [episode.patient_id for episode in episodes]

    with django_assert_num_queries(2):
        upcoming = columns._next(ids, clinic.by)
        columns._doses(ids, clinic.by)

    assert {cell.text for cell in upcoming.values()} == {"Tue 24 Nov 10:00"}
    assert len(upcoming) == patients


def test_doses_are_counted_for_the_running_course(
    clinic: Clinic, episode: EpisodeOfCare
) -> None:
    plan(clinic, episode)

    assert course_chart.doses_done([episode.patient_id]) == {episode.patient_id: (0, 6)}


def test_the_palette_leads_to_the_booking_page(
    clinic: Clinic, episode: EpisodeOfCare, client: Client
) -> None:
    client.force_login(clinic.by)

    response = client.get(f"/sessions/book/{episode.patient_id}/")

    assert response["Location"] == f"/sessions/book/?patient={episode.patient_id}"
