"""The calendar's parts as its page shows them: rows of a week, columns of a day, a list by hour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.safestring import SafeString

from sessions.enums import ParticipantRole
from sessions.queries.calendar import Resource, Taken
from sessions.queries.calendar_blocks import BlockMaker, Cell, booked_share
from sessions.queries.calendar_frame import Frame
from sessions.queries.calendar_markup import day_cell, list_item, week_cell

Cells = Mapping[tuple[int, int], Cell]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cell and its markup."""

    cell: Cell
    html: SafeString


@dataclass(frozen=True, slots=True)
class Row:
    """One diary through the week."""

    resource: Resource
    cells: list[SafeString]
    share: int | None

    @property
    def initials(self) -> str:
        words = [w for w in self.resource.name.split() if w.rstrip(".") != "Dr"]
        return "".join(word[0] for word in (*words[:1], *words[1:][-1:])).upper()

    @property
    def filled(self) -> str:
        """Width of the share's bar, of 36."""
        return f"{(self.share or 0) * 0.36:.1f}"


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    rows: list[Row]


def groups(
    shown: Sequence[Resource],
    cells: Cells,
    frames: Sequence[Frame],
    slots: Iterable[Taken],
    maker: BlockMaker,
    now_line: int,
) -> list[Group]:
    """Rooms, prescribers, nurses, therapists, each with its rows."""
    by_diary: dict[int, list[Taken]] = {}
    for slot in slots:
        by_diary.setdefault(slot.schedule_id, []).append(slot)
    found: dict[str, Group] = {}
    for one in shown:
        share = booked_share(one, by_diary.get(one.id, ()), frames, maker.place)
        drawn = [
            week_cell(cells[one.id, place], now_line) for place in range(len(frames))
        ]
        group = found.setdefault(one.group, Group(one.group, []))
        group.rows.append(Row(one, drawn, share))
    return list(found.values())


def columns(shown: Sequence[Resource], cells: Cells) -> list[Drawn]:
    """Every diary of one day."""
    found = [cells[one.id, 0] for one in shown]
    return [Drawn(cell, day_cell(cell)) for cell in found]


@dataclass(frozen=True, slots=True)
class Hour:
    label: str
    items: list[SafeString]


def by_hour(shown: Sequence[Resource], cells: Cells, maker: BlockMaker) -> list[Hour]:
    """Each visit of the day once, with everybody it needs, under the hour it starts in."""
    names = {one.id: one.name for one in shown}
    people: dict[UUID, list[str]] = {}
    blocks = {}
    for one in shown:
        for block in cells[one.id, 0].blocks:
            is_first = block.visit_id not in blocks
            if is_first or block.role == ParticipantRole.ROOM:
                blocks[block.visit_id] = block
            people.setdefault(block.visit_id, []).append(names[one.id])
    found: dict[str, Hour] = {}
    for block in sorted(blocks.values(), key=lambda b: (b.starts_at, b.name)):
        label = f"{block.starts_at.astimezone(maker.zone):%H}:00"
        who = ", ".join(people[block.visit_id])
        item = list_item(block, who)
        found.setdefault(label, Hour(label, [])).items.append(item)
    return list(found.values())


__all__ = ["Drawn", "Group", "Hour", "Row", "by_hour", "columns", "groups"]
