"""Giving the dose: what must be in order, who must be there, what is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from kap.accounts.enums import Role
from kap.accounts.tests.factories import PASSWORD, UserFactory
from kap.audit.models import AuditEvent
from kap.core.errors import DomainError, IllegalTransition, NotAllowed
from kap.patients.enums import Phase
from sessions import services
from sessions.enums import ENCOUNTER_TRANSITIONS, EncounterStatus
from sessions.models import Appointment, MedicationAdministration, MedicationRequest
from sessions.services.board import go_encounter
from sessions.tests.dosing_room import (
    MINUTE,
    NOW,
    DosingRoom,
    make_dosing_room,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> DosingRoom:
    return make_dosing_room()


def test_a_dose_is_given_once_everything_is_in_order(room: DosingRoom) -> None:
    order = room.make_ready()

    dose = room.give(order)

    order.refresh_from_db()
    assert (dose.dose_mg, dose.volume_ml, dose.status) == (
        Decimal(35),
        Decimal("0.7"),
        "completed",
    )
    assert dose.dose_mg_per_kg == Decimal("0.5")
    assert (dose.given_by, dose.witnessed_by) == (room.nurse, room.therapist)
    assert order.status == "completed"
    assert room.encounter.status == "in-progress"
    assert room.encounter.started_at == NOW
    room.episode.refresh_from_db()
    assert room.episode.phase == Phase.DOSING
    event = AuditEvent.objects.get(object_type="MedicationAdministration")
    assert (event.action, event.category) == ("sign", "dosing")


def test_the_second_of_two_presses_is_refused(room: DosingRoom) -> None:
    order = room.make_ready()
    room.give(order)

    with pytest.raises(IllegalTransition, match="given already"):
        room.give(order)
    assert MedicationAdministration.objects.count() == 1


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        pytest.param("weigh", "Weight: Not measured yet", id="weight"),
        pytest.param("ask", "Medicines, last 24 h: Not asked today", id="questions"),
        pytest.param("come_in", "Nobody has signed in to the room", id="presence"),
        pytest.param("measure", "Not measured yet: Systolic", id="vitals"),
        pytest.param("order", "No order is signed", id="order"),
        pytest.param("time_out", "Time-out with read-back", id="time-out"),
    ],
)
def test_no_dose_while_a_step_is_missing(
    room: DosingRoom, missing: str, sentence: str
) -> None:
    """The server keeps the order of things, however the request comes (DM8)."""
    room.arrive()
    steps: dict[str, Callable[[], Any]] = {
        "weigh": room.weigh,
        "ask": room.ask,
        "come_in": room.come_in,
        "measure": lambda: room.measure(NOW - 10 * MINUTE),
    }
    for name, step in steps.items():
        if name != missing:
            step()
    if missing == "order":
        with pytest.raises(DomainError, match=sentence):
            room.give(MedicationRequest(pk=uuid4(), dose_mg=Decimal(35)))
        return
    if missing == "weigh":
        with pytest.raises(services.DoseNotAllowed, match="Enter the weight"):
            room.order()
        return
    order = room.order()
    if missing != "time_out":
        room.time_out(order)

    with pytest.raises(services.DoseNotAllowed, match=sentence):
        room.give(order)
    assert not MedicationAdministration.objects.exists()
    assert room.encounter.status in ("arrived", "triaged")


def test_nobody_is_dosed_before_check_in(room: DosingRoom) -> None:
    room.weigh()
    order = room.order()

    with pytest.raises(IllegalTransition, match="not been checked in"):
        room.give(order)
    with pytest.raises(IllegalTransition, match="not been checked in"):
        room.measure()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(
            {"dose_mg": Decimal("35.1")},
            "more than the 35 mg that the order",
            id="above-order",
        ),
        pytest.param({"dose_mg": Decimal(0)}, "above 0", id="zero"),
        pytest.param({"dose_mg": Decimal("NaN")}, "above 0", id="nan"),
        pytest.param({"lot_number": "  "}, "lot number", id="no-lot"),
        pytest.param({"given_at": NOW + MINUTE}, "in the future", id="future"),
        pytest.param(
            {"given_at": NOW - timedelta(hours=3)},
            "before the patient arrived",
            id="before-arrival",
        ),
        pytest.param(
            {"witness_password": "wrong"}, "not the password of", id="wrong-password"
        ),
        pytest.param({"witness_id": None}, "Choose the witness", id="no-witness"),
        pytest.param(
            {"witness_id": uuid4()}, "Choose the witness", id="unknown-witness"
        ),
        pytest.param({"order_id": uuid4()}, "order has changed", id="other-order"),
    ],
)
def test_a_dose_that_does_not_fit_is_refused(
    room: DosingRoom, change: dict[str, Any], sentence: str
) -> None:
    order = room.make_ready()

    with pytest.raises(DomainError) as refusal:
        room.give(order, **change)
    assert sentence in str(refusal.value).replace("\u00a0", " ")
    assert not MedicationAdministration.objects.exists()


def test_the_witness_is_another_clinician(room: DosingRoom) -> None:
    order = room.make_ready()

    with pytest.raises(services.WrongSecondPerson, match="somebody else than you"):
        room.give(order, witness_id=room.nurse.pk)
    with pytest.raises(services.WrongSecondPerson, match="may not be the witness"):
        room.give(order, witness_id=room.clinic.by.pk)


@pytest.mark.parametrize(
    "role", [Role.FRONT_DESK, Role.THERAPIST, Role.COMPLIANCE, Role.ADMIN]
)
def test_only_nurse_and_prescriber_give(room: DosingRoom, role: str) -> None:
    order = room.make_ready()

    with pytest.raises(NotAllowed):
        services.start_dosing(
            appointment_id=room.pk,
            given=room.given(order),
            by=UserFactory.create(roles=[role]),
            now=NOW,
        )


def test_less_than_ordered_is_written_as_stopped_part_way(room: DosingRoom) -> None:
    dose = room.give(room.make_ready(), dose_mg=Decimal(20))

    assert (dose.status, dose.volume_ml) == ("stopped", Decimal("0.4"))


def test_a_new_order_needs_a_new_time_out(room: DosingRoom) -> None:
    room.make_ready()
    newer = room.order(at=NOW - 2 * MINUTE)

    with pytest.raises(
        services.DoseNotAllowed, match="Name and birth date are not yet said"
    ):
        room.give(newer)
    assert MedicationRequest.objects.filter(status="stopped").count() == 1


def test_an_old_reading_does_not_count(room: DosingRoom) -> None:
    order = room.make_ready()
    room.now = NOW + 20 * MINUTE

    with pytest.raises(services.DoseNotAllowed, match="Measure again"):
        room.give(order)


def test_two_volumes_must_be_alike_and_both_readings_stay(room: DosingRoom) -> None:
    room.arrive()
    room.weigh()
    order = room.order()

    with pytest.raises(services.DoseNotAllowed) as refusal:
        room.time_out(order, amount="0.7", read="0.07")

    assert "0.7 mL and 0.07 mL" in str(refusal.value).replace("\u00a0", " ")
    assert [row.amount for row in order.syringe_readings.order_by("read_at")] == [
        Decimal("0.7"),
        Decimal("0.07"),
    ]
    with pytest.raises(services.DoseNotAllowed, match="first person enters"):
        room.time_out_only(order)


def test_every_part_of_the_time_out_is_said(room: DosingRoom) -> None:
    room.arrive()
    room.weigh()
    order = room.order()

    with pytest.raises(services.NotPossible, match="said aloud"):
        room.time_out(order, agrees_to_begin=False)


def test_who_drew_up_does_not_read_back(room: DosingRoom) -> None:
    room.arrive()
    room.weigh()
    order = room.order()

    with pytest.raises(
        services.WrongSecondPerson, match="somebody else|Another person"
    ):
        room.time_out(order, witness_id=room.nurse.pk)
    assert order.syringe_readings.count() == 1


def test_a_gate_is_passed_with_a_reason_by_who_may(room: DosingRoom) -> None:
    room.arrive()
    room.ask(substances_24h=True)

    def go(
        by: Any, code: str = "G-09", reason: str = "Lorazepam 16 h ago, awake."
    ) -> Any:
        return services.override_gate(
            appointment_id=room.pk, code=code, reason=reason, by=by, now=NOW
        )

    with pytest.raises(NotAllowed, match="Prescriber may go on"):
        go(room.nurse)
    with pytest.raises(services.NotPossible, match="reason"):
        go(room.prescriber, reason=" ")
    with pytest.raises(NotAllowed, match="Nobody can pass"):
        go(room.prescriber, code="G-12")
    with pytest.raises(services.NotPossible, match="no such gate"):
        go(room.prescriber, code="G-99")
    with pytest.raises(IllegalTransition, match="does not hold"):
        go(room.prescriber, code="G-02")
    go(room.prescriber)
    with pytest.raises(IllegalTransition, match="already"):
        go(room.prescriber)


def test_preparation_is_passed_by_prescriber_and_therapist_together() -> None:
    room = make_dosing_room(is_prepared=False)
    room.arrive()

    def go(email: str, by: Any = room.prescriber) -> Any:
        return services.override_gate(
            appointment_id=room.pk,
            code="G-04",
            reason="Prepared elsewhere",
            by=by,
            now=NOW,
            second_email=email,
            second_password=PASSWORD,
        )

    with pytest.raises(services.WrongSecondPerson, match="Choose the second person"):
        go("")
    with pytest.raises(services.WrongSecondPerson, match="must be a therapist"):
        go(room.nurse.email)
    with pytest.raises(services.WrongSecondPerson, match="somebody else"):
        go(room.prescriber.email)
    row = go(room.therapist.email.upper())
    assert (row.overridden_by, row.also_by) == (room.prescriber, room.therapist)


def test_not_today_ends_the_visit_and_says_why(room: DosingRoom) -> None:
    room.make_ready()

    services.stop_session(
        appointment_id=room.pk, reason="Pressure stayed high", by=room.nurse, now=NOW
    )

    visit = Appointment.objects.get(pk=room.pk)
    assert (visit.status, visit.cancellation_reason) == (
        "cancelled",
        "Attended, not dosed: Pressure stayed high",
    )
    assert (room.encounter.status, room.encounter.ended_at) == ("cancelled", NOW)
    assert MedicationRequest.objects.get().status == "cancelled"
    with pytest.raises(IllegalTransition, match="over"):
        room.measure()


def test_after_the_dose_there_is_no_not_today(room: DosingRoom) -> None:
    room.give(room.make_ready())

    with pytest.raises(IllegalTransition, match="given already"):
        services.stop_session(
            appointment_id=room.pk, reason="x", by=room.nurse, now=NOW
        )


def test_a_wrong_dose_is_put_right_by_new_rows(room: DosingRoom) -> None:
    order = room.make_ready()
    wrong = room.give(order)
    later = NOW + 3 * MINUTE

    right = services.void_dose(
        appointment_id=room.pk,
        dose_id=wrong.pk,
        reason="Typed 35, gave 30",
        corrected=room.given(order, dose_mg=Decimal(30)),
        by=room.nurse,
        now=later,
    )

    assert MedicationAdministration.objects.count() == 3
    void = MedicationAdministration.objects.get(status="entered-in-error")
    assert (void.voids, void.void_reason) == (wrong, "Typed 35, gave 30")
    assert right.dose_mg == Decimal(30)
    with pytest.raises(services.NotPossible, match="does not stand"):
        services.void_dose(
            appointment_id=room.pk,
            dose_id=wrong.pk,
            reason="again",
            corrected=room.given(order),
            by=room.nurse,
            now=later,
        )


STATUSES = list(EncounterStatus)


@pytest.mark.parametrize("new", STATUSES)
@pytest.mark.parametrize("old", STATUSES)
def test_an_encounter_goes_only_where_the_table_says(
    room: DosingRoom, old: EncounterStatus, new: EncounterStatus
) -> None:
    room.arrive()
    encounter = room.encounter
    encounter.status, encounter.started_at = old, NOW
    encounter.ended_at = NOW if old in ("finished", "cancelled") else None
    encounter.save()
    if new in ("finished", "cancelled"):
        encounter.ended_at = NOW
    elif encounter.ended_at and new not in ENCOUNTER_TRANSITIONS[old]:
        encounter.ended_at = None

    if new in ENCOUNTER_TRANSITIONS[old]:
        go_encounter(encounter, new, by=room.nurse, now=NOW)
        assert room.encounter.status == new
    else:
        with pytest.raises(IllegalTransition):
            go_encounter(encounter, new, by=room.nurse, now=NOW)
