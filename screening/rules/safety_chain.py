"""Who is told of an alert, in which order (clinical reference 5.13.2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class People:
    """Who could be told.  ``unavailable``: disabled, not a clinician any more, or away today."""

    primary: UUID | None
    cover: UUID | None
    safety: Sequence[UUID] = ()
    on_call: Sequence[UUID] = ()
    directors: Sequence[UUID] = ()
    unavailable: Collection[UUID] = frozenset()


def chain(people: People, *, is_open: bool) -> list[UUID]:
    """Each person once.

    While the site is open: primary clinician, cover, clinic safety, on call, medical
    director.  While it is closed the on-call list comes first, then the director, since
    whoever is at home asleep answers last.
    """
    own = [people.primary, people.cover]
    if is_open:
        order = [*own, *people.safety, *people.on_call, *people.directors]
    else:
        order = [*people.on_call, *people.directors, *own, *people.safety]
    found: dict[UUID, None] = {}
    for one in order:
        if one is not None and one not in people.unavailable:
            found.setdefault(one)
    return list(found)


def next_in(order: Sequence[UUID], told: Sequence[UUID]) -> UUID | None:
    """The first who was not told yet; when all were, around again, the longest ago first."""
    for one in order:
        if one not in told:
            return one
    return min(order, key=lambda one: _last(told, one), default=None)


def _last(told: Sequence[UUID], one: UUID) -> int:
    return max(place for place, person in enumerate(told) if person == one)
