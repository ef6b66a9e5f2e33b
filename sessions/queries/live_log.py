"""What happened in a dosing session, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sessions.models import AdverseEvent, RoomNote, VitalSigns
from sessions.queries.live import MINUTE, dose_text, minute_of, tone_of
from sessions.queries.readiness_facts import Room
from sessions.rules.dose_units import with_unit

LATE_FROM_MIN: Final = 5


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of what happened."""

    at: datetime
    minute: int | None
    text: str
    who: str
    tone: str = ""
    late: str = ""
    kind: str = ""
    """event or note: can be undone; vitals or dose: can be marked as wrong."""
    pk: Any = None

    @property
    def minutes(self) -> str:
        """“+12”, a minus sign and 10, or nothing while no dose stands."""
        return "" if self.minute is None else f"{self.minute:+d}".replace("-", "\u2212")


def reading_text(row: VitalSigns) -> str:
    """“144/90 mmHg, 84/min, 98 %”, as far as it was measured."""
    parts = []
    if row.systolic_mmhg is not None:
        parts.append(with_unit(row.diastolic_mmhg or 0, "mmHg"))
        parts[0] = f"{row.systolic_mmhg}/{parts[0]}"
    for value, unit in (
        (row.heart_rate_bpm, "/min"),
        (row.spo2_percent, "\u00a0%"),
        (row.temperature_c, "\u00a0°C"),
    ):
        if value is not None:
            parts.append(f"{value}{unit}")
    if row.respiratory_rate_per_min is not None:
        parts.append(f"{row.respiratory_rate_per_min} breaths/min")
    for value, word in (
        (row.sedation_moaas, "awake"),
        (row.nausea_0_10, "nausea"),
        (row.distress_0_10, "distress"),
        (row.dissociation_0_10, "dissociation"),
    ):
        if value is not None:
            parts.append(f"{word} {value}")
    parts += ["vomited"] if row.has_vomited else []
    parts += ["symptoms"] if row.has_symptoms else []
    parts += [row.note] if row.note else []
    return ", ".join(parts)


def events_of(room: Room) -> list[AdverseEvent]:
    """Unwanted effects that stand."""
    rows = AdverseEvent.objects.filter(
        encounter=room.encounter, voids=None, voided_by_row=None
    ).select_related("recorded_by")
    return list(rows.order_by("onset_at", "recorded_at"))


def notes_of(room: Room) -> list[RoomNote]:
    """Lines that stand."""
    rows = RoomNote.objects.filter(
        encounter=room.encounter, voids=None, voided_by_row=None
    ).select_related("recorded_by")
    return list(rows.order_by("noted_at", "recorded_at"))


def log_of(
    room: Room, events: Sequence[AdverseEvent], notes: Sequence[RoomNote]
) -> list[LogLine]:
    """Everything that happened, newest first."""
    lines = [*_readings(room), *_doses(room)]
    lines += [_event(room, event) for event in events]
    lines += [
        _line(room, note.noted_at, note.recorded_at, note.text, note, kind="note")
        for note in notes
    ]
    lines.sort(key=lambda line: line.at, reverse=True)
    return lines


def _readings(room: Room) -> Iterator[LogLine]:
    for row in room.readings:
        words = reading_text(row)
        sentences = " ".join(one["sentence"] for one in row.findings)
        yield _line(
            room,
            row.taken_at,
            row.recorded_at,
            f"{words}. {sentences}" if sentences else words,
            row,
            kind="vitals",
            tone=tone_of(row.findings),
        )


def _doses(room: Room) -> Iterator[LogLine]:
    for dose in room.doses:
        yield LogLine(
            at=dose.given_at,
            minute=minute_of(dose.given_at, room),
            text=f"{dose_text(dose)}, lot {dose.lot_number}, seen by {dose.witnessed_by.name}",
            who=dose.given_by.name,
            kind="dose",
            pk=dose.pk,
        )


def _line(
    room: Room,
    at: datetime,
    recorded_at: datetime,
    text: str,
    row: Any,
    *,
    kind: str,
    tone: str = "",
) -> LogLine:
    minutes = int((recorded_at - at).total_seconds() // MINUTE)
    late = (
        f"entered {with_unit(minutes, 'min')} later" if minutes >= LATE_FROM_MIN else ""
    )
    return LogLine(
        at=at,
        minute=minute_of(at, room),
        text=text,
        who=row.recorded_by.name,
        tone=tone,
        late=late,
        kind=kind,
        pk=row.pk,
    )


def _event(room: Room, event: AdverseEvent) -> LogLine:
    words = f"{event.term.capitalize()}, grade {event.grade}"
    words += f". {event.action}" if event.action else ""
    return _line(
        room, event.onset_at, event.recorded_at, words, event, kind="event", tone="warn"
    )
