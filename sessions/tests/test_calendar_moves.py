"""Moving a visit on the calendar: what is kept, what is refused, what is told, the way back."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.clinic.models import Slot
from kap.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from kap.core.outbox import OutboxStatus
from kap.notifications.models import Communication
from kap.patients.tests.factories import ContactConsentFactory
from sessions import services
from sessions.models import Appointment, AppointmentMove
from sessions.services import booking_moves
from sessions.services.booking_moves import UNDO_FOR, NeedsReason, move_visit, take_back
from sessions.tests.factories import (
    NOW,
    TOMORROW_AT_10,
    Clinic,
    make_clinic,
    make_episode,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


def move(
    clinic: Clinic, visit: Appointment, start: datetime, **also: object
) -> AppointmentMove:
    facts: dict[str, object] = {
        "changed": {},
        "expected_version": visit.version,
        "is_told": True,
        "by": clinic.by,
        "now": NOW,
        **also,
    }
    return move_visit(appointment_id=visit.pk, starts_at=start, **facts)


def test_a_visit_moves_by_a_quarter_into_its_own_old_place(clinic: Clinic) -> None:
    visit = clinic.book()

    made = move(clinic, visit, TOMORROW_AT_10 + QUARTER)

    visit.refresh_from_db()
    assert visit.starts_at == TOMORROW_AT_10 + QUARTER
    assert (made.old_starts_at, made.version) == (TOMORROW_AT_10, 2)
    assert Slot.objects.filter(status="busy").count() == 4


def test_another_room_at_the_same_time_never_collides_with_itself(
    clinic: Clinic,
) -> None:
    visit = clinic.book()

    move(clinic, visit, visit.starts_at, changed={"room": clinic.rooms[1].pk})

    held = booking_moves.held_parts(visit)
    assert ["room", clinic.rooms[1].pk, 0, 60] in held
    assert ["therapist", clinic.therapists[0].pk, 0, 60] in held


def test_set_up_and_clean_up_go_along(clinic: Clinic) -> None:
    episode = make_episode(clinic.site)
    start, end = TOMORROW_AT_10, TOMORROW_AT_10 + HOUR
    visit = services.book_appointment(
        patient=episode.patient,
        episode=episode,
        kind="preparation",
        site=clinic.site,
        starts_at=start,
        ends_at=end,
        participants=[
            ("room", clinic.rooms[0].pk, start - QUARTER, end + QUARTER),
            ("therapist", clinic.therapists[0].pk, start, end),
        ],
        by=clinic.by,
        now=NOW,
    )

    move(clinic, visit, start + 2 * HOUR)

    visit.refresh_from_db()
    assert ["room", clinic.rooms[0].pk, -15, 75] in booking_moves.held_parts(visit)


def test_the_past_and_the_place_where_it_stands_are_refused(clinic: Clinic) -> None:
    visit = clinic.book()

    with pytest.raises(DomainError, match="in the past"):
        move(clinic, visit, NOW - HOUR)
    with pytest.raises(DomainError, match="stands there already"):
        move(clinic, visit, visit.starts_at)


def test_somebody_who_is_taken_is_named_and_nothing_changes(clinic: Clinic) -> None:
    visit = clinic.book()
    clinic.book(TOMORROW_AT_10 + 2 * HOUR, therapist=clinic.therapists[1])

    with pytest.raises(services.AlreadyBooked, match="Cedar was just taken"):
        move(clinic, visit, TOMORROW_AT_10 + 2 * HOUR)

    visit.refresh_from_db()
    assert (visit.starts_at, visit.version) == (TOMORROW_AT_10, 1)
    assert not AppointmentMove.objects.exists()


def test_a_stale_page_is_told_who_moved_it_and_where_it_stands(clinic: Clinic) -> None:
    visit = clinic.book()
    move(clinic, visit, TOMORROW_AT_10 + HOUR)

    with pytest.raises(ChangedMeanwhile, match=rf"{clinic.by.name}.*Tue 24 Nov 11:00"):
        move(clinic, visit, TOMORROW_AT_10 + 3 * HOUR, expected_version=1)


def test_outside_of_somebodys_hours_takes_a_reason_which_is_kept(
    clinic: Clinic,
) -> None:
    clinic.therapists[0].working_hours.update(ends=time(12))
    visit = clinic.book()
    later = TOMORROW_AT_10 + 4 * HOUR

    with pytest.raises(NeedsReason, match="does not work then") as refusal:
        move(clinic, visit, later)
    assert refusal.value.rules == ("hours",)

    made = move(clinic, visit, later, reason="Agreed by phone")
    assert (made.rules, made.reason) == (["hours"], "Agreed by phone")
    assert visit.status_changes.order_by("-pk")[0].reason == "Agreed by phone"


def agree(visit: Appointment) -> None:
    ContactConsentFactory.create(patient=visit.patient)


def confirmations(visit: Appointment) -> list[tuple[str, datetime, str]]:
    rows = Communication.objects.filter(about_id=visit.pk, kind="visit-booked")
    return list(rows.order_by("key").values_list("key", "due_at", "status"))


def test_only_who_books_may_move(clinic: Clinic) -> None:
    with pytest.raises(NotAllowed):
        move(
            clinic,
            clinic.book(),
            TOMORROW_AT_10 + HOUR,
            by=UserFactory.create(roles=[Role.COMPLIANCE]),
        )


def test_a_move_is_taken_back_within_five_minutes_and_once(clinic: Clinic) -> None:
    visit = clinic.book()
    made = move(
        clinic, visit, TOMORROW_AT_10 + HOUR, changed={"room": clinic.rooms[1].pk}
    )

    back = take_back(move_id=made.pk, by=clinic.by, now=NOW + HOUR / 60)

    visit.refresh_from_db()
    assert visit.starts_at == TOMORROW_AT_10
    assert ["room", clinic.rooms[0].pk, 0, 60] in booking_moves.held_parts(visit)
    assert (back.undoes, back.is_told) == (made, False)
    with pytest.raises(DomainError, match="taken back already"):
        take_back(move_id=made.pk, by=clinic.by, now=NOW + HOUR / 60)


def test_too_late_is_too_late(clinic: Clinic) -> None:
    made = move(clinic, clinic.book(), TOMORROW_AT_10 + HOUR)

    with pytest.raises(DomainError, match="too old"):
        take_back(move_id=made.pk, by=clinic.by, now=NOW + UNDO_FOR + QUARTER)


@pytest.mark.parametrize(
    ("zone", "start", "wall"),
    [
        ("America/New_York", datetime(2027, 3, 13, 15, tzinfo=UTC), "11:00"),
        ("America/Phoenix", datetime(2027, 3, 13, 17, tzinfo=UTC), "10:00"),
        ("Australia/Lord_Howe", datetime(2027, 4, 2, 23, tzinfo=UTC), "09:30"),
    ],
)
def test_moved_across_a_night_when_the_clocks_change_it_lasts_as_long(
    zone: str, start: datetime, wall: str
) -> None:
    clinic = make_clinic(time_zone=zone, opens=time(6))
    for weekday in (5, 6):
        clinic.site.opening_hours.create(
            weekday=weekday, opens=time(6), closes=time(20)
        )
        for person in (*clinic.therapists, *clinic.prescribers):
            person.working_hours.create(
                site=clinic.site, weekday=weekday, starts=time(6), ends=time(20)
            )
    visit = clinic.book(start)

    move(clinic, visit, start + timedelta(hours=24))

    visit.refresh_from_db()
    assert visit.ends_at - visit.starts_at == HOUR
    assert f"{visit.starts_at.astimezone(clinic.site.zone):%H:%M}" == wall


def test_the_message_is_held_while_the_move_can_be_taken_back(clinic: Clinic) -> None:
    visit = clinic.book()
    agree(visit)

    made = move(clinic, visit, TOMORROW_AT_10 + HOUR)
    (held,) = confirmations(visit)
    assert held[1:] == (NOW + UNDO_FOR, OutboxStatus.PREPARATION)

    take_back(move_id=made.pk, by=clinic.by, now=NOW)
    assert {status for _, _, status in confirmations(visit)} == {OutboxStatus.STOPPED}


def test_who_is_not_to_be_told_gets_no_message(clinic: Clinic) -> None:
    visit = clinic.book()
    agree(visit)

    move(clinic, visit, TOMORROW_AT_10 + HOUR, is_told=False)

    assert [status for _, _, status in confirmations(visit)] == [OutboxStatus.STOPPED]
