"""Leaving: criteria, two signers, waivers, and what it sets in motion."""

from __future__ import annotations

from typing import Any

import pytest

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.core.errors import DomainError, IllegalTransition, NotAllowed
from kap.documents.models import Signature
from sessions import services, signals
from sessions.models import Appointment, Discharge
from sessions.tests.dosing_room import (
    MINUTE,
    NORMAL,
    NOW,
    TICKS,
    DosingRoom,
    make_dosing_room,
)

pytestmark = pytest.mark.django_db
END = NOW + 95 * MINUTE


@pytest.fixture
def live() -> DosingRoom:
    room = make_dosing_room()
    room.give(room.make_ready())
    services.record_vitals(
        appointment_id=room.pk, vitals=NORMAL, by=room.nurse, now=NOW + 90 * MINUTE
    )
    return room


def test_with_everything_met_the_patient_leaves(
    live: DosingRoom, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[dict[str, Any]] = []

    def hear(sender: object, **facts: Any) -> None:
        heard.append(facts)

    signals.dosing_finished.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        row = live.leave(END)
    signals.dosing_finished.disconnect(hear)

    assert len(row.criteria) == 16
    assert all(one["met"] for one in row.criteria.values())
    assert row.criteria["aldrete"]["items"] == [2, 2, 2, 2, 2]
    assert (row.nurse, row.second_signer) == (live.nurse, live.prescriber)
    assert Appointment.objects.get(pk=live.pk).status == "fulfilled"
    assert (live.encounter.status, live.encounter.ended_at) == ("finished", END)
    assert Signature.objects.filter(object_type="Discharge").count() == 2
    assert heard[0]["appointment_id"] == live.pk
    with pytest.raises(IllegalTransition, match="over"):
        live.leave(END)


def test_no_leaving_before_a_dose() -> None:
    room = make_dosing_room()
    with pytest.raises(IllegalTransition, match="not been checked in"):
        room.leave(END)
    room.arrive()
    with pytest.raises(IllegalTransition, match="No dose is given yet"):
        room.leave(END)


@pytest.mark.parametrize("key", sorted(TICKS))
def test_each_tick_is_needed(live: DosingRoom, key: str) -> None:
    ticks = {name: value for name, value in TICKS.items() if name != key}

    with pytest.raises(services.MayNotLeave) as refusal:
        live.leave(END, said={"ticks": ticks})
    assert refusal.value.gaps == (key,)
    assert not Discharge.objects.exists()


@pytest.mark.parametrize(
    ("said", "gap"),
    [
        ({"aldrete_items": ()}, "aldrete"),
        ({"aldrete_items": (2, 2, 2, 2, 0)}, "aldrete"),
        ({"is_oriented": None}, "oriented"),
        ({"is_oriented": False}, "oriented"),
    ],
)
def test_each_measured_criterion_is_needed(
    live: DosingRoom, said: dict[str, Any], gap: str
) -> None:
    with pytest.raises(services.MayNotLeave) as refusal:
        live.leave(END, said=said)
    assert refusal.value.gaps == (gap,)


def test_not_before_its_time(live: DosingRoom) -> None:
    early = NOW + 89 * MINUTE
    live.measure(early - MINUTE)
    with pytest.raises(services.MayNotLeave) as refusal:
        live.leave(early)
    assert "in 1 min" in str(refusal.value).replace("\u00a0", " ")
    assert "time" in refusal.value.gaps


def test_old_readings_say_nothing_about_leaving(live: DosingRoom) -> None:
    with pytest.raises(services.MayNotLeave) as refusal:
        live.leave(NOW + 121 * MINUTE)
    assert {"awake", "pressure", "pulse", "oxygen"} <= set(refusal.value.gaps)


def test_a_prescriber_waives_with_a_reason(live: DosingRoom) -> None:
    ticks = {**TICKS, "gait": False}
    said: dict[str, Any] = {"ticks": ticks, "waived": ["gait"]}

    with pytest.raises(services.NotPossible, match="waived"):
        live.leave(END, said=said)
    said["waive_reason"] = "Walks with a stick since 2019"
    with pytest.raises(services.MayNotLeave, match="Only a prescriber"):
        live.leave(END, said=said, second_id=live.therapist.pk)
    row = live.leave(END, said=said)
    assert (row.overridden_by, row.criteria["gait"]["waived"]) == (
        live.prescriber,
        True,
    )


@pytest.mark.parametrize("key", ["escort", "signatures"])
def test_escort_and_signatures_are_never_waived(live: DosingRoom, key: str) -> None:
    said = {
        "ticks": {**TICKS, "escort": False},
        "waived": [key],
        "waive_reason": "Wants to go",
    }

    with pytest.raises(services.MayNotLeave):
        live.leave(END, said=said)


def test_the_two_signers_are_two_people(live: DosingRoom) -> None:
    with pytest.raises(services.WrongSecondPerson, match="somebody else"):
        live.leave(END, second_id=live.nurse.pk)
    with pytest.raises(services.WrongSecondPerson, match="may not be"):
        live.leave(END, second_id=live.clinic.by.pk)
    with pytest.raises(services.WrongSecondPerson, match="not the password"):
        live.leave(END, second_password="x")
    with pytest.raises(NotAllowed, match="not your password"):
        live.leave(END, password="x")


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.THERAPIST, Role.ADMIN])
def test_who_may_let_go(live: DosingRoom, role: str) -> None:
    with pytest.raises(NotAllowed):
        live.leave(END, by=UserFactory.create(roles=[role]))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"escort_name": " "}, "takes the patient home"),
        ({"ride": "bus"}, "gets home"),
        ({"left_at": END + MINUTE}, "future"),
        ({"left_at": NOW - MINUTE}, "before the dose"),
    ],
)
def test_what_cannot_be_is_refused(
    live: DosingRoom, said: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DomainError, match=sentence):
        live.leave(END, said=said)


def test_another_patients_escort_is_refused(live: DosingRoom) -> None:
    other = make_dosing_room(clinic=live.clinic, room=1)
    with pytest.raises(services.NotPossible, match="not one of"):
        live.leave(END, said={"escort_id": other.escort.pk})
