"""What the gates at the chair ask: people, time-out, illness, the syringe."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from kap.accounts.enums import PRESCRIBING, Role
from sessions.queries.readiness_facts import Answer, Room
from sessions.rules.dose_units import with_unit
from sessions.rules.readiness_types import GateResult, GateState, Owner

HEALTH: Final = "G-13"
VOLUME: Final = "VOLUME"
READERS: Final = 2


def said_today(room: Room, name: str) -> Answer | None:
    answer = room.answers.get(name)
    if answer is None or answer.recorded_by is None:
        return None
    return answer if room.on_day(answer.said_at) == room.today else None


def chair_facts(room: Room) -> dict[str, Any]:
    order = room.order
    here = [row.user for row in room.present]
    therapists = [user for user in here if user.has_role(Role.THERAPIST)]
    watching = [
        user
        for user in here
        if user.has_role(Role.NURSE, *PRESCRIBING) and therapists != [user]
    ]
    return {
        "order_signed": order is not None,
        "order_lacks": ("rescue orders",) if order and not order.as_needed else (),
        "therapist_present": bool(therapists) if here else None,
        "monitor_present": bool(watching) if here else None,
        **_time_out_facts(room),
    }


def _time_out_facts(room: Room) -> dict[str, Any]:
    """A time-out counts for the order it was held on; a new order needs a new one."""
    said = {
        name: room.answers[name]
        for name in ("identity_checked", "dose_read_back")
        if name in room.answers
        and room.order is not None
        and room.answers[name].said_at >= room.order.ordered_at
    }
    read = said.get("dose_read_back")
    people = (read.recorded_by, read.witness) if read else ()
    return {
        "identifiers_confirmed": said["identity_checked"].value
        if "identity_checked" in said
        else None,
        "dose_read_back": read.value if read else None,
        "read_back_by": frozenset(str(one.pk) for one in people if one is not None),
    }


def health_gate(room: Room) -> GateResult:
    """G-13: asked today for illness and pregnancy."""
    gate = GateResult(
        code=HEALTH,
        title="Ill, pregnant",
        state=GateState.DONE,
        sentence="Asked today, neither.",
        owner=Owner.NURSE,
        overridable_by=(Owner.PRESCRIBER,),
        source="1.4; ID",
    )
    ill, pregnant = (
        said_today(room, name) for name in ("feels_ill", "may_be_pregnant")
    )
    if ill is None or pregnant is None:
        return replace(
            gate,
            state=GateState.UNKNOWN,
            sentence="Not asked today.",
            overridable_by=(),
        )
    words = [
        word
        for answer, word in ((ill, "Feels ill"), (pregnant, "May be pregnant"))
        if answer.value
    ]
    if not words:
        return gate
    sentence = f"{' and '.join([words[0], *map(str.lower, words[1:])])}. The prescriber decides."
    return replace(gate, state=GateState.OPEN, sentence=sentence)


def volume_gate(room: Room) -> GateResult:
    """The amount on the syringe, read by two people who do not see each other's figure."""
    gate = GateResult(
        code=VOLUME,
        title="Volume, two people",
        state=GateState.OPEN,
        sentence="Nobody has read the syringe yet.",
        owner=Owner.TWO_PEOPLE,
        source="2.7",
    )
    if room.order is None:
        return replace(gate, sentence="Comes after the order.")
    if not room.syringe:
        return gate
    if len(room.syringe) % READERS:
        return replace(gate, sentence="The second person has not read it yet.")
    first, second = room.syringe[-2:]
    if first.amount == second.amount:
        return replace(gate, state=GateState.DONE, sentence="Both read the same.")
    word = amount_word(room)
    return replace(
        gate,
        sentence=f"{with_unit(first.amount, word)} and {with_unit(second.amount, word)}: "
        "draw up again, then both read anew.",
    )


def amount_word(room: Room) -> str:
    """The unit of the syringe's amount: mL of a liquid, else the product's own word."""
    if room.order is None or room.order.product.strength_mg_per_ml is not None:
        return "mL"
    return room.order.product.unit_word or "units"
