"""Statements that the database plans once for each connection, and sends on one trip.

For the few paths that everybody waits for: each request's session and person, booking,
the history.  Planning a join costs the database more than answering it for one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection

_PLACE: Final = re.compile(r"\$(\d+)")


@dataclass(frozen=True)
class Statement:
    """``sql`` has $1, $2, … for its values; ``types`` are theirs, in order."""

    name: str
    types: Sequence[str]
    sql: str

    def preparing(self, name: str) -> str:
        types = f" ({', '.join(self.types)})" if self.types else ""
        sql = self.sql.replace("%", "%%")
        return f"PREPARE {name}{types} AS {sql}"

    def calling(self, name: str) -> str:
        values = ", ".join(f"%s::{kind}" for kind in self.types)
        return f"EXECUTE {name}({values})" if values else f"EXECUTE {name}"

    @cached_property
    def plain(self) -> tuple[str, list[int]]:
        """The statement for psycopg2, and which value stands at each of its places."""
        order = [int(place) - 1 for place in _PLACE.findall(self.sql)]
        sql = _PLACE.sub(
            lambda found: f"%s::{self.types[int(found[1]) - 1]}",
            self.sql.replace("%", "%%"),
        )
        return sql, order


Call = tuple[Statement, Sequence[Any]]


@dataclass(slots=True)
class _Link:
    """What one connection has planned: how each statement is called there."""

    callings: dict[str, str] = field(default_factory=dict)
    failures: int = 0


_links: Final[WeakKeyDictionary[Any, _Link]] = WeakKeyDictionary()
_waiting: ContextVar[list[Call] | None] = ContextVar("waiting_statements", default=None)


def run(statement: Statement, values: Sequence[Any]) -> None:
    """Execute what answers nothing; inside ``together``, when that ends."""
    waiting = _waiting.get()
    if waiting is None:
        _send([(statement, values)])
    else:
        waiting.append((statement, values))


def rows(*calls: Call) -> list[tuple[Any, ...]]:
    """Execute one after the other on one trip; the rows of the last.

    Each sees what was committed while the one before it waited.
    """
    return _send(calls, answers=True)


@contextmanager
def together() -> Iterator[None]:
    """Send what is ``run`` inside on one trip, in order, when the block ends well.

    Inside a transaction only.  What the database refuses comes to light at the end.
    """
    calls: list[Call] = []
    token = _waiting.set(calls)
    try:
        yield
    finally:
        _waiting.reset(token)
    if calls:
        _send(calls)


def _send(calls: Sequence[Call], *, answers: bool = False) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        if settings.PREPARED_STATEMENTS:
            _execute(cursor, calls)
        else:
            _execute_plain(cursor, calls)
        return cursor.fetchall() if answers else []


def _execute(cursor: Any, calls: Sequence[Call]) -> None:
    link = _links.setdefault(connection.connection, _Link())
    parts: list[str] = []
    values: list[Any] = []
    new: list[str] = []
    for statement, given in calls:
        calling = link.callings.get(statement.name)
        if calling is None:
            # A failure may have left the name behind, so the next try takes another.
            name = f"{statement.name}_{link.failures}"
            calling = link.callings[statement.name] = statement.calling(name)
            new.append(statement.name)
            parts.append(statement.preparing(name))
        parts.append(calling)
        values += given
    try:
        cursor.execute("; ".join(parts), values)
    except Exception:
        link.failures += bool(new)
        for name in new:
            del link.callings[name]
        raise


def _execute_plain(cursor: Any, calls: Sequence[Call]) -> None:
    """Through a pooler that hands each transaction another connection."""
    parts = [statement.plain for statement, _ in calls]
    values = [
        given[place]
        for (_, order), (_, given) in zip(parts, calls, strict=True)
        for place in order
    ]
    cursor.execute("; ".join(sql for sql, _ in parts), values)


__all__ = ["Statement", "rows", "run", "together"]
