"""The pinboard and blocked time: nothing is lost, nothing is cancelled in silence."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kap.clinic.models import Absence, Slot
from kap.core.errors import ChangedMeanwhile, DomainError
from kap.worklist.models import WorkItem
from sessions import services
from sessions.models import Appointment, PinnedVisit
from sessions.services.booking_moves import move_visit
from sessions.services.booking_pins import (
    PARKED_WORK,
    give_up_pin,
    park_visit,
    place_visit,
)
from sessions.services.calendar_absences import (
    REPLAN_WORK,
    Blocked,
    VisitsInTheWay,
    block_time,
    change_block,
)
from sessions.tests.factories import NOW, TOMORROW_AT_10, Clinic, make_clinic

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


def park(clinic: Clinic, visit: Appointment) -> PinnedVisit:
    return park_visit(
        appointment_id=visit.pk, expected_version=visit.version, by=clinic.by, now=NOW
    )


def test_a_parked_visit_frees_its_people_and_is_work_after_a_day(
    clinic: Clinic,
) -> None:
    visit = clinic.book()
    pin = park(clinic, visit)

    visit.refresh_from_db()
    assert visit.status == "cancelled"
    assert not Slot.objects.taken().exists()
    work = WorkItem.objects.get(kind=PARKED_WORK)
    assert (work.due_at, work.patient) == (NOW + timedelta(days=1), visit.patient)
    assert list(PinnedVisit.objects.waiting()) == [pin]


def test_it_is_placed_with_the_same_people_and_remembers_where_it_came_from(
    clinic: Clinic,
) -> None:
    visit = clinic.book()
    pin = park(clinic, visit)

    new = place_visit(
        pin_id=pin.pk,
        starts_at=TOMORROW_AT_10 + 2 * HOUR,
        changed={"room": clinic.rooms[1].pk},
        is_told=False,
        by=clinic.by,
        now=NOW,
    )

    pin.refresh_from_db()
    assert (pin.placed, new.patient, new.episode) == (new, visit.patient, visit.episode)
    assert new.ends_at - new.starts_at == HOUR
    assert {p.schedule_id for p in new.participants.all()} >= {
        clinic.rooms[1].pk,
        clinic.therapists[0].pk,
    }
    assert not WorkItem.objects.open().filter(kind=PARKED_WORK).exists()
    with pytest.raises(ChangedMeanwhile, match="placed this visit already"):
        place_visit(
            pin_id=pin.pk,
            starts_at=TOMORROW_AT_10 + 4 * HOUR,
            changed={},
            is_told=False,
            by=clinic.by,
            now=NOW,
        )


def test_a_place_that_is_taken_leaves_it_on_the_pinboard(clinic: Clinic) -> None:
    pin = park(clinic, clinic.book())
    clinic.book()

    with pytest.raises(services.AlreadyBooked):
        place_visit(
            pin_id=pin.pk,
            starts_at=TOMORROW_AT_10,
            changed={},
            is_told=False,
            by=clinic.by,
            now=NOW,
        )

    assert PinnedVisit.objects.waiting().count() == 1


def test_given_up_takes_a_reason(clinic: Clinic) -> None:
    pin = park(clinic, clinic.book())

    with pytest.raises(DomainError, match="Say why"):
        give_up_pin(pin_id=pin.pk, reason=" ", by=clinic.by, now=NOW)
    give_up_pin(pin_id=pin.pk, reason="Has moved away", by=clinic.by, now=NOW)

    assert not PinnedVisit.objects.waiting().exists()


def block(clinic: Clinic, start: datetime, end: datetime, *, go_on: bool) -> Blocked:
    return block_time(
        schedule=clinic.therapists[0],
        start=start,
        end=end,
        code="sick",
        reason="Ill",
        go_on=go_on,
        by=clinic.by,
        now=NOW,
    )


def test_blocking_over_a_visit_says_which_and_changes_nothing(clinic: Clinic) -> None:
    visit = clinic.book()

    with pytest.raises(VisitsInTheWay, match="1 visit stands") as refusal:
        block(clinic, TOMORROW_AT_10 - HOUR, TOMORROW_AT_10 + 3 * HOUR, go_on=False)

    assert refusal.value.hits == (visit,)
    assert not Absence.objects.exists()


def test_going_on_keeps_the_visit_makes_it_work_and_blocks_what_is_free(
    clinic: Clinic,
) -> None:
    visit = clinic.book()

    block(clinic, TOMORROW_AT_10 - HOUR, TOMORROW_AT_10 + 3 * HOUR, go_on=True)

    visit.refresh_from_db()
    assert visit.status == "booked"
    assert WorkItem.objects.get(kind=REPLAN_WORK).object_id == visit.pk
    with pytest.raises(services.AlreadyBooked):
        clinic.book(
            TOMORROW_AT_10 + HOUR,
            room=clinic.rooms[1],
            prescriber=clinic.prescribers[1],
        )


def test_the_time_of_a_visit_that_moves_out_of_an_absence_is_blocked_too(
    clinic: Clinic, django_capture_on_commit_callbacks: object
) -> None:
    visit = clinic.book()
    block(clinic, TOMORROW_AT_10 - HOUR, TOMORROW_AT_10 + 3 * HOUR, go_on=True)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
        move_visit(
            appointment_id=visit.pk,
            starts_at=TOMORROW_AT_10 + 4 * HOUR,
            changed={},
            expected_version=1,
            is_told=False,
            by=clinic.by,
            now=NOW,
        )

    assert not WorkItem.objects.open().filter(kind=REPLAN_WORK).exists()
    with pytest.raises(services.AlreadyBooked):
        clinic.book(room=clinic.rooms[1])


def test_a_block_is_changed_and_the_old_one_stays_readable(clinic: Clinic) -> None:
    made = block(clinic, TOMORROW_AT_10, TOMORROW_AT_10 + HOUR, go_on=False)

    change_block(
        absence_id=made.absence.pk,
        schedule=clinic.therapists[0],
        start=TOMORROW_AT_10 + HOUR,
        end=TOMORROW_AT_10 + 2 * HOUR,
        code="leave",
        reason="Leave",
        go_on=False,
        by=clinic.by,
        now=NOW,
    )

    clinic.book()
    assert Absence.objects.filter(cancelled_at=None).get().code == "leave"
    assert Absence.objects.count() == 2
