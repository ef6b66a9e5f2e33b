"""The day board: who sees what, what it costs, and how it stays fresh."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from django.test import Client

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.clinic.models import OpeningHours
from kap.core.errors import IllegalTransition
from kap.pharmacy.models import Product
from kap.worklist.models import WorkItem
from sessions import services
from sessions.models import Appointment, Encounter, MedicationRequest, PreSessionCheck
from sessions.queries import board, board_cards
from sessions.queries.board_ready import readiness
from sessions.tests.factories import (
    NOW,
    Clinic,
    clear,
    make_clinic,
    make_episode,
    place_visit,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def desk(client: Client, clinic: Clinic, freeze: Callable[..., Any]) -> Client:
    freeze(NOW)
    client.force_login(clinic.by)
    return client


def as_role(client: Client, role: str) -> Client:
    client.force_login(UserFactory.create(roles=[role]))
    return client


def text_of(client: Client, url: str = "/") -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("view", ["rooms", "list"])
@pytest.mark.parametrize("visits", [1, 3, 60])
def test_the_board_takes_the_same_queries_for_any_number_of_visits(
    clinic: Clinic,
    desk: Client,
    django_assert_num_queries: Callable[..., Any],
    visits: int,
    view: str,
) -> None:
    for n in range(visits):
        kind = "dosing" if n % 3 == 0 else "preparation"
        place_visit(clinic, NOW + timedelta(minutes=n), kind=kind, lane=n)
    desk.get("/")

    with django_assert_num_queries(11):
        page = text_of(desk, f"/?view={view}")

    assert page.count("Check in</button>") == visits


def test_a_clinician_sees_the_dose_and_the_front_desk_does_not(
    clinic: Clinic, desk: Client
) -> None:
    visit = place_visit(
        clinic, NOW + HOUR, minutes=150, kind="dosing", number=3, of_total=6
    )
    product = Product.objects.filter(routes__contains=["im"]).first()
    assert product is not None
    MedicationRequest.objects.create(
        appointment=visit,
        patient=visit.patient,
        product=product,
        route="im",
        dose_mg=Decimal("55.000"),
        max_total_mg=Decimal("55.000"),
        content_sha256="0" * 64,
        ordered_at=NOW,
        ordered_by=clinic.by,
    )

    page = text_of(desk)
    assert "Session 3 of 6" in page
    assert "Clinical review needed" in page
    for word in ("55\u00a0mg", "Ketamine", "Dose ", "Not cleared"):
        assert word not in _cards(page), word

    page = text_of(as_role(desk, Role.NURSE))
    assert "Dose 3 of 6" in page
    assert "Ketamine IM 55\u00a0mg" in page


def _cards(page: str) -> str:
    return page[page.index('id="board"') : page.index("</main>")]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COMPLIANCE])
def test_who_does_not_work_with_visits_is_led_elsewhere(
    clinic: Clinic, desk: Client, role: str
) -> None:
    place_visit(clinic, NOW + HOUR)

    response = as_role(desk, role).get("/")

    assert response.status_code == 302
    assert as_role(desk, role).get("/sessions/board/").status_code == 403


@pytest.mark.parametrize(
    ("day", "words"),
    [
        pytest.param("2026-11-24", "No visits on this day", id="open"),
        pytest.param(
            "2026-11-28", "Larkfield opens again on Monday 30 November", id="closed"
        ),
        pytest.param("nonsense", "Monday 23 November", id="no-date-is-today"),
        pytest.param("0001-01-01", "Monday 23 November", id="too-early-is-today"),
        pytest.param("9999-12-31", "Monday 23 November", id="too-late-is-today"),
    ],
)
def test_empty_and_nonsensical_days(desk: Client, day: str, words: str) -> None:
    assert words in text_of(desk, f"/?day={day}&site=nonsense&view=x&show=y")


def test_without_a_site_the_board_says_what_to_do(client: Client) -> None:
    client.force_login(UserFactory.create(front_desk=True))

    assert "There is no site yet" in text_of(client)


def test_tabs_count_and_filter(clinic: Clinic, desk: Client) -> None:
    place_visit(clinic, NOW + HOUR)
    place_visit(clinic, NOW, status="fulfilled", lane=1)
    place_visit(clinic, NOW, status="noshow", lane=2)
    place_visit(clinic, NOW, status="cancelled", lane=3)
    arrived = place_visit(clinic, NOW + 3 * HOUR)
    services.check_in(appointment_id=arrived.pk, by=clinic.by, now=NOW)

    rows = board.rows(board.places()[0], date(2026, 11, 23), user=clinic.by)

    assert board_cards.counts(rows) == {
        "remaining": 1,
        "arrived": 1,
        "going": 0,
        "done": 2,
        "all": 4,
    }
    page = text_of(desk, "/?show=arrived")
    assert arrived.patient.full_name in page
    assert page.count('class="k-ses-name') == 1


def test_the_poll_answers_nothing_until_something_happens(
    clinic: Clinic, desk: Client, django_assert_num_queries: Callable[..., Any]
) -> None:
    visit = place_visit(clinic, NOW + HOUR, kind="dosing")
    url = _poll_url(text_of(desk))

    with django_assert_num_queries(4):
        assert desk.get(url).status_code == 204

    services.check_in(appointment_id=visit.pk, by=clinic.by, now=NOW)
    response = desk.get(url)
    assert response.status_code == 200
    assert b"Arrived" in response.content
    assert b"<html" not in response.content

    url = _poll_url(response.content.decode())
    assert desk.get(url).status_code == 204
    PreSessionCheck.objects.create(
        appointment=visit, escort_confirmed=True, said_at=NOW
    )
    assert desk.get(url).status_code == 200


def test_the_poll_does_not_keep_a_session_alive() -> None:
    from sessions.views.board import board_part

    assert getattr(board_part, "is_passive", False) is True


def test_the_board_is_drawn_anew_every_five_minutes(
    clinic: Clinic, desk: Client, freeze: Callable[..., Any]
) -> None:
    place_visit(clinic, NOW + HOUR)
    url = _poll_url(text_of(desk))

    freeze(NOW + timedelta(minutes=5))

    assert desk.get(url).status_code == 200


def _poll_url(page: str) -> str:
    start = page.index('hx-get="/sessions/board/') + len('hx-get="')
    url = page[start : page.index('"', start)].replace("&amp;", "&")
    assert set(parse_qs(urlparse(url).query)) >= {"day", "site", "v"}
    return url


@pytest.mark.parametrize(
    ("night", "hours"),
    [
        pytest.param(date(2026, 3, 8), 23, id="clocks-go-forward"),
        pytest.param(date(2026, 11, 1), 25, id="clocks-go-back"),
    ],
)
def test_a_day_of_23_or_25_hours_is_one_day(
    clinic: Clinic, desk: Client, night: date, hours: int
) -> None:
    OpeningHours.objects.create(
        site=clinic.site, weekday=6, opens=time(8), closes=time(18)
    )
    place = board.places()[0]
    start, end = place.bounds(night)
    assert (end.astimezone(UTC) - start.astimezone(UTC)) == timedelta(hours=hours)
    nine = datetime(night.year, night.month, night.day, 9, tzinfo=clinic.site.zone)
    inside = place_visit(clinic, nine.astimezone(UTC))
    outside = place_visit(clinic, end.astimezone(UTC))

    page = text_of(desk, f"/?day={night}")

    assert inside.patient.full_name in page
    assert outside.patient.full_name not in page
    assert f'id="v{inside.pk}"' in page
    assert ">09:00<" in page
    card = page[: page.index(f'id="v{inside.pk}"')].rpartition('class="k-ses ')[2]
    assert " s-13 e-25" in card


def test_check_in_start_and_finish_from_the_board(clinic: Clinic, desk: Client) -> None:
    visit = place_visit(clinic, NOW + HOUR)
    base = f"/sessions/{visit.pk}/"

    response = desk.post(base + "check-in/", {"back": "/?show=all"})
    assert (response.status_code, response["Location"]) == (302, "/?show=all")
    assert desk.post(base + "start/").status_code == 403

    as_role(desk, Role.THERAPIST)
    desk.post(base + "start/")
    desk.post(base + "finish/")

    visit.refresh_from_db()
    assert visit.status == "fulfilled"
    encounter = Encounter.objects.get()
    assert (encounter.status, encounter.started_at, encounter.ended_at) == (
        "finished",
        NOW,
        NOW,
    )
    assert encounter.status_changes.count() == 3


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "javascript:1"]
)
def test_back_leads_nowhere_else(clinic: Clinic, desk: Client, back: str) -> None:
    visit = place_visit(clinic, NOW + HOUR)

    response = desk.post(f"/sessions/{visit.pk}/check-in/", {"back": back})

    assert response["Location"] == f"/sessions/{visit.pk}/"


def test_a_second_check_in_is_refused_in_a_sentence(
    clinic: Clinic, desk: Client
) -> None:
    visit = place_visit(clinic, NOW + HOUR)
    desk.post(f"/sessions/{visit.pk}/check-in/")

    response = desk.post(f"/sessions/{visit.pk}/check-in/")

    assert response.status_code == 409
    assert "cannot go from “Arrived” to “Arrived”" in response.content.decode()


def test_a_doubled_press_checks_in_once(clinic: Clinic, desk: Client) -> None:
    visit = place_visit(clinic, NOW + HOUR)
    form = {"_once": "6d6bd2f3-42f1-4b04-8a5e-0d4a3cf0c0c1", "back": "/"}

    first = desk.post(f"/sessions/{visit.pk}/check-in/", form)
    second = desk.post(f"/sessions/{visit.pk}/check-in/", form)

    assert (first.status_code, second.status_code) == (302, 302)
    assert Encounter.objects.count() == 1


def test_tomorrows_visit_is_not_checked_in(clinic: Clinic) -> None:
    visit = place_visit(clinic, NOW + timedelta(days=1))

    with pytest.raises(IllegalTransition, match="not today"):
        services.check_in(appointment_id=visit.pk, by=clinic.by, now=NOW)


def test_a_dosing_session_is_not_begun_here(clinic: Clinic) -> None:
    visit = place_visit(clinic, NOW + HOUR, kind="dosing")
    nurse = UserFactory.create(nurse=True)
    services.check_in(appointment_id=visit.pk, by=nurse, now=NOW)

    for act in (services.start_visit, services.finish_visit):
        with pytest.raises(IllegalTransition, match="its own room page"):
            act(appointment_id=visit.pk, by=nurse, now=NOW)


def test_nobody_came_frees_the_place_and_asks_for_a_call(clinic: Clinic) -> None:
    visit = place_visit(clinic, NOW - HOUR)
    early = place_visit(clinic, NOW + HOUR)

    services.mark_no_show(appointment_id=visit.pk, by=clinic.by, now=NOW)

    item = WorkItem.objects.get()
    assert (item.kind, item.role, item.due_at) == (
        "no-show",
        Role.FRONT_DESK,
        NOW + timedelta(minutes=30),
    )
    assert not visit.participants.filter(slot__status="busy").exists()
    with pytest.raises(IllegalTransition, match="has not begun"):
        services.mark_no_show(appointment_id=early.pk, by=clinic.by, now=NOW)


def test_readiness_takes_the_newest_answer_to_each_question(
    clinic: Clinic, django_assert_num_queries: Callable[..., Any]
) -> None:
    visits = [place_visit(clinic, NOW + HOUR, kind="dosing", lane=n) for n in range(3)]
    clear(visits[0].episode, by=clinic.by)
    for at, answers in (
        (NOW, {"escort_confirmed": False, "medicines_unchanged": True}),
        (NOW + HOUR, {"escort_confirmed": True, "last_solid_food_at": NOW}),
    ):
        PreSessionCheck.objects.create(appointment=visits[0], said_at=at, **answers)

    with django_assert_num_queries(5):
        found = readiness([v.pk for v in visits], now=NOW, is_clinical=True)

    assert [(c.state, c.text) for c in found[visits[0].pk]] == [
        ("ok", "Cleared"),
        ("no", "Consent not signed"),
        ("ok", "Driver"),
        ("ok", "Fasting"),
        ("ok", "Medicines"),
    ]
    assert [c.state for c in found[visits[1].pk]] == [
        "no",
        "no",
        "wait",
        "wait",
        "wait",
    ]


def test_overlapping_visits_of_a_room_with_lanes_stand_beside_each_other(
    clinic: Clinic, desk: Client
) -> None:
    first = place_visit(clinic, NOW + HOUR, lane=0)
    second = place_visit(clinic, NOW + HOUR, lane=1)

    page = text_of(desk)

    assert page.count(f'id="v{first.pk}"') == page.count(f'id="v{second.pk}"') == 1


def test_every_visit_of_a_strange_hour_stays_on_the_board(
    clinic: Clinic, desk: Client
) -> None:
    late = place_visit(clinic, datetime(2026, 11, 24, 4, 30, tzinfo=UTC))  # 23:30
    early = place_visit(clinic, datetime(2026, 11, 23, 7, 0, tzinfo=UTC))  # 02:00

    page = text_of(desk)

    assert late.patient.full_name in page
    assert early.patient.full_name in page
    assert Appointment.objects.count() == 2


def test_visit_page_shows_who_when_and_history(clinic: Clinic, desk: Client) -> None:
    episode = make_episode(clinic.site)
    visit = clinic.book(episode=episode)

    page = text_of(desk, f"/sessions/{visit.pk}/")

    assert "Cedar, 10:00" in page
    assert "Booked, Mon 23 Nov 10:00, Fran Desk" in page
    assert episode.patient.full_name in page
