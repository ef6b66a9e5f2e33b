"""The record of one dosing session, for the page and for the paper: what was done, by whom, when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from kap.accounts.models import User
from kap.documents.models import Signature
from kap.patients.models import Patient
from kap.ui.types import Item
from screening.queries.preparation import Agreed
from sessions.enums import EncounterStatus, RideKind
from sessions.models import Appointment, Discharge, GateOverride
from sessions.queries.live import (
    chart_of,
    dose_text,
    minute_of,
    preparation_of,
)
from sessions.queries.live_log import LogLine, events_of, log_of, notes_of
from sessions.queries.readiness_facts import Room, room_of
from sessions.queries.record_words import before_of, clock_of, order_of
from sessions.rules.discharge_policy import CRITERIA
from sessions.rules.dose_units import plain, with_unit

AWAKE: Final = {
    5: "alert",
    4: "drowsy",
    3: "rouses to voice",
    2: "rouses to touch",
    1: "rouses to pain",
    0: "no response",
}
_TITLES: Final = {one.key: one.title for one in CRITERIA}
_BY_NUMBER: Final = {
    f"L-{number:02d}": one.title for number, one in enumerate(CRITERIA, 1)
}


@dataclass(frozen=True, slots=True)
class ReadingRow:
    at: datetime
    minute: str
    pressure: str
    pulse: str
    spo2: str
    breaths: str
    awake: str
    noted: str
    pk: UUID


@dataclass(frozen=True, slots=True)
class CriterionRow:
    number: int
    title: str
    sentence: str
    is_met: bool
    is_waived: bool
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything of one session that the page and the paper show."""

    appointment: Appointment
    patient: Patient
    room: Room
    state: str
    lead: str
    before: list[Item]
    order: list[Item]
    readings: list[ReadingRow]
    chart: Any
    log: list[LogLine]
    effects: list[Item]
    overrides: list[GateOverride]
    leaving: Discharge | None
    criteria: list[CriterionRow]
    home: list[Item]
    preparation: Agreed | None
    signatures: list[Signature]


def record_of(appointment: Appointment, *, now: datetime) -> Record:
    """Read one session; the same queries whatever happened in it."""
    room = room_of(appointment, now=now)
    events, notes = events_of(room), notes_of(room)
    leaving = _leaving(room)
    moments = [one.onset_at for one in events]
    return Record(
        appointment=appointment,
        patient=appointment.patient,
        room=room,
        state=_state(room),
        lead=_lead(room, leaving),
        before=list(before_of(room)),
        order=list(order_of(room)),
        readings=[_reading(room, row) for row in room.readings],
        chart=chart_of(room, now=None, events=moments) or "",
        log=list(reversed(log_of(room, events, notes))),
        effects=[_effect(one) for one in events] or [Item("Unwanted effects", "none")],
        overrides=list(room.overrides.values()),
        leaving=leaving,
        criteria=list(_criteria(leaving)),
        home=list(_home(leaving)),
        preparation=preparation_of(room),
        signatures=_signatures(room, leaving),
    )


def _leaving(room: Room) -> Discharge | None:
    if room.encounter is None:
        return None
    return (
        Discharge.objects.filter(encounter=room.encounter)
        .select_related("nurse", "second_signer", "overridden_by")
        .first()
    )


def _state(room: Room) -> str:
    encounter = room.encounter
    if encounter is None:
        return "Not here yet"
    return EncounterStatus(encounter.status).label


def _lead(room: Room, leaving: Discharge | None) -> str:
    """What matters first: given, highest pressure, lowest oxygen, time of leaving."""
    parts = [
        f"{dose_text(dose)} at {clock_of(dose.given_at, room)}" for dose in room.doses
    ]
    pressures = [row for row in room.readings if row.systolic_mmhg]
    if pressures:
        top = max(pressures, key=lambda row: row.systolic_mmhg or 0)
        parts.append(
            f"highest BP {top.systolic_mmhg}/{with_unit(top.diastolic_mmhg or 0, 'mmHg')}"
        )
    oxygen = [row.spo2_percent for row in room.readings if row.spo2_percent]
    if oxygen:
        parts.append(f"lowest SpO\u2082 {with_unit(min(oxygen), '%')}")
    if leaving is not None:
        parts.append(
            f"left at {clock_of(leaving.left_at, room)} with {leaving.escort_name}"
        )
    elif room.encounter is not None and room.encounter.stop_reason:
        parts.append(f"no dose: {room.encounter.stop_reason}")
    text = ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else "Nothing is recorded yet."


def _reading(room: Room, row: Any) -> ReadingRow:
    minute = minute_of(row.taken_at, room)
    noted = " ".join([*(one["sentence"] for one in row.findings), row.note]).strip()
    scales = [
        f"{word} {value}"
        for word, value in (
            ("nausea", row.nausea_0_10),
            ("distress", row.distress_0_10),
            ("dissociation", row.dissociation_0_10),
        )
        if value is not None
    ]
    return ReadingRow(
        at=row.taken_at,
        minute="" if minute is None else f"{minute:+d}".replace("-", "\u2212"),
        pressure=f"{row.systolic_mmhg}/{row.diastolic_mmhg}"
        if row.systolic_mmhg
        else "",
        pulse=_text(row.heart_rate_bpm),
        spo2=_text(row.spo2_percent),
        breaths=_text(row.respiratory_rate_per_min),
        awake=AWAKE.get(row.sedation_moaas, ""),
        noted=". ".join(filter(None, [", ".join(scales), noted])),
        pk=row.pk,
    )


def _text(value: int | None) -> str:
    return "" if value is None else plain(value)


def _effect(one: Any) -> Item:
    parts = [f"grade {one.grade}", f"{one.relation}"]
    parts += [one.action] if one.action else []
    parts += ["serious"] if one.is_serious else []
    return Item(one.term.capitalize(), ", ".join(parts))


def _criteria(leaving: Discharge | None) -> Iterator[CriterionRow]:
    if leaving is None:
        return
    names = _names(entry.get("by", "") for entry in leaving.criteria.values())
    order = {key: place for place, key in enumerate((*_TITLES, *_BY_NUMBER))}
    found = sorted(
        leaving.criteria.items(), key=lambda one: order.get(one[0], len(order))
    )
    for number, (key, entry) in enumerate(found, 1):
        yield CriterionRow(
            number=number,
            title=_TITLES.get(key) or _BY_NUMBER.get(key, key),
            sentence=entry.get("sentence", ""),
            is_met=bool(entry.get("met")),
            is_waived=bool(entry.get("waived")),
            who=names.get(entry.get("by", ""), ""),
        )


def _names(ids: Iterable[str]) -> dict[str, str]:
    wanted = {pk for pk in ids if pk}
    rows = User.objects.filter(pk__in=wanted).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}


def _home(leaving: Discharge | None) -> Iterator[Item]:
    if leaving is None:
        return
    yield Item(
        "Way home", f"{leaving.escort_name}, {RideKind(leaving.ride).label.lower()}"
    )
    yield Item(
        "Instructions",
        "given and said back" if leaving.instructions_given else "not given",
    )
    yield Item("Signed", f"{leaving.nurse.name} and {leaving.second_signer.name}")
    if leaving.override_reason:
        who = leaving.overridden_by.name if leaving.overridden_by else ""
        yield Item("Waived", f"{leaving.override_reason} ({who})")


def _signatures(room: Room, leaving: Discharge | None) -> list[Signature]:
    ids = [row.pk for row in (room.order, leaving) if row is not None]
    return list(Signature.objects.filter(object_id__in=ids).order_by("signed_at", "pk"))
