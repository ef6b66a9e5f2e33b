"""Whatever happens in whatever order, and at the same moment: no lane is ever taken twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from kap.core.errors import DomainError
from sessions import services
from sessions.models import Appointment, PinnedVisit
from sessions.services.booking_moves import move_visit
from sessions.services.booking_pins import park_visit, place_visit
from sessions.services.calendar_absences import block_time
from sessions.tests.factories import (
    NOW,
    TOMORROW_AT_10,
    Clinic,
    make_clinic,
    make_episode,
)
from sessions.tests.test_booking_races import at_once, overlapping_slots

HOUR = timedelta(hours=1)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_moves_into_the_same_place_at_once_move_one() -> None:
    clinic = make_clinic(rooms=3, therapists=3, prescribers=3)
    visits = [
        clinic.book(
            TOMORROW_AT_10 + n * 2 * HOUR,
            room=clinic.rooms[n],
            therapist=clinic.therapists[n],
            prescriber=clinic.prescribers[n],
        )
        for n in range(2)
    ]

    def attempt(visit: Appointment) -> Callable[[], object]:
        return lambda: move_visit(
            appointment_id=visit.pk,
            starts_at=TOMORROW_AT_10 + 5 * HOUR,
            changed={"room": clinic.rooms[2].pk},
            expected_version=1,
            is_told=False,
            by=clinic.by,
            now=NOW,
        )

    assert at_once(*map(attempt, visits)) == ["booked", "refused"]
    assert overlapping_slots() == 0
    starts = sorted(Appointment.objects.values_list("starts_at", flat=True))
    assert starts.count(TOMORROW_AT_10 + 5 * HOUR) == 1


STEP = st.tuples(
    st.sampled_from(
        ["book", "move", "cancel", "park", "place", "block", "book", "move"]
    ),
    st.integers(0, 6),
    st.integers(0, 1),
    st.integers(0, 1),
)


@pytest.mark.django_db
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(STEP, min_size=4, max_size=10))
def test_after_any_sequence_no_lane_is_taken_twice(
    steps: list[tuple[str, int, int, int]],
) -> None:
    with transaction.atomic():
        clinic = make_clinic()
        episode = make_episode(clinic.site)
        for step in steps:
            with suppress(DomainError), transaction.atomic():
                act(clinic, episode, *step)
            assert overlapping_slots() == 0
        held = Appointment.objects.live().count() * 4
        assert busy_of_visits() == held
        transaction.set_rollback(True)


def busy_of_visits() -> int:
    from sessions.models import AppointmentParticipant

    return AppointmentParticipant.objects.filter(
        is_current=True, slot__status="busy"
    ).count()


def act(
    clinic: Clinic, episode: object, what: str, hour: int, room: int, person: int
) -> None:
    """One thing that somebody does; refusals are the caller's to swallow."""
    start = TOMORROW_AT_10 + hour * HOUR / 2
    by, now = clinic.by, NOW
    visit = Appointment.objects.live().order_by("starts_at").first()
    if what == "book":
        clinic.book(start, room=clinic.rooms[room], therapist=clinic.therapists[person])
    elif what == "block":
        block_time(
            schedule=(clinic.rooms + clinic.therapists)[room + 2 * person],
            start=start,
            end=start + 2 * HOUR,
            code="other",
            reason="Blocked",
            go_on=bool(hour % 2),
            by=by,
            now=now,
        )
    elif what == "place":
        pin = PinnedVisit.objects.waiting().first()
        if pin is not None:
            place_visit(
                pin_id=pin.pk,
                starts_at=start,
                changed={"room": clinic.rooms[room].pk},
                is_told=False,
                by=by,
                now=now,
            )
    elif visit is None:
        return
    elif what == "cancel":
        services.cancel_appointment(
            appointment_id=visit.pk, reason="Ill", by=by, now=now
        )
    elif what == "park":
        park_visit(
            appointment_id=visit.pk, expected_version=visit.version, by=by, now=now
        )
    else:
        move_visit(
            appointment_id=visit.pk,
            starts_at=start,
            changed={"therapist": clinic.therapists[person].pk},
            expected_version=visit.version,
            is_told=False,
            by=by,
            now=now,
        )
