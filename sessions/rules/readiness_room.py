"""The gates at the chair: vital signs, order, people, time-out (1.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sessions.rules.readiness_gates import PRESCRIBER_ALONE, says
from sessions.rules.readiness_policy import ReadinessPolicy
from sessions.rules.readiness_types import GateResult, GateState, Owner, ReadinessFacts
from sessions.rules.vitals_before import BeforeState

S = GateState
READERS_NEEDED: Final = 2
"""“Dose read-back by two staff” (1.4 G-19)."""

_VITALS: Final = {
    BeforeState.NEEDED: S.UNKNOWN,
    BeforeState.IN_RANGE: S.DONE,
    BeforeState.RECHECK: S.OPEN,
    BeforeState.SOFT_HOLD: S.OPEN,
    BeforeState.HARD_HOLD: S.BLOCKED,
}


def vitals(facts: ReadinessFacts, policy: ReadinessPolicy) -> GateResult:
    """G-14: in range, or decided by the prescriber; never above the hard stop."""
    del policy
    gate = GateResult(
        code="G-14",
        title="Vital signs before the dose",
        state=S.UNKNOWN,
        sentence="Not measured yet.",
        owner=Owner.NURSE,
        source="seed S-39; 6.3",
    )
    if facts.vitals is None:
        return gate
    state = _VITALS[facts.vitals.state]
    by = PRESCRIBER_ALONE if state is S.OPEN else ()
    return replace(gate, state=state, sentence=facts.vitals.sentence, overridable_by=by)


def order(facts: ReadinessFacts, policy: ReadinessPolicy) -> GateResult:
    """G-15: a whole, signed order."""
    del policy
    gate = GateResult(
        code="G-15",
        title="Order",
        state=S.DONE,
        sentence="Signed.",
        owner=Owner.PRESCRIBER,
        source="1.4",
    )
    if facts.order_lacks:
        return says(gate, S.OPEN, f"The order lacks: {', '.join(facts.order_lacks)}.")
    if not facts.order_signed:
        return says(gate, S.OPEN, "The order is not signed.")
    return gate


def presence(facts: ReadinessFacts, policy: ReadinessPolicy) -> GateResult:
    """G-17: the therapist and somebody who watches the vital signs are in the room."""
    del policy
    gate = GateResult(
        code="G-17",
        title="Therapist in the room",
        state=S.DONE,
        sentence="Therapist and monitoring nurse are here.",
        owner=Owner.THERAPIST,
        source="seed S-35",
    )
    if facts.therapist_present is None or facts.monitor_present is None:
        return says(gate, S.UNKNOWN, "Nobody has signed in to the room yet.")
    if not facts.therapist_present:
        return says(gate, S.OPEN, "The therapist is not in the room.")
    if not facts.monitor_present:
        gate = replace(gate, owner=Owner.NURSE)
        return says(gate, S.OPEN, "Nobody is here to watch the vital signs.")
    return gate


def time_out(facts: ReadinessFacts, policy: ReadinessPolicy) -> GateResult:
    """G-19: two identifiers, and the dose read back by two different people."""
    del policy
    gate = GateResult(
        code="G-19",
        title="Time-out with read-back",
        state=S.DONE,
        sentence="Name and birth date said, dose read back by two people.",
        owner=Owner.TWO_PEOPLE,
        source="1.4",
    )
    if not facts.identifiers_confirmed:
        return says(gate, S.OPEN, "Name and birth date are not yet said.")
    if not facts.dose_read_back:
        return says(gate, S.OPEN, "The dose is not yet read back.")
    if len(facts.read_back_by) < READERS_NEEDED:
        return says(gate, S.OPEN, "The read-back takes two different people.")
    return gate
