"""The day before: who is ready, whom to call, and when the list says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from kap.audit.models import AuditEvent
from kap.clinic.models import Site
from kap.core.errors import DomainError
from kap.worklist.models import WorkItem
from sessions.enums import CallOutcome, ReplyKind
from sessions.models import Appointment, ChaseCall, VisitReply
from sessions.queries import board
from sessions.queries.dry_run import dry_run
from sessions.services import chase
from sessions.tests.factories import NOW, Clinic, make_clinic, place_visit

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)
DAY = TOMORROW.date()


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def desk(client: Client, clinic: Clinic, freeze: Callable[..., Any]) -> Client:
    freeze(NOW)
    client.force_login(clinic.by)
    return client


def the_place() -> board.Place:
    return board.places()[0]


def gaps_of(clinic: Clinic, visit: Appointment) -> list[str]:
    found = dry_run(the_place(), DAY, user=clinic.by, now=NOW)
    (line,) = [line for line in found.lines if line.id == visit.pk]
    return [gap.text for gap in line.gaps]


def confirm(clinic: Clinic, visit: Appointment, *, version: int = 1) -> None:
    VisitReply.objects.create(
        appointment=visit,
        version=version,
        kind=ReplyKind.CONFIRMED,
        replied_at=NOW,
        recorded_by=clinic.by,
    )


def test_a_talk_is_ready_once_the_patient_has_said_yes(clinic: Clinic) -> None:
    visit = place_visit(clinic, TOMORROW, kind="preparation")
    assert gaps_of(clinic, visit) == ["Not confirmed"]
    confirm(clinic, visit)
    assert gaps_of(clinic, visit) == []


def test_a_yes_to_an_earlier_time_is_no_yes(clinic: Clinic) -> None:
    visit = place_visit(clinic, TOMORROW, kind="preparation")
    confirm(clinic, visit)
    Appointment.objects.filter(pk=visit.pk).update(version=2)
    assert gaps_of(clinic, visit) == ["Not confirmed"]


def test_a_dose_names_each_gap_with_its_fix(clinic: Clinic) -> None:
    visit = place_visit(clinic, TOMORROW, kind="dosing")
    gaps = gaps_of(clinic, visit)
    assert "Driver" in gaps
    assert "Not confirmed" in gaps
    assert "Fasting" not in gaps, "is asked on arrival"
    found = dry_run(the_place(), DAY, user=clinic.by, now=NOW)
    assert all(
        gap.url or gap.text == "Not confirmed"
        for line in found.lines
        for gap in line.gaps
    )


@pytest.mark.parametrize("visits", [1, 3])
def test_the_page_takes_the_same_queries_for_any_number(
    clinic: Clinic,
    desk: Client,
    visits: int,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for number in range(visits):
        kind = "dosing" if number % 2 == 0 else "preparation"
        place_visit(
            clinic, TOMORROW + timedelta(minutes=number), kind=kind, lane=number
        )
    desk.get(reverse("sessions:tomorrow"))
    with django_assert_num_queries(14):
        page = desk.get(reverse("sessions:tomorrow"))
    assert page.content.decode().count('class="d-item"') == visits
    assert AuditEvent.objects.filter(object_type="DryRun").exists()


def test_a_day_without_visits_says_so(desk: Client) -> None:
    page = desk.get(reverse("sessions:tomorrow")).content.decode()
    assert "No visits on this day" in page


@pytest.mark.parametrize("day", ["nonsense", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_nonsense_in_the_address_shows_the_next_open_day(
    clinic: Clinic, desk: Client, day: str
) -> None:
    page = desk.get(reverse("sessions:tomorrow"), {"day": day, "site": day})
    assert "Tuesday 24 November" in page.content.decode()


def test_the_sheet_goes_room_by_room(clinic: Clinic, desk: Client) -> None:
    place_visit(clinic, TOMORROW, kind="dosing")
    page = desk.get(reverse("sessions:tomorrow"), {"as": "rooms"}).content.decode()
    assert 'class="d-room"' in page
    assert "Save call" not in page


def test_a_call_is_kept_and_shown(clinic: Clinic, desk: Client) -> None:
    visit = place_visit(clinic, TOMORROW, kind="dosing")
    data = {
        "_once": str(uuid4()),
        "outcome": CallOutcome.NO_ANSWER,
        "note": "Try after five",
        "day": DAY.isoformat(),
        "site": str(clinic.site.pk),
    }
    url = reverse("sessions:called", args=[visit.pk])
    page = desk.post(url, data, follow=True).content.decode()
    assert "No answer" in page
    assert "Try after five" in page
    assert ChaseCall.objects.get().called_by == clinic.by


@pytest.mark.parametrize(
    ("outcome", "note", "sentence"),
    [
        ("", "", "Say what came of the call"),
        ("shouted", "", "Say what came of the call"),
        ("reached", "x" * 301, "at most 300 characters"),
    ],
)
def test_a_call_without_an_outcome_is_refused(
    clinic: Clinic, outcome: str, note: str, sentence: str
) -> None:
    visit = place_visit(clinic, TOMORROW, kind="dosing")
    with pytest.raises(DomainError, match=sentence):
        chase.note_call(
            appointment_id=visit.pk, outcome=outcome, note=note, by=clinic.by, now=NOW
        )


@pytest.mark.parametrize(
    ("utc", "opened"),
    [
        ("2026-11-23T19:59:59", 0),
        ("2026-11-23T20:00:00", 1),
        ("2026-11-23T21:59:59", 1),
        ("2026-11-23T22:00:00", 0),
    ],
)
def test_at_three_by_the_sites_clock_it_is_on_the_list(
    clinic: Clinic, utc: str, opened: int
) -> None:
    place_visit(clinic, TOMORROW, kind="dosing")
    now = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    chase.put_dry_runs_on_the_list(now=now)
    chase.put_dry_runs_on_the_list(now=now)
    assert WorkItem.objects.filter(kind=chase.DRY_RUN).count() == opened


def test_on_a_friday_the_next_day_is_monday(clinic: Clinic) -> None:
    Site.objects.filter(pk=clinic.site.pk).update(time_zone="America/New_York")
    friday = datetime(2026, 11, 27, 20, 30, tzinfo=UTC)
    assert chase.next_day(the_place(), now=friday).isoformat() == "2026-11-30"


def test_no_visits_no_item(clinic: Clinic) -> None:
    chase.put_dry_runs_on_the_list(now=datetime(2026, 11, 23, 20, 30, tzinfo=UTC))
    assert not WorkItem.objects.exists()
