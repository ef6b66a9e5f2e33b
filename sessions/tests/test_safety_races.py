"""A safety alert and a dose at the same moment; two ticks of the clock at once."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from kap.worklist import services as worklist
from kap.worklist.models import WorkItem
from screening.enums import ResponseMode
from screening.rules.safety import Door, Trigger
from screening.services import self_harm
from sessions.models import MedicationAdministration
from sessions.services.dosing_common import DoseNotAllowed
from sessions.tests.dosing_room import MINUTE, NOW, DosingRoom, make_dosing_room
from sessions.tests.test_dosing_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def room(transactional_db: None) -> DosingRoom:
    return make_dosing_room()


def call(room: DosingRoom, *, key: str = "try") -> WorkItem:
    return self_harm.open_alert(
        patient=room.episode.patient,
        episode=room.episode,
        trigger=Trigger(Door.HELP),
        source_key=key,
        mode=ResponseMode.LINK,
        by=None,
        now=NOW,
    ).item


def test_a_dose_waits_for_an_alert_that_is_being_written(room: DosingRoom) -> None:
    order = room.make_ready()
    written, outcome = threading.Event(), []

    def give() -> None:
        written.wait(10)
        try:
            room.give(order)
            outcome.append("given")
        except DoseNotAllowed as refusal:
            outcome.append(str(refusal))
        finally:
            connection.close()

    giver = threading.Thread(target=give)
    giver.start()
    with transaction.atomic():
        call(room)
        written.set()
        time.sleep(1)  # the dose is under way and must wait for the commit
        assert outcome == []
    giver.join(20)

    assert "A safety alert is open" in outcome[0]
    assert not MedicationAdministration.objects.exists()


def test_of_an_alert_and_a_dose_at_once_either_the_dose_was_first_or_it_is_refused(
    room: DosingRoom,
) -> None:
    order = room.make_ready()

    outcomes = at_once(lambda: room.give(order), lambda: call(room))

    given = MedicationAdministration.objects.exists()
    assert WorkItem.objects.filter(kind="si-review").count() == 1
    assert (outcomes == ["done", "done"]) is given
    assert given or any("A safety alert is open" in said for said in outcomes)


def test_two_beats_at_once_pass_it_on_once(room: DosingRoom) -> None:
    item = call(room)
    late = NOW + 31 * MINUTE

    outcomes = at_once(
        lambda: worklist.escalate_overdue(now=late),
        lambda: worklist.escalate_overdue(now=late),
    )

    assert outcomes == ["done", "done"]
    assert item.escalations.count() == 2
    item.refresh_from_db()
    assert item.next_escalation_at == late + timedelta(minutes=15)


def test_the_same_answer_from_two_devices_calls_once(room: DosingRoom) -> None:
    assert at_once(lambda: call(room), lambda: call(room)) == ["done", "done"]
    assert WorkItem.objects.filter(kind="si-review").count() == 1
