"""The patient's timeline, told by every app, newest first, without a backward import."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from kap.accounts.models import User

KINDS = ("sessions", "measures", "documents", "messages", "record")


@dataclass(frozen=True, slots=True)
class Page:
    """Which stretch is wanted: entries before a moment, newest first, at most ``limit``."""

    before: datetime | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened.  ``phase`` tints it: screening, preparation, dosing, …"""

    at: datetime
    icon: str
    phase: str = ""
    title: str = ""
    meta: str = ""
    url: str = ""
    chip: str = ""
    chip_tone: str = ""


Source = Callable[[UUID, "User", Page], Iterable[TimelineEntry]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One page of the timeline; ``older`` is the cursor of the next, or None at the end."""

    entries: list[TimelineEntry]
    older: datetime | None


_sources: dict[Source, str] = {}


def register(source: Source, *, kind: str = "record") -> Source:
    """Add a source.

    It answers what happened *before* ``page.before`` (None: up to now), newest first,
    at most ``page.limit`` rows, in one query, and only what the user may see.
    ``kind`` is one of KINDS, for the filter above the list.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not one of {', '.join(KINDS)}")
    _sources[source] = kind
    return source


def stretch(
    patient_id: UUID,
    user: User,
    *,
    before: datetime | None = None,
    kind: str = "",
    limit: int = 20,
) -> Stretch:
    """The newest entries before a moment, from every source.

    Entries of one and the same instant are never parted between two pages.
    """
    page = Page(before, limit + 1)
    entries = [
        entry
        for source, its_kind in _sources.items()
        if kind in {"", its_kind}
        for entry in source(patient_id, user, page)
    ]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    shown = entries[:limit]
    shown += [entry for entry in entries[limit:] if shown and entry.at == shown[-1].at]
    older = shown[-1].at if len(entries) > len(shown) else None
    return Stretch(shown, older)
