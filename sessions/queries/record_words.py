"""What the session record says of the time before the dose and of the medicine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kap.ui.types import Item
from sessions.models import MedicationRequest
from sessions.queries.live import dose_text
from sessions.queries.readiness_facts import Room
from sessions.rules.dose_units import with_unit


def clock_of(at: datetime, room: Room) -> str:
    return f"{at.astimezone(room.zone):%H:%M}"


def before_of(room: Room) -> Iterator[Item]:
    words = {True: "yes", False: "no"}
    said = room.answers
    for name, label in (
        ("last_solid_food_at", "Last food"),
        ("last_clear_liquid_at", "Last drink"),
    ):
        if name in said:
            at = said[name].value.astimezone(room.zone)
            yield Item(label, f"{at:%-d %b %H:%M}")
    if "medicines_unchanged" in said:
        answer = said["medicines_unchanged"]
        text = (
            "as before" if answer.value else f"changed: {answer.note or 'not said how'}"
        )
        yield Item("Medicines", text)
    for name, label in (
        ("substances_24h", "Alcohol, sedative, stimulant, opioid in 24 h"),
        ("feels_ill", "Feels ill"),
        ("may_be_pregnant", "May be pregnant"),
        ("escort_confirmed", "Escort said yes"),
    ):
        if name in said:
            yield Item(label, words[said[name].value])
    if "dose_read_back" in said:
        answer = said["dose_read_back"]
        who = [one.name for one in (answer.recorded_by, answer.witness) if one]
        yield Item(
            "Time-out",
            f"{clock_of(answer.said_at, room)}, {' and '.join(who)}: name, birth date, dose read back",
        )


def order_of(room: Room) -> Iterator[Item]:
    order = room.order
    if order is not None:
        yield Item(
            "Order",
            f"{order.ordered_by.name}, signed {clock_of(order.ordered_at, room)}; "
            f"at most {with_unit(order.max_total_mg, 'mg')} in all",
        )
        yield Item("Worked out", _sum(order))
        yield Item("As needed, rescue", order.as_needed or "none")
        if order.reason:
            yield Item("Reason", order.reason)
        if order.cosigned_by is not None:
            yield Item("Second prescriber", order.cosigned_by.name)
    for dose in room.doses:
        volume = (
            f", {with_unit(dose.volume_ml, 'mL')}" if dose.volume_ml is not None else ""
        )
        yield Item(
            "Given",
            f"{dose_text(dose)}{volume}, {clock_of(dose.given_at, room)}, "
            f"{dose.given_by.name}, seen by {dose.witnessed_by.name}",
        )
        yield Item("Product", f"{dose.product.name}, lot {dose.lot_number}")


def _sum(order: MedicationRequest) -> str:
    parts = [with_unit(order.dose_mg, "mg")]
    if order.dose_mg_per_kg is not None and order.weight_kg is not None:
        parts.append(
            f"{with_unit(order.dose_mg_per_kg, 'mg/kg')} at {with_unit(order.weight_kg, 'kg')}"
        )
    if order.volume_ml is not None:
        parts.append(with_unit(order.volume_ml, "mL"))
    if order.infusion_min:
        parts.append(f"over {with_unit(order.infusion_min, 'min')}")
    return ", ".join(parts)
