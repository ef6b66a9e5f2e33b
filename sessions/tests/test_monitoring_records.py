"""Readings, unwanted effects and notes as they are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.core.errors import DomainError, IllegalTransition, NotAllowed
from kap.worklist.models import WorkItem
from sessions import services
from sessions.models import AdverseEvent, RoomNote, VitalSigns
from sessions.tests.dosing_room import MINUTE, NOW, DosingRoom, make_dosing_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> DosingRoom:
    room = make_dosing_room()
    room.arrive()
    return room


@pytest.fixture
def live(room: DosingRoom) -> DosingRoom:
    room.weigh()
    room.ask()
    room.come_in()
    room.measure(NOW - 10 * MINUTE)
    order = room.order()
    room.time_out(order)
    room.give(order)
    return room


def test_the_same_form_twice_is_one_reading(room: DosingRoom) -> None:
    key = uuid4()

    def send() -> VitalSigns:
        return services.record_vitals(
            appointment_id=room.pk,
            vitals=services.Vitals(heart_rate_bpm=70),
            client_key=key,
            by=room.nurse,
            now=NOW,
        )

    assert send().pk == send().pk
    assert VitalSigns.objects.count() == 1


def test_a_key_of_another_session_is_refused(room: DosingRoom) -> None:
    other, key = make_dosing_room(clinic=room.clinic, room=1), uuid4()
    other.arrive()
    for one, refused in ((room, False), (other, True)):
        facts: dict[str, Any] = {
            "appointment_id": one.pk,
            "vitals": services.Vitals(heart_rate_bpm=70),
            "client_key": key,
            "by": room.nurse,
            "now": NOW,
        }
        if refused:
            with pytest.raises(services.NotPossible, match="another session"):
                services.record_vitals(**facts)
        else:
            services.record_vitals(**facts)


def test_what_is_only_beyond_a_threshold_is_kept_with_its_finding(
    live: DosingRoom,
) -> None:
    row = live.measure(NOW + 10 * MINUTE, systolic_mmhg=165, diastolic_mmhg=95)

    finding = row.findings[0]
    assert (finding["level"], finding["code"]) == ("amber", "systolic_mmhg")
    assert finding["edition"] >= 1
    assert "165" in finding["sentence"]
    assert not WorkItem.objects.filter(kind="vital-limit").exists()


def test_a_red_value_is_urgent_work_for_the_prescriber(live: DosingRoom) -> None:
    live.measure(NOW + 10 * MINUTE, systolic_mmhg=185, diastolic_mmhg=95)

    item = WorkItem.objects.get(kind="vital-limit")
    assert (item.role, item.is_urgent) == (Role.PRESCRIBER, True)


def test_before_the_dose_the_thresholds_are_the_stricter_ones(room: DosingRoom) -> None:
    row = room.measure(systolic_mmhg=152, diastolic_mmhg=94)

    assert [one["level"] for one in row.findings] == ["soft", "soft"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        pytest.param({}, "Nothing was measured", id="empty"),
        pytest.param({"systolic_mmhg": 120}, "both numbers", id="half-pressure"),
        pytest.param(
            {"systolic_mmhg": 80, "diastolic_mmhg": 80}, "higher one", id="turned"
        ),
        pytest.param(
            {"systolic_mmhg": 700, "diastolic_mmhg": 80}, "not possible", id="700"
        ),
        pytest.param({"heart_rate_bpm": -4}, "not possible", id="negative"),
        pytest.param({"spo2_percent": 101}, "40 to 100", id="spo2"),
        pytest.param({"sedation_moaas": 6}, "0 to 5", id="moaas"),
        pytest.param({"nausea_0_10": 11}, "0 to 10", id="nausea"),
    ],
)
def test_what_cannot_be_is_refused(
    room: DosingRoom, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(services.NotPossible, match=sentence):
        services.record_vitals(
            appointment_id=room.pk,
            vitals=services.Vitals(**values),
            by=room.nurse,
            now=NOW,
        )
    assert not VitalSigns.objects.exists()


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (NOW + MINUTE, "in the future"),
        (NOW - timedelta(hours=2), "before the patient arrived"),
    ],
)
def test_a_reading_lies_within_the_session(
    room: DosingRoom, at: Any, sentence: str
) -> None:
    with pytest.raises(services.NotPossible, match=sentence):
        services.record_vitals(
            appointment_id=room.pk,
            vitals=services.Vitals(heart_rate_bpm=70),
            taken_at=at,
            by=room.nurse,
            now=NOW,
        )


def test_a_late_entry_keeps_both_times(room: DosingRoom) -> None:
    row = services.record_vitals(
        appointment_id=room.pk,
        vitals=services.Vitals(heart_rate_bpm=70),
        taken_at=NOW - 9 * MINUTE,
        by=room.nurse,
        now=NOW,
    )
    assert (row.taken_at, row.recorded_at) == (NOW - 9 * MINUTE, NOW)


def test_a_wrong_reading_stays_and_no_longer_counts(room: DosingRoom) -> None:
    wrong = room.measure()
    services.void_vitals(
        appointment_id=room.pk,
        vitals_id=wrong.pk,
        reason="Wrong cuff",
        by=room.nurse,
        now=NOW,
    )
    assert VitalSigns.objects.count() == 2
    with pytest.raises(services.NotPossible, match="does not stand"):
        services.void_vitals(
            appointment_id=room.pk,
            vitals_id=wrong.pk,
            reason="x",
            by=room.nurse,
            now=NOW,
        )
    with pytest.raises(services.NotPossible, match="Say why"):
        services.void_vitals(
            appointment_id=room.pk,
            vitals_id=wrong.pk,
            reason="",
            by=room.nurse,
            now=NOW,
        )


def test_an_unwanted_effect_comes_after_the_dose(room: DosingRoom) -> None:
    event = services.Event(term="nausea", grade=1)
    with pytest.raises(IllegalTransition, match="No dose is given yet"):
        services.record_adverse_event(
            appointment_id=room.pk, event=event, by=room.nurse, now=NOW
        )


def test_an_unwanted_effect_is_written_and_undone(live: DosingRoom) -> None:
    now = NOW + 20 * MINUTE
    row = services.record_adverse_event(
        appointment_id=live.pk,
        event=services.Event(term="nausea", grade=1),
        by=live.therapist,
        now=now,
    )
    services.void_adverse_event(
        appointment_id=live.pk, event_id=row.pk, by=live.nurse, now=now
    )
    assert AdverseEvent.objects.filter(voids=None, voided_by_row=None).count() == 0
    assert AdverseEvent.objects.count() == 2
    for event in (services.Event(term=" ", grade=1), services.Event(term="x", grade=6)):
        with pytest.raises(services.NotPossible):
            services.record_adverse_event(
                appointment_id=live.pk, event=event, by=live.nurse, now=now
            )


def test_a_line_is_written_and_undone(live: DosingRoom) -> None:
    now = NOW + MINUTE
    row = services.write_room_note(
        appointment_id=live.pk, text=" Eyes closed ", by=live.therapist, now=now
    )
    assert row.text == "Eyes closed"
    services.void_room_note(
        appointment_id=live.pk, note_id=row.pk, by=live.nurse, now=now
    )
    assert RoomNote.objects.filter(voids=None, voided_by_row=None).count() == 0
    for text in ("", "x" * 301):
        with pytest.raises(services.NotPossible):
            services.write_room_note(
                appointment_id=live.pk, text=text, by=live.nurse, now=now
            )


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.COMPLIANCE, Role.ADMIN])
def test_only_clinicians_write_in_the_room(live: DosingRoom, role: str) -> None:
    who = UserFactory.create(roles=[role])
    facts: dict[str, Any] = {"appointment_id": live.pk, "by": who, "now": NOW}
    for act in (
        lambda: services.record_vitals(
            vitals=services.Vitals(heart_rate_bpm=70), **facts
        ),
        lambda: services.write_room_note(text="x", **facts),
        lambda: services.record_adverse_event(
            event=services.Event(term="x", grade=1), **facts
        ),
        lambda: services.record_presence(is_here=True, **facts),
        lambda: services.stop_session(reason="x", **facts),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_front_desk_may_say_who_drives(room: DosingRoom) -> None:
    desk = UserFactory.create(front_desk=True)
    facts = services.CheckFacts(escort_id=room.escort.pk, escort_confirmed=True)
    services.record_check(appointment_id=room.pk, facts=facts, by=desk, now=NOW)

    with pytest.raises(NotAllowed):
        services.record_check(
            appointment_id=room.pk,
            facts=services.CheckFacts(feels_ill=False),
            by=desk,
            now=NOW,
        )
    with pytest.raises(services.NotPossible, match="Nothing was answered"):
        services.record_check(
            appointment_id=room.pk, facts=services.CheckFacts(), by=desk, now=NOW
        )


def test_somebody_elses_escort_is_no_escort(room: DosingRoom) -> None:
    other = make_dosing_room(clinic=room.clinic, room=1)
    with pytest.raises(services.NotPossible, match="not one of"):
        room.ask(escort_id=other.escort.pk)
    room.escort.is_adult = False
    room.escort.save()
    with pytest.raises(services.NotPossible, match="18"):
        room.ask()
    with pytest.raises(DomainError, match="future"):
        room.ask(escort_id=None, last_solid_food_at=NOW + timedelta(hours=1))
