"""Messages of visits: when they are due, for whom, and when nobody wants them any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kap.notifications.models import Communication
from kap.patients.models import EpisodeOfCare
from kap.patients.tests.factories import ContactConsentFactory, RelatedPersonFactory
from sessions import reminders
from sessions.enums import VisitKind
from sessions.models import Appointment
from sessions.services.booking import free_slots
from sessions.tests.factories import NOW, Clinic, make_clinic, make_episode, place_visit

NEW_YORK = ZoneInfo("America/New_York")


def local(year: int, month: int, day: int, hour: int) -> datetime:
    return datetime(year, month, day, hour, tzinfo=NEW_YORK)


def test_a_dose_has_its_messages_at_the_wall_clock_across_the_change_of_clocks() -> (
    None
):
    start = local(2026, 11, 2, 10)  # the Monday after clocks went back
    now = local(2026, 10, 20, 12)

    times = {
        kind: due
        for kind, due, _ in reminders.due_times(
            VisitKind.DOSING, start, zone=NEW_YORK, now=now
        )
    }

    assert times == {
        "visit-booked": now,
        "visit-7d": local(2026, 10, 26, 10),
        "visit-48h": local(2026, 10, 31, 10),
        "visit-24h": local(2026, 11, 1, 10),
        "visit-2h": local(2026, 11, 2, 8),
        "visit-next-day": local(2026, 11, 3, 9),
    }


def test_what_is_past_when_the_visit_is_booked_is_left_out() -> None:
    now = local(2026, 11, 23, 12)

    kinds = [
        kind
        for kind, *_ in reminders.due_times(
            VisitKind.DOSING, local(2026, 11, 24, 9), zone=NEW_YORK, now=now
        )
    ]

    assert kinds == ["visit-booked", "visit-2h", "visit-next-day"]


@pytest.fixture
def clinic(db: None) -> Clinic:
    return make_clinic()


def visits_of(clinic: Clinic, count: int) -> list[Appointment]:
    episode: EpisodeOfCare = make_episode(clinic.site)
    ContactConsentFactory.create(patient=episode.patient)
    RelatedPersonFactory.create(patient=episode.patient)
    return [
        place_visit(
            clinic,
            NOW + timedelta(days=10 + 4 * n),
            minutes=150,
            kind="dosing",
            episode=episode,
        )
        for n in range(count)
    ]


def test_many_visits_cost_as_many_queries_as_one(
    clinic: Clinic, django_assert_num_queries: Callable[..., Any]
) -> None:
    for count in (1, 3, 12):
        visits = visits_of(clinic, count)
        with django_assert_num_queries(2):
            reminders.plan(visits, site=clinic.site, by=clinic.by, now=NOW)
        for visit in visits:
            free_slots(visit)


def test_the_escort_is_told_and_planning_twice_plans_once(clinic: Clinic) -> None:
    visits = visits_of(clinic, 1)
    for _ in range(2):
        reminders.plan(visits, site=clinic.site, by=clinic.by, now=NOW)

    rows = Communication.objects.order_by("due_at", "kind")
    assert list(rows.values_list("kind", "channel")) == [
        ("visit-booked", "email"),
        ("visit-7d", "email"),
        ("visit-48h", "email"),
        ("escort-24h", "sms"),
        ("visit-24h", "email"),
        ("visit-2h", "email"),
        ("visit-next-day", "email"),
    ]


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        pytest.param({}, True, False, id="booked"),
        pytest.param({"status": "checked-in"}, False, False, id="arrived"),
        pytest.param({"status": "noshow"}, False, False, id="did-not-come"),
        pytest.param({"status": "fulfilled"}, False, True, id="held"),
        pytest.param({"version": 2}, False, False, id="moved"),
        pytest.param({"starts_at": NOW - timedelta(hours=1)}, False, False, id="begun"),
    ],
)
def test_a_message_is_sent_only_while_the_world_wants_it(
    clinic: Clinic, change: dict[str, Any], before: bool, after: bool
) -> None:
    visit = visits_of(clinic, 1)[0]
    reminders.plan([visit], site=clinic.site, by=clinic.by, now=NOW)
    Appointment.objects.filter(pk=visit.pk).update(**change)

    day_before = Communication.objects.get(kind="visit-24h")
    day_after = Communication.objects.get(kind="visit-next-day")

    assert reminders.still_booked(day_before, NOW) is before
    assert reminders.took_place(day_after, NOW) is after


def test_a_visit_that_is_gone_wants_no_message(clinic: Clinic) -> None:
    message = Communication(
        about_id=clinic.by.pk, key="appointment:x:v1:visit-24h:email"
    )

    assert reminders.still_booked(message, NOW) is False


def test_arriving_stops_what_was_to_be_said_before_and_keeps_the_morning_after(
    clinic: Clinic,
) -> None:
    visit = visits_of(clinic, 1)[0]
    reminders.plan([visit], site=clinic.site, by=clinic.by, now=NOW)

    reminders.stop_before(visit, now=NOW)

    waiting = Communication.objects.filter(status="preparation")
    assert list(waiting.values_list("kind", flat=True)) == ["visit-next-day"]
