"""From taken slots to what is drawn: one cell for each diary and day, with its pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from kap.clinic.enums import AbsenceCode
from sessions.enums import AppointmentStatus, VisitKind
from sessions.queries.board import Place
from sessions.queries.calendar import Resource, Taken
from sessions.queries.calendar_frame import Frame, Span, open_spans, outside
from sessions.queries.course_words import DASH, PHASE_CSS, visit_label

Lines = tuple[int, int]
TINY_MIN: Final = 75
"""Below this a bar of the week shows initials only."""
STATES: Final = MappingProxyType(
    {
        AppointmentStatus.CHECKED_IN: ("info", "user-check", "Arrived"),
        AppointmentStatus.FULFILLED: ("", "check", "Done"),
        AppointmentStatus.NOSHOW: ("danger", "user-x", "Did not come"),
    }
)
LIVE: Final = ("live", "", "Live")


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a visit in one diary."""

    visit_id: UUID
    schedule_id: int
    role: str
    version: int
    lines: Lines
    lane: int
    phase: str
    state: tuple[str, str, str] | None
    """Tone, icon, word; None while it is just booked."""
    when: str
    name: str
    initials: str
    label: str
    where: str
    starts_at: datetime
    ends_at: datetime
    is_tiny: bool
    is_movable: bool
    turns: tuple[tuple[Lines, str], ...] = ()
    """Set-up and clean-up, where the diary is held beyond the visit."""


@dataclass(frozen=True, slots=True)
class Shade:
    """Time in which nothing can be booked, with the word that says why."""

    lines: Lines
    word: str
    absence_id: UUID | None = None
    """Somebody blocked it: it can be opened and changed."""


@dataclass(slots=True)
class Cell:
    """One diary on one day."""

    resource: Resource
    frame: Frame
    is_today: bool
    lanes: int = 1
    blocks: list[Block] = field(default_factory=list)
    shades: list[Shade] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.resource.id}-{self.frame.day:%Y%m%d}"


@dataclass(frozen=True, slots=True)
class BlockMaker:
    """What all blocks share."""

    place: Place
    zone: ZoneInfo
    now: datetime
    is_clinical: bool

    def cells(
        self,
        shown: Sequence[Resource],
        frames: Sequence[Frame],
        slots: Iterable[Taken],
    ) -> dict[tuple[int, int], Cell]:
        """By diary and place of the day."""
        today = self.now.astimezone(self.zone).date()
        found = {
            (one.id, place): Cell(one, frame, frame.day == today)
            for one in shown
            for place, frame in enumerate(frames)
        }
        for cell in found.values():
            cell.shades += self._closed(cell)
        for slot in slots:
            away = slot.away_until if slot.absence_id is not None else None
            first = (slot.away_from or slot.start).timestamp()
            last = (away or slot.end).timestamp()
            for place, frame in enumerate(frames):
                if frame.holds(first, last):
                    self._add(found[slot.schedule_id, place], slot)
        for cell in found.values():
            used = max((block.lane for block in cell.blocks), default=0) + 1
            few = cell.resource.capacity if cell.resource.capacity <= 3 else 1
            cell.lanes = max(used, few)
        return found

    def _add(self, cell: Cell, slot: Taken) -> None:
        if slot.visit_id is not None:
            self._add_block(cell, slot, slot.visit_id)
        elif slot.absence_id is None:
            self._add_shade(cell, (slot.start, slot.end), "Busy", None)
        elif not any(shade.absence_id == slot.absence_id for shade in cell.shades):
            self._add_absence(cell, slot)

    def _closed(self, cell: Cell) -> Iterator[Shade]:
        """What lies outside the site's hours, then outside the person's own."""
        frame, zone = cell.frame, self.zone
        whole = [(frame.start, frame.end)]
        weekday = frame.day.weekday()
        is_open = open_spans(frame.day, self.place.hours.get(weekday, ()), zone)
        for span in outside(is_open, whole):
            yield from _shade(frame, span, "Closed")
        if not cell.resource.is_room:
            there = open_spans(frame.day, cell.resource.hours.get(weekday, ()), zone)
            for span in outside(there, is_open):
                yield from _shade(frame, span, "Not here")

    def _add_shade(
        self, cell: Cell, span: Span, word: str, absence: UUID | None
    ) -> None:
        lines = cell.frame.lines(span)
        if lines is not None:
            cell.shades.append(Shade(lines, word, absence))

    def _add_absence(self, cell: Cell, slot: Taken) -> None:
        code = AbsenceCode(slot.absence_code or AbsenceCode.OTHER)
        word = code.label
        if slot.absence_reason and slot.absence_reason != word:
            word = f"{word}: {slot.absence_reason}"
        span = (slot.away_from or slot.start, slot.away_until or slot.end)
        self._add_shade(cell, span, word, slot.absence_id)

    def _add_block(self, cell: Cell, slot: Taken, visit_id: UUID) -> None:
        held = (slot.start, slot.end)
        core = (max(slot.start, slot.starts_at), min(slot.end, slot.ends_at))
        lines = cell.frame.lines(core if core[0] < core[1] else held)
        if lines is None:
            return
        turns = []
        for span, word in (
            ((slot.start, core[0]), "set-up"),
            ((core[1], slot.end), "clean-up"),
        ):
            found = cell.frame.lines(span) if span[0] < span[1] else None
            if found is not None:
                turns.append((found, word))
        cell.blocks.append(self._block(slot, visit_id, lines, tuple(turns)))

    def _block(
        self,
        slot: Taken,
        visit_id: UUID,
        lines: Lines,
        turns: tuple[tuple[Lines, str], ...],
    ) -> Block:
        start = slot.starts_at.astimezone(self.zone)
        end = slot.ends_at.astimezone(self.zone)
        is_here = slot.site_id == self.place.id
        return Block(
            visit_id=visit_id,
            schedule_id=slot.schedule_id,
            role=slot.role or "",
            version=slot.version,
            lines=lines,
            lane=slot.lane,
            phase=PHASE_CSS[VisitKind(slot.kind)],
            state=LIVE
            if slot.encounter == "in-progress"
            else STATES.get(AppointmentStatus(slot.status)),
            when=f"{start:%H:%M}{DASH}{end:%H:%M}",
            name=f"{slot.called} {slot.family}",
            initials=f"{slot.called[:1]}{slot.family[:1]}".upper(),
            label=self._label(slot),
            where="" if is_here else "at another site",
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            is_tiny=slot.end - slot.start < timedelta(minutes=TINY_MIN),
            is_movable=is_here
            and slot.status == AppointmentStatus.BOOKED
            and slot.starts_at > self.now,
            turns=turns,
        )

    def _label(self, slot: Taken) -> str:
        label = visit_label(slot.kind, slot.number, slot.of_total)
        return label if self.is_clinical else label.replace("Dose", "Session")


def _shade(frame: Frame, span: Span, word: str) -> Iterator[Shade]:
    lines = frame.lines(span)
    if lines is not None:
        yield Shade(lines, word)


def booked_share(
    resource: Resource, slots: Iterable[Taken], frames: Iterable[Frame], place: Place
) -> int | None:
    """Per cent of the time there is that is taken by visits; None where there is none."""
    there = 0.0
    own = place.hours if resource.is_room else resource.hours
    for frame in frames:
        spans = open_spans(frame.day, own.get(frame.day.weekday(), ()), place.zone)
        there += sum(end.timestamp() - start.timestamp() for start, end in spans)
    if not there:
        return None
    held = sum(
        (s.end - s.start).total_seconds() for s in slots if s.visit_id is not None
    )
    return min(round(100 * held / (there * resource.capacity)), 100)
