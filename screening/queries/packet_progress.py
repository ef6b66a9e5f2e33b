"""How far a packet has come: parts, questions answered, minutes left; never an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from screening.enums import PacketSection
from screening.models import IntakePacket
from screening.packet_parts import Part, PartKind, parts_of
from screening.questions import PATIENT_SEX, asked


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part on the overview; ``answered`` of ``total`` questions that apply."""

    number: int
    key: str
    title: str
    state: str
    """done, now or todo."""
    minutes: int
    is_begun: bool
    answered: int
    total: int


@dataclass(frozen=True, slots=True)
class Progress:
    lines: list[PartLine]

    @property
    def done(self) -> int:
        return sum(1 for line in self.lines if line.state == "done")

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)

    @property
    def answered(self) -> int:
        return sum(line.answered for line in self.lines)

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)

    @property
    def next(self) -> PartLine | None:
        return next((line for line in self.lines if line.state == "now"), None)


def progress_of(packet: IntakePacket) -> Progress:
    """No query beyond the packet and its patient."""
    lines: list[PartLine] = []
    now_given = False
    for number, part in enumerate(parts_of(packet.sections), start=1):
        is_done = part.key in packet.done
        typed = packet.drafts.get(part.key) or {}
        answered, total = _counted(packet, part, typed)
        state = "done" if is_done else "todo" if now_given else "now"
        now_given = now_given or not is_done
        lines.append(
            PartLine(
                number=number,
                key=part.key,
                title=part.title,
                state=state,
                minutes=0 if is_done else _minutes_left(part, answered, total),
                is_begun=bool(typed) and not is_done,
                answered=total if is_done else answered,
                total=total,
            )
        )
    return Progress(lines)


def known_to_conditions(
    packet: IntakePacket, typed: Mapping[str, Any]
) -> dict[str, Any]:
    """What a question's condition may look at."""
    return {**typed, PATIENT_SEX: packet.patient.sex}


def _counted(
    packet: IntakePacket, part: Part, typed: Mapping[str, Any]
) -> tuple[int, int]:
    if part.kind is not PartKind.HISTORY:
        return 0, 1
    shown = asked(PacketSection(part.key), known_to_conditions(packet, typed))
    return sum(1 for question in shown if question.field in typed), len(shown)


def _minutes_left(part: Part, answered: int, total: int) -> int:
    return max(1, round(part.minutes * (total - answered) / total)) if total else 1
