"""Dragging over HTTP: refused starts, the question, the move, undo, the pinboard, blocked time, views."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.clinic.models import Absence
from sessions.models import Appointment, AppointmentMove, CalendarView, PinnedVisit
from sessions.tests.factories import (
    NOW,
    TOMORROW_AT_10,
    Clinic,
    clear,
    make_clinic,
    make_episode,
    make_person,
    place_visit,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
HX = {"HX-Request": "true"}


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def desk(client: Client, clinic: Clinic, freeze: Callable[..., Any]) -> Client:
    freeze(NOW)
    client.force_login(clinic.by)
    return client


def refusals_url(visit: Appointment, role: str = "room", **more: str) -> str:
    url = reverse("sessions:calendar_refusals", args=["visit", visit.pk])
    asked = {"role": role, "day": "2026-11-24", "span": "day", **more}
    return f"{url}?{urlencode(asked)}"


@pytest.mark.parametrize("others", [1, 3, 20])
def test_refused_starts_of_a_dose_cost_the_same_queries_for_anybody(
    clinic: Clinic,
    desk: Client,
    django_assert_num_queries: Callable[..., Any],
    others: int,
) -> None:
    episode = make_episode(clinic.site)
    clear(episode, by=UserFactory.create(roles=[Role.PRESCRIBER]))
    visit = clinic.book(
        episode=episode, kind="dosing", minutes=150, nurse=clinic.nurses[0]
    )
    for n in range(others):
        make_person(clinic.site, Role.THERAPIST)
        place_visit(clinic, TOMORROW_AT_10 + timedelta(minutes=200 + n), minutes=1)

    with django_assert_num_queries(11):
        answer = desk.get(refusals_url(visit, span="week"))

    assert answer.status_code == 200
    assert len(answer.json()["cells"]) == 10 + others


def test_the_reasons_name_rooms_and_people_and_never_a_patient(
    clinic: Clinic, desk: Client
) -> None:
    visit = clinic.book()
    other = clinic.book(TOMORROW_AT_10 + 3 * HOUR, therapist=clinic.therapists[1])

    found = desk.get(refusals_url(visit)).json()["cells"]

    words = {words for runs in found.values() for *_, words in runs}
    assert "Cedar is taken" in words
    nurse = clinic.nurses[0].practitioner.user.name
    assert f"{nurse} takes no part in such a visit" in words
    assert other.patient.family_name not in str(words)
    own = [run for run in found[str(clinic.rooms[0].pk)] if run[3] == "Cedar is taken"]
    at = int((TOMORROW_AT_10 + 3 * HOUR).timestamp())
    assert [own[0][0], own[0][1]] == [at - 45 * 60, at + 3600]


def ask_url(visit: Appointment, **query: object) -> str:
    url = reverse("sessions:calendar_move", args=[visit.pk])
    return f"{url}?{urlencode(query)}" if query else url


def fields(visit: Appointment, clinic: Clinic, **change: object) -> dict[str, object]:
    return {
        "version": visit.version,
        "day": "2026-11-24",
        "at": "13:00",
        "room": clinic.rooms[0].pk,
        "therapist": clinic.therapists[0].pk,
        "prescriber": clinic.prescribers[0].pk,
        "reason": "",
        "tell": "no",
        **change,
    }


def test_the_question_says_from_where_to_where_before_anything_happens(
    clinic: Clinic, desk: Client
) -> None:
    visit = clinic.book()
    to = int((TOMORROW_AT_10 + 2 * HOUR).timestamp())

    page = desk.get(
        ask_url(visit, to=to, diary=clinic.rooms[1].pk, role="room"), headers=HX
    ).content.decode()

    assert "to Tue 24 Nov 12:00\u201313:00?" in page
    assert "now Tue 24 Nov 10:00\u201311:00" in page
    assert "Room: Willow" in page
    assert "Tell the patient" in page
    assert not AppointmentMove.objects.exists()


def test_a_move_is_sent_once_and_the_page_is_told_to_draw_anew(
    clinic: Clinic, desk: Client
) -> None:
    visit = clinic.book()

    answer = desk.post(ask_url(visit), fields(visit, clinic), headers=HX)

    assert answer.status_code == 204
    assert "kap:calendar-changed" in answer["HX-Trigger"]
    visit.refresh_from_db()
    assert f"{visit.starts_at.astimezone(clinic.site.zone):%H:%M}" == "13:00"


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"day": "2026-11-20"}, 422, "in the past"),
        ({"day": "2026-11-28"}, 422, "is closed on Saturday"),
        ({"version": 7}, 409, "has changed this visit"),
        ({"at": "25:00"}, 422, "This is no time of day"),
        ({"room": "0"}, 422, "Choose one of the list"),
    ],
)
def test_a_refusal_is_a_sentence_and_the_visit_stays(
    clinic: Clinic, desk: Client, change: dict[str, object], status: int, sentence: str
) -> None:
    visit = clinic.book()

    answer = desk.post(ask_url(visit), fields(visit, clinic, **change), headers=HX)

    assert answer.status_code == status
    assert sentence in answer.content.decode()
    visit.refresh_from_db()
    assert visit.starts_at == TOMORROW_AT_10


def test_without_a_script_it_is_a_page_and_a_form(clinic: Clinic, desk: Client) -> None:
    visit = clinic.book()
    assert "<h1>Move a visit</h1>" in desk.get(ask_url(visit)).content.decode()

    answer = desk.post(ask_url(visit), fields(visit, clinic))

    assert answer.status_code == 302
    assert answer["Location"] == "/sessions/calendar/?day=2026-11-24"


def test_undo_stands_on_the_page_for_its_time(clinic: Clinic, desk: Client) -> None:
    visit = clinic.book()
    desk.post(ask_url(visit), fields(visit, clinic), headers=HX)
    move = AppointmentMove.objects.get()
    undo = reverse("sessions:calendar_undo", args=[move.pk])
    assert undo in desk.get("/sessions/calendar/").content.decode()

    assert desk.post(undo, headers=HX).status_code == 204

    visit.refresh_from_db()
    assert visit.starts_at == TOMORROW_AT_10
    assert undo not in desk.get("/sessions/calendar/").content.decode()


def test_a_visit_is_parked_and_placed_again(clinic: Clinic, desk: Client) -> None:
    visit = clinic.book()
    desk.post(
        reverse("sessions:calendar_park", args=[visit.pk]), {"version": 1}, headers=HX
    )
    pin = PinnedVisit.objects.get()
    page = desk.get("/sessions/calendar/").content.decode()
    assert f"pin{pin.pk}" in page
    assert "parked 0 min ago" in page
    refused = desk.get(
        reverse("sessions:calendar_refusals", args=["pin", pin.pk]) + "?span=week"
    )
    assert refused.status_code == 200

    sent = fields(visit, clinic)
    place = reverse("sessions:calendar_place", args=[pin.pk])
    assert desk.get(place, headers=HX).status_code == 200
    assert desk.post(place, sent, headers=HX).status_code == 204

    assert f"pin{pin.pk}" not in desk.get("/sessions/calendar/").content.decode()
    assert Appointment.objects.filter(status="booked").count() == 1


def test_a_pin_is_given_up_with_a_reason(clinic: Clinic, desk: Client) -> None:
    visit = clinic.book()
    desk.post(reverse("sessions:calendar_park", args=[visit.pk]), {"version": 1})
    url = reverse("sessions:calendar_give_up", args=[PinnedVisit.objects.get().pk])

    assert desk.post(url, {"reason": ""}, headers=HX).status_code == 422
    assert desk.post(url, {"reason": "No longer wanted"}, headers=HX).status_code == 204


def test_blocking_lists_the_visits_it_hits_and_goes_on_only_when_told(
    clinic: Clinic, desk: Client
) -> None:
    visit = clinic.book()
    url = reverse("sessions:calendar_block")
    sent = {
        "site": clinic.site.pk,
        "schedule": clinic.rooms[0].pk,
        "code": "repair",
        "first_day": "2026-11-24",
        "starts": "9:00",
        "last_day": "2026-11-24",
        "ends": "12:00",
        "reason": "",
    }

    asked = desk.post(url, sent, headers=HX)
    assert asked.status_code == 409
    assert visit.patient.full_name in asked.content.decode()
    assert "put 1 visit on the work list" in asked.content.decode()
    assert not Absence.objects.exists()

    assert desk.post(url, {**sent, "go_on": "1"}, headers=HX).status_code == 204
    absence = Absence.objects.get()
    assert (
        "Cleaning or repair"
        in desk.get("/sessions/calendar/?day=2026-11-24").content.decode()
    )
    changed = reverse("sessions:calendar_blocked", args=[absence.pk])
    assert desk.get(changed).status_code == 200
    free = reverse("sessions:calendar_unblock", args=[absence.pk])
    assert desk.post(free, headers=HX).status_code == 204


def test_a_view_is_kept_on_a_key_and_holds_nothing_but_choices(
    clinic: Clinic, desk: Client
) -> None:
    url = reverse("sessions:calendar_save_view")
    query = f"by=rooms&span=day&day=2026-11-24&patient=x&only={clinic.rooms[0].pk}"
    query += "&kinds=Ana+Bellwether&site=Bellwether"
    desk.post(url, {"key": "3", "name": "Dosing rooms", "query": query})

    view = CalendarView.objects.get()
    assert view.query == f"by=rooms&span=day&only={clinic.rooms[0].pk}"
    page = desk.get("/sessions/calendar/").content.decode()
    assert 'aria-keyshortcuts="3"' in page
    other = Client()
    other.force_login(UserFactory.create(front_desk=True))
    assert "Dosing rooms" not in other.get("/sessions/calendar/").content.decode()
    desk.post(reverse("sessions:calendar_drop_view", args=[view.pk]))
    assert not CalendarView.objects.exists()


def test_an_empty_place_asks_who_comes_and_leads_to_the_booking_form(
    clinic: Clinic, desk: Client
) -> None:
    patient = make_episode(
        clinic.site, given_name="Ana", family_name="Bellwether"
    ).patient
    url = reverse("sessions:calendar_new")
    where = {
        "site": clinic.site.pk,
        "at": int(TOMORROW_AT_10.timestamp()),
        "diary": clinic.therapists[0].pk,
    }

    first = desk.get(url, where, headers=HX).content.decode()
    assert "Tuesday 24 November, 10:00" in first
    found = desk.post(url, {**where, "q": "bellw"}, headers=HX).content.decode()

    assert f"patient={patient.pk}&amp;first=2026-11-24&amp;at=10%3A00" in found
    assert f"therapist={clinic.therapists[0].pk}" in found


def test_the_card_of_a_visit_is_shown_beside(clinic: Clinic, desk: Client) -> None:
    visit = clinic.book()
    url = reverse("sessions:calendar_visit", args=[visit.pk])

    card = desk.get(url, headers=HX).content.decode()

    assert "Move to" in card
    assert visit.patient.full_name in card
    assert desk.get(url)["Location"] == f"/sessions/{visit.pk}/"
