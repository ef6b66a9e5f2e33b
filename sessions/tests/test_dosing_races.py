"""Two people press at the same moment: one dose, one discharge."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from kap.core.errors import DomainError
from sessions.models import Discharge, MedicationAdministration, VitalSigns
from sessions.services import record_vitals
from sessions.tests.dosing_room import (
    MINUTE,
    NORMAL,
    NOW,
    DosingRoom,
    make_dosing_room,
    screen,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def at_once(*tries: Callable[[], object]) -> list[str]:
    gate = threading.Barrier(len(tries))
    outcomes: list[str] = []

    def run(attempt: Callable[[], object]) -> None:
        try:
            gate.wait()
            attempt()
            outcomes.append("done")
        except DomainError as refusal:
            outcomes.append(str(refusal))
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


@pytest.fixture
def room(transactional_db: None) -> DosingRoom:
    """What is committed makes the rules run again: they find all that they ask, calm."""
    made = make_dosing_room()
    screen(made.episode, at=NOW - timedelta(days=5))
    return made


def test_of_two_who_give_at_once_one_gives(room: DosingRoom) -> None:
    order = room.make_ready()

    outcomes = at_once(lambda: room.give(order), lambda: room.give(order))

    assert outcomes == ["The dose is given already.", "done"]
    assert MedicationAdministration.objects.count() == 1


def test_of_two_who_let_go_at_once_one_does(room: DosingRoom) -> None:
    room.give(room.make_ready())
    end = NOW + 95 * MINUTE
    record_vitals(
        appointment_id=room.pk, vitals=NORMAL, by=room.nurse, now=end - MINUTE
    )

    outcomes = at_once(lambda: room.leave(end), lambda: room.leave(end))

    assert outcomes == ["This session is over.", "done"]
    assert Discharge.objects.count() == 1


def test_two_who_measure_at_once_are_both_kept(room: DosingRoom) -> None:
    room.arrive()

    assert at_once(room.measure, room.measure) == ["done", "done"]
    assert VitalSigns.objects.count() == 2
