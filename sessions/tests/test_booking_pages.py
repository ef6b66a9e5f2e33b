"""Booking, moving and cancelling one visit through the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.patients.models import EpisodeOfCare
from kap.patients.tests.factories import ContactConsentFactory, PatientFactory
from sessions.models import Appointment, Protocol
from sessions.tests.factories import (
    NOW,
    TOMORROW_AT_10,
    Clinic,
    clear,
    make_clinic,
    make_episode,
    place_visit,
)
from sessions.tests.test_course import book as book_course, picks_of, proposals

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PLACE = re.compile(r'name="place" value="([^"]+)"')


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def episode(clinic: Clinic) -> EpisodeOfCare:
    return make_episode(clinic.site)


@pytest.fixture
def desk(client: Client, clinic: Clinic, freeze: Callable[..., Any]) -> Client:
    freeze(NOW)
    client.force_login(clinic.by)
    return client


def form_for(clinic: Clinic, episode: EpisodeOfCare, **change: str) -> dict[str, str]:
    people = f"room:{clinic.therapy_rooms[0].pk}~therapist:{clinic.therapists[0].pk}"
    return {
        "patient": str(episode.patient.pk),
        "what": "kind:preparation",
        "minutes": "60",
        "place": f"{TOMORROW_AT_10:%Y-%m-%dT%H:%M}~{people}",
        **change,
    }


def test_the_best_place_of_the_page_can_be_booked(
    clinic: Clinic, episode: EpisodeOfCare, desk: Client
) -> None:
    page = desk.get(f"/sessions/book/?patient={episode.patient.pk}").content.decode()
    places = PLACE.findall(page)
    assert len(places) == 12
    assert "checked><span><b>Mon 23 Nov 10:15, Birch" in page

    response = desk.post("/sessions/book/", form_for(clinic, episode, place=places[0]))

    visit = Appointment.objects.get()
    assert response["Location"] == f"/sessions/{visit.pk}/"
    assert (visit.kind, visit.booked_by) == ("preparation", clinic.by)


def test_every_offered_place_is_accepted(
    clinic: Clinic, episode: EpisodeOfCare, desk: Client
) -> None:
    page = desk.get(f"/sessions/book/?patient={episode.patient.pk}").content.decode()

    for place in PLACE.findall(page):
        desk.post(
            "/sessions/book/", form_for(clinic, make_episode(clinic.site), place=place)
        )
    assert Appointment.objects.count() == 12


def test_a_booking_through_http_takes_few_queries_however_full_the_calendar(
    clinic: Clinic,
    episode: EpisodeOfCare,
    desk: Client,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    ContactConsentFactory.create(patient=episode.patient)
    desk.get("/")
    for visits in (0, 12):
        for day in range(visits):
            place_visit(clinic, TOMORROW_AT_10 + timedelta(days=day + 1))
        other = make_episode(clinic.site)
        ContactConsentFactory.create(patient=other.patient)
        start = TOMORROW_AT_10 + HOUR * visits / 12
        form = form_for(clinic, other, _once=str(uuid4()))
        form["place"] = form["place"].replace("T15:00", f"T{start:%H:%M}")
        with django_assert_num_queries(10):
            assert desk.post("/sessions/book/", form).status_code == 302


def test_a_taken_place_is_said_and_others_are_offered(
    clinic: Clinic, episode: EpisodeOfCare, desk: Client
) -> None:
    desk.post("/sessions/book/", form_for(clinic, make_episode(clinic.site)))

    response = desk.post(
        "/sessions/book/", form_for(clinic, episode, _once=str(uuid4()))
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "Birch was just taken from 10:00 to 11:00. Choose another time." in page
    places_url = re.findall(r'hx-get="([^"]+)" hx-trigger="load"', page)[-1]
    offered = desk.get(unescape(places_url)).content.decode()
    assert len(PLACE.findall(offered)) == 12
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param({"place": ""}, "Choose a place from the list", id="no-place"),
        pytest.param({"place": "nonsense"}, "cannot be read", id="nonsense"),
        pytest.param(
            {"place": "2026-13-45T99:99~room:1"}, "cannot be read", id="no-date"
        ),
        pytest.param(
            {"place": "2026-11-24T15:00~room:1~room:2"}, "cannot be read", id="twice"
        ),
        pytest.param(
            {"place": "2026-11-24T15:00~room:" + "9" * 18}, "lacks a person", id="half"
        ),
        pytest.param({"what": "kind:party"}, "what the visit is for", id="no-kind"),
        pytest.param({"what": "step:x"}, "what the visit is for", id="no-step"),
        pytest.param(
            {"what": f"step:{uuid4()}"}, "not on the patient", id="foreign-step"
        ),
        pytest.param({"minutes": "9999"}, "480", id="too-long"),
        pytest.param({"minutes": "-5"}, "15", id="too-short"),
        pytest.param({"minutes": "\u0663\u0660"}, "", id="arabic-digits"),
    ],
)
def test_bad_input_is_answered_with_a_sentence(
    clinic: Clinic,
    episode: EpisodeOfCare,
    desk: Client,
    change: dict[str, str],
    sentence: str,
) -> None:
    response = desk.post("/sessions/book/", form_for(clinic, episode, **change))

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("patient", ["", "nonsense", "\x00"])
def test_without_a_patient_the_page_asks_who_comes(desk: Client, patient: str) -> None:
    assert b"Who comes?" in desk.get("/sessions/book/", {"patient": patient}).content
    assert desk.post("/sessions/book/", {"patient": patient}).status_code == 422


def test_an_unknown_patient_is_not_found(desk: Client) -> None:
    assert desk.get(f"/sessions/book/?patient={uuid4()}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "first=nonsense",
        "minutes=abc",
        "at=99:99",
        "therapist=999999",
        "what=kind:x",
        "first=2999-01-01",
    ],
)
def test_a_nonsensical_search_is_no_error(
    episode: EpisodeOfCare, desk: Client, query: str
) -> None:
    response = desk.get(f"/sessions/book/?patient={episode.patient.pk}&{query}")

    assert response.status_code == 200


def test_a_wished_time_that_is_taken_says_by_whom(
    clinic: Clinic, episode: EpisodeOfCare, desk: Client
) -> None:
    for room in clinic.therapy_rooms:
        place_visit(clinic, TOMORROW_AT_10, room=room)

    page = desk.get(
        f"/sessions/book/?patient={episode.patient.pk}&first=2026-11-24&at=10:30"
    ).content.decode()

    assert "Not at the time asked for." in page
    assert "Birch is not free from 10:30 to 11:00." in page
    assert "Linden is not free from 10:30 to 11:00." in page


def test_a_new_patient_without_a_course_gets_a_screening_visit(
    clinic: Clinic, desk: Client
) -> None:
    patient = PatientFactory.create(site=clinic.site)
    page = desk.get(f"/sessions/book/?patient={patient.pk}").content.decode()
    form = {
        "patient": str(patient.pk),
        "what": "kind:screening",
        "minutes": "60",
        "place": PLACE.findall(page)[0],
    }

    assert desk.post("/sessions/book/", form).status_code == 302
    assert (
        desk.post("/sessions/book/", {**form, "what": "kind:preparation"}).status_code
        == 422
    )


def test_an_open_step_of_the_plan_is_offered_first_and_booked_within_its_window(
    clinic: Clinic, episode: EpisodeOfCare, desk: Client
) -> None:
    clear(episode, by=clinic.by)
    protocol = Protocol.objects.get(code="standard_6")
    book_course(
        episode,
        protocol,
        picks_of(proposals(episode, protocol, upto="integration-1")[0]),
        clinic,
    )
    dose = Appointment.objects.get(kind="dosing")

    page = desk.get(f"/sessions/book/?patient={episode.patient.pk}").content.decode()
    assert "Integration 1 of 6, on the plan" in page
    what = re.search(r'name="what" value="(step:[^"]+)"', page)
    assert what is not None
    places = PLACE.findall(page)
    for place in places:
        start = datetime.strptime(place[:16], "%Y-%m-%dT%H:%M").replace(tzinfo=UTC)
        assert 24 * HOUR <= start - dose.ends_at <= 72 * HOUR
    form = form_for(clinic, episode, what=what[1], place=places[0], minutes="50")

    assert desk.post("/sessions/book/", form).status_code == 302
    visit = Appointment.objects.get(kind="integration")
    assert (visit.number, visit.of_total, visit.planned_step.step.key) == (
        1,
        6,
        "integration-1",
    )


def test_a_visit_is_moved_and_its_own_place_is_among_the_free_ones(
    clinic: Clinic, episode: EpisodeOfCare, desk: Client
) -> None:
    desk.post("/sessions/book/", form_for(clinic, episode))
    visit = Appointment.objects.get()
    page = desk.get(f"/sessions/{visit.pk}/move/?at=10:15").content.decode()
    assert "Tue 24 Nov 10:15, Birch" in page
    place = next(p for p in PLACE.findall(page) if "T15:15" in p)

    response = desk.post(
        f"/sessions/{visit.pk}/move/", {"version": "1", "minutes": "60", "place": place}
    )

    visit.refresh_from_db()
    assert response.status_code == 302
    assert visit.starts_at == TOMORROW_AT_10 + timedelta(minutes=15)
    again = desk.post(
        f"/sessions/{visit.pk}/move/", {"version": "1", "minutes": "60", "place": place}
    )
    assert again.status_code == 422
    assert "Somebody else has moved this visit" in again.content.decode()


def test_cancelling_asks_for_a_reason_and_keeps_what_was_typed(
    clinic: Clinic, episode: EpisodeOfCare, desk: Client
) -> None:
    desk.post("/sessions/book/", form_for(clinic, episode))
    visit = Appointment.objects.get()
    url = f"/sessions/{visit.pk}/cancel/"

    assert "Say why the visit is cancelled." in desk.post(url).content.decode()
    long = desk.post(url, {"reason": "x" * 10_000})
    assert long.status_code == 422
    assert "x" * 10_000 in long.content.decode()
    assert desk.post(url, {"reason": "Ill"}).status_code == 302
    visit.refresh_from_db()
    assert visit.status == "cancelled"
    refused = desk.post(url, {"reason": "Ill again"})
    assert "cannot go from “Cancelled” to “Cancelled”" in refused.content.decode()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COMPLIANCE])
def test_other_roles_are_refused(
    clinic: Clinic, episode: EpisodeOfCare, desk: Client, role: str
) -> None:
    visit = place_visit(clinic, NOW + HOUR)
    desk.force_login(UserFactory.create(roles=[role]))

    assert desk.get(f"/sessions/book/?patient={episode.patient.pk}").status_code == 403
    assert desk.post("/sessions/book/", form_for(clinic, episode)).status_code == 403
    for page in ("", "move/"):
        assert desk.get(f"/sessions/{visit.pk}/{page}").status_code == 403
    for act in ("cancel/", "check-in/", "no-show/", "start/", "finish/"):
        assert desk.post(f"/sessions/{visit.pk}/{act}").status_code == 403


def test_a_day_when_clocks_change_books_at_the_wall_clock(
    clinic: Clinic, episode: EpisodeOfCare, desk: Client
) -> None:
    """The Monday after 7 March 2027's change... 14 March 2027: EDT begins."""
    page = desk.get(
        f"/sessions/book/?patient={episode.patient.pk}&first=2027-03-15&at=9:00"
    ).content.decode()
    place = next(p for p in PLACE.findall(page) if p.startswith("2027-03-15T13:00"))

    desk.post("/sessions/book/", form_for(clinic, episode, place=place))

    visit = Appointment.objects.get()
    assert f"{visit.starts_at.astimezone(clinic.site.zone):%H:%M}" == "09:00"
