"""What the course says to the preparation visit: sessions says it, screening shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """Integration visits to come, where they are booked, and whether the intention is fixed."""

    integration_at: tuple[datetime, ...] = ()
    plan_url: str = ""
    is_timed_out: bool = False
    """The time-out of a dose was held after the preparation: the intention stands."""


Source = Callable[[UUID, datetime], CourseFacts]
"""Given an episode and since when, at most two queries."""

_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add a source; sessions does in its ``ready``."""
    if source not in _sources:
        _sources.append(source)
    return source


def facts_of(episode_id: UUID, *, since: datetime) -> CourseFacts:
    """Nothing is booked and nothing is fixed as long as nobody says so."""
    return _sources[-1](episode_id, since) if _sources else CourseFacts()
