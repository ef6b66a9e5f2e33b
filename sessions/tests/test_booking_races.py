"""Bookings that run at the same moment: one wins, the rest read a sentence."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from kap.accounts.enums import Role
from kap.clinic.models import Schedule, Slot
from sessions import services
from sessions.models import Appointment
from sessions.services.booking_lanes import all_or_nothing
from sessions.tests.factories import (
    NOW,
    TOMORROW_AT_10,
    Clinic,
    make_clinic,
    make_episode,
    make_person,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def at_once(*tries: Callable[[], object]) -> list[str]:
    """Run every try in a thread of its own, all released together."""
    gate = threading.Barrier(len(tries))
    outcomes: list[str] = []

    def run(attempt: Callable[[], object]) -> None:
        try:
            gate.wait()
            attempt()
            outcomes.append("booked")
        except services.AlreadyBooked as refusal:
            outcomes.append(
                "refused" if "Choose another" in str(refusal) else str(refusal)
            )
        except Exception as error:  # noqa: BLE001 -- a thread's error must fail the test
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(attempt,)) for attempt in tries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def overlapping_slots() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM clinic_slot a JOIN clinic_slot b"
            " ON a.id < b.id AND a.schedule_id = b.schedule_id AND a.lane = b.lane"
            " AND a.period && b.period AND a.status <> 'free' AND b.status <> 'free'"
        )
        return int(cursor.fetchone()[0])


@pytest.fixture
def clinic() -> Clinic:
    clinic = make_clinic(rooms=9, therapists=9, prescribers=9)
    Schedule.objects.filter(
        practitioner__user__roles__contains=[Role.PRESCRIBER]
    ).update(capacity=1)
    return clinic


@pytest.mark.parametrize("offset_min", [0, 30])
@pytest.mark.parametrize("shared", ["room", "therapist", "prescriber", "patient"])
def test_two_at_once_for_one_resource_books_one(
    clinic: Clinic, shared: str, offset_min: int
) -> None:
    episodes = [make_episode(clinic.site) for _ in range(2)]

    def attempt(place: int) -> Callable[[], object]:
        start = TOMORROW_AT_10 + timedelta(minutes=place * offset_min)
        chosen = {
            "room": clinic.rooms[place],
            "therapist": clinic.therapists[place],
            "prescriber": clinic.prescribers[place],
        }
        if shared != "patient":
            chosen[shared] = getattr(clinic, f"{shared}s")[0]
        episode = episodes[0 if shared == "patient" else place]
        return lambda: clinic.book(start, episode=episode, **chosen)

    outcomes = at_once(attempt(0), attempt(1))

    assert outcomes == ["booked", "refused"]
    assert Appointment.objects.count() == 1
    assert Slot.objects.count() == 4


def test_eight_at_once_in_every_order_never_deadlock(clinic: Clinic) -> None:
    """Each wants the same three diaries, named in another order."""
    episodes = [make_episode(clinic.site) for _ in range(8)]
    people = [clinic.rooms[0], clinic.therapists[0], clinic.prescribers[0]]
    roles = ["room", "therapist", "prescriber"]

    def attempt(place: int) -> Callable[[], object]:
        turn = place % 3
        order = [*range(turn, 3), *range(turn)]
        start, end = TOMORROW_AT_10, TOMORROW_AT_10 + timedelta(hours=1)
        parts = [(roles[n], people[n].pk, start, end) for n in order]
        return lambda: services.book_appointment(
            patient=episodes[place].patient,
            episode=episodes[place],
            kind="screening",
            site=clinic.site,
            starts_at=start,
            ends_at=end,
            participants=parts if place % 2 else parts[::-1],
            by=clinic.by,
            now=NOW,
        )

    for day in range(3):
        begun = time.monotonic()
        outcomes = at_once(*(attempt(place) for place in range(8)))
        wanted = ["booked", *["refused"] * 7] if day == 0 else ["refused"] * 8
        assert outcomes == wanted
        assert time.monotonic() - begun < 1.0, "somebody waited for a deadlock"
    assert overlapping_slots() == 0


def test_eight_at_once_for_a_nurse_with_three_lanes_books_three(clinic: Clinic) -> None:
    shared = make_person(clinic.site, Role.PRESCRIBER, capacity=3)
    episodes = [make_episode(clinic.site) for _ in range(8)]

    outcomes = at_once(
        *(
            lambda place=place: clinic.book(
                episode=episodes[place],
                room=clinic.rooms[place],
                therapist=clinic.therapists[place],
                prescriber=shared,
            )
            for place in range(8)
        )
    )

    assert outcomes == ["booked"] * 3 + ["refused"] * 5
    assert overlapping_slots() == 0


def test_a_visit_written_past_the_locks_is_still_refused_by_the_database(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The constraint is the last line of defence; its refusal is the same sentence."""
    clinic.book()
    monkeypatch.setattr(
        "sessions.services.booking.choose_lanes", lambda drafts, **_: [[0] * 4]
    )

    with pytest.raises(services.AlreadyBooked, match="Choose another time"):
        clinic.book(therapist=clinic.therapists[1])
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "is_refusal"),
    [
        pytest.param("40P01", True, id="deadlock"),
        pytest.param("55P03", True, id="lock-timeout"),
        pytest.param("57014", False, id="statement-timeout"),
    ],
)
def test_what_only_the_database_sees_is_a_sentence_too(
    code: str, is_refusal: bool
) -> None:
    """A real deadlock needs somebody who forgot the locks; its code is enough here."""
    wanted = services.AlreadyBooked if is_refusal else OperationalError
    statement = f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$"

    with pytest.raises(wanted), all_or_nothing(), connection.cursor() as cursor:
        cursor.execute(statement)
