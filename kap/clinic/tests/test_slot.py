from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction

from kap.clinic.enums import ActorKind, LocationKind, SlotStatus
from kap.clinic.models import Location, Schedule, Site, Slot
from kap.core.constraints import breaks

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def room(db) -> Schedule:
    site = Site.objects.create(
        name="Larkfield", discreet_name="LF", time_zone="America/New_York", phone="1"
    )
    place = Location.objects.create(site=site, name="Cedar", kind=LocationKind.DOSING)
    return Schedule.objects.create(kind=ActorKind.LOCATION, location=place, capacity=2)


def take(
    schedule: Schedule, start: datetime, *, lane: int = 0, status: str = "busy"
) -> Slot:
    return Slot.objects.create(
        schedule=schedule, lane=lane, period=(start, start + 2 * HOUR), status=status
    )


@pytest.mark.parametrize(
    ("offset", "lane", "status", "refused"),
    [
        pytest.param(
            -2 * HOUR, 0, SlotStatus.BUSY, False, id="ends-as-the-other-starts"
        ),
        pytest.param(-HOUR, 0, SlotStatus.BUSY, True, id="overlaps-the-start"),
        pytest.param(0 * HOUR, 0, SlotStatus.BUSY, True, id="the-same-time"),
        pytest.param(0 * HOUR, 0, SlotStatus.BUSY_UNAVAILABLE, True, id="blocked-time"),
        pytest.param(0 * HOUR, 0, SlotStatus.FREE, False, id="a-freed-slot"),
        pytest.param(0 * HOUR, 1, SlotStatus.BUSY, False, id="another-lane"),
        pytest.param(
            2 * HOUR, 0, SlotStatus.BUSY, False, id="starts-as-the-other-ends"
        ),
    ],
)
def test_slot_overlap_is_refused_by_the_database(room, offset, lane, status, refused):
    take(room, START)

    if not refused:
        take(room, START + offset, lane=lane, status=status)
        assert Slot.objects.count() == 2
        return
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        take(room, START + offset, lane=lane, status=status)
    assert breaks(caught.value, constraint="slot_schedule_never_double_booked")


def test_slot_is_never_deleted(room):
    slot = take(room, START)

    with pytest.raises(InternalError), transaction.atomic():
        slot.delete()


@pytest.mark.django_db(transaction=True)
def test_slot_table_is_emptied_only_by_the_test_runner(room):
    take(room, START)

    assert Slot.objects.count() == 1
