"""What the patients list shows beside name and phase: each app registers a column, filled in bulk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from kap.accounts.enums import SCHEDULING

if TYPE_CHECKING:
    from kap.accounts.models import User

Slot = Literal["column", "phase", "missing"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell.

    ``text`` and below it ``sub``; ``drawing`` is SVG from kap.ui.charts (a small curve).
    For the "missing" slot: ``text`` is the chip, ``tone`` warn or danger, ``icon``, and
    ``weight`` says how grave it is; only the gravest of a patient is shown.
    """

    text: str = ""
    sub: str = ""
    tone: str = ""
    strong: bool = False
    icon: str = ""
    drawing: str = ""
    weight: int = 0


Fill = Callable[[Sequence[UUID], "User"], Mapping[UUID, Cell]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.  ``fill`` gets the ids of the rows shown and asks the database once.

    ``slot`` "phase" adds the line below the phase ("dose 4 of 6"); "missing" adds to the
    last column.  A role outside ``roles`` has no such column, and ``fill`` is not called.
    """

    key: str
    title: str
    fill: Fill
    order: int = 50
    roles: frozenset[str] = SCHEDULING
    slot: Slot = "column"
    empty: Cell = Cell()
    """Shown for a patient that ``fill`` says nothing of ("none", as a warning)."""


_columns: dict[str, Column] = {}


def register(column: Column) -> Column:
    """Add a column; the same key again replaces it."""
    _columns[column.key] = column
    return column


def columns_for(user: User, slot: Slot) -> list[Column]:
    """The columns of a slot that this user may see, in order."""
    found = [
        column
        for column in _columns.values()
        if column.slot == slot and user.has_role(*column.roles)
    ]
    return sorted(found, key=lambda column: (column.order, column.key))
