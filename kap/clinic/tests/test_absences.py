from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.audit.models import AuditEvent
from kap.clinic.enums import SlotStatus
from kap.clinic.models import Absence, Slot
from kap.clinic.services import cancel_absence, create_absence
from kap.clinic.tests.factories import PractitionerScheduleFactory
from kap.core.errors import DomainError, NotAllowed

pytestmark = pytest.mark.django_db
START = datetime(2026, 12, 1, 14, tzinfo=UTC)
END = START + timedelta(hours=8)


@pytest.fixture
def desk(db):
    return UserFactory.create(front_desk=True)


@pytest.fixture
def diary(db):
    return PractitionerScheduleFactory.create(capacity=3)


def block(diary, by, now, start=START, end=END):
    return create_absence(
        schedule=diary, start=start, end=end, reason="Holiday", by=by, now=now
    )


def visit(diary, lane=0):
    return Slot.objects.create(
        schedule=diary, lane=lane, period=(START, START + timedelta(hours=1))
    )


def test_absence_blocks_every_lane_and_is_written_down(diary, desk, now):
    absence = block(diary, desk, now)

    slots = absence.slots.values_list("lane", "status").order_by("lane")
    assert list(slots) == [(lane, SlotStatus.BUSY_UNAVAILABLE) for lane in range(3)]
    event = AuditEvent.objects.get()
    assert (event.category, event.object_id) == ("schedule", str(absence.pk))


@pytest.mark.parametrize(
    ("lanes", "sentence"),
    [
        ((0,), "1 visit is booked in this time. Move it first."),
        ((0, 2), "2 visits are booked in this time. Move them first."),
        ((7,), "1 visit is booked in this time. Move it first."),
    ],
)
def test_absence_over_visits_is_refused_with_their_number(
    diary, desk, now, lanes, sentence
):
    for lane in lanes:
        visit(diary, lane)

    with pytest.raises(DomainError, match=sentence):
        block(diary, desk, now)

    assert not Absence.objects.exists()


def test_absence_over_another_is_refused(diary, desk, now):
    block(diary, desk, now)

    with pytest.raises(DomainError, match="Another absence"):
        block(
            diary,
            desk,
            now,
            start=END - timedelta(hours=1),
            end=END + timedelta(hours=1),
        )


def test_cancelled_absence_frees_the_time(diary, desk, now):
    absence = block(diary, desk, now)

    cancel_absence(absence_id=absence.pk, by=desk, now=now)

    assert set(absence.slots.values_list("status", flat=True)) == {SlotStatus.FREE}
    block(diary, desk, now)
    with pytest.raises(DomainError, match="cancelled before"):
        cancel_absence(absence_id=absence.pk, by=desk, now=now)


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        (END, START, "ends before it begins"),
        (START, START, "ends before it begins"),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), "is over"),
    ],
)
def test_impossible_times_are_refused(diary, desk, now, start, end, sentence):
    with pytest.raises(DomainError, match=sentence):
        block(diary, desk, now, start=start, end=end)


def test_compliance_plans_no_absences(diary, now):
    by = UserFactory.create(compliance=True)

    with pytest.raises(NotAllowed):
        block(diary, by, now)
    with pytest.raises(NotAllowed):
        cancel_absence(absence_id=uuid.uuid4(), by=by, now=now)


@pytest.mark.django_db(transaction=True)
def test_of_two_racing_absences_one_is_refused_in_words(now):
    diary = PractitionerScheduleFactory.create(capacity=2)
    desk = UserFactory.create(front_desk=True)
    barrier, said = threading.Barrier(2), []

    def race():
        barrier.wait()
        try:
            block(diary, desk, now)
            said.append("blocked")
        except DomainError as refusal:
            said.append(str(refusal))
        connection.close()

    threads = [threading.Thread(target=race) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == [
        "Another absence covers part of this time. Cancel it first.",
        "blocked",
    ]


def fill(diary, **changes):
    return {
        "schedule": diary.pk,
        "first_day": "2026-12-01",
        "starts": "09:00",
        "last_day": "2026-12-01",
        "ends": "17:00",
        "reason": "Holiday",
        **changes,
    }


@pytest.fixture
def at_desk(client, now, freeze, desk):
    from kap.clinic.tests.factories import SiteFactory

    freeze(now)
    SiteFactory.create()
    client.force_login(desk)
    return client


def test_page_reads_times_by_the_sites_wall_clock(at_desk, diary):
    response = at_desk.post("/clinic/absences/", fill(diary))

    assert response.status_code == 302
    period = Absence.objects.get().period
    assert (period.lower, period.upper) == (START, END)
    assert "09:00" in at_desk.get("/clinic/absences/").content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"schedule": "99999"},
        {"schedule": ""},
        {"first_day": "2026-13-45"},
        {"starts": "25:00"},
        {"reason": ""},
        {"reason": "x" * 10_000},
        {"first_day": "2027-03-14", "starts": "02:30"},
        {"last_day": "2026-11-30"},
    ],
)
def test_bad_input_is_refused_in_place(at_desk, diary, changes):
    response = at_desk.post("/clinic/absences/", fill(diary, **changes))

    assert response.status_code == 422
    assert not Absence.objects.exists()


def test_empty_form_is_refused_in_place(at_desk):
    assert at_desk.post("/clinic/absences/", {}).status_code == 422
    assert at_desk.post("/clinic/site/", {}).status_code == 422


def test_doubled_press_blocks_once(at_desk, diary):
    sent = fill(diary, _once=str(uuid.uuid4()))

    first, second = (at_desk.post("/clinic/absences/", sent) for _ in range(2))

    assert (first["Location"], second["Location"]) == ("/clinic/absences/",) * 2
    assert Absence.objects.count() == 1


def test_page_frees_the_time(at_desk, diary, desk, now):
    absence = block(diary, desk, now)

    at_desk.post(f"/clinic/absences/{absence.pk}/cancel/")

    absence.refresh_from_db()
    assert absence.cancelled_at == now


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_and_three(
    at_desk, desk, now, rows, django_assert_num_queries
):
    for _ in range(rows):
        block(PractitionerScheduleFactory.create(), desk, now)

    with django_assert_num_queries(5):
        at_desk.get("/clinic/absences/")


@pytest.mark.parametrize("role", list(Role))
def test_absences_page_is_for_planners(client, role):
    client.force_login(UserFactory.create(roles=[role]))

    allowed = role != Role.COMPLIANCE
    assert client.get("/clinic/absences/").status_code == (200 if allowed else 403)
