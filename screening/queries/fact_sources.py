"""Where a fact comes from, and who else may know one: registered by the apps that do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from kap.patients.models import EpisodeOfCare
from screening.enums import ResponseMode


class SourceKind(StrEnum):
    PATIENT = "patient"
    STAFF = "staff"
    MEASURED = "measured"
    INSTRUMENT = "instrument"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class FactSource:
    """One value of a fact, in the form that is stored, with its moment and its source.

    ``at`` None: worked out from something that has no moment, such as the birth date.
    """

    value: Any
    kind: SourceKind
    at: datetime | None = None
    words: str = ""


Valued = Callable[[date], FactSource]
"""A value that depends on the day it is asked for, such as a count of 12 months."""
Source = Callable[[EpisodeOfCare], Mapping[str, FactSource | Valued]]

_BY_PATIENT: Final = frozenset({ResponseMode.LINK, ResponseMode.TABLET})
_sources: list[Source] = []


def register_source(source: Source) -> Source:
    """Ask ``source(episode)`` for facts that screening cannot know itself.

    It is asked once each time the facts are read, costs one query at most, and wins
    over what was answered; a fact that it leaves out stays as it was answered, and one
    that it knows as None stays open whatever was answered.
    """
    if source not in _sources:
        _sources.append(source)
    return source


def registered(episode: EpisodeOfCare) -> dict[str, FactSource | Valued]:
    """What every registered source knows of an episode; later ones win."""
    known: dict[str, FactSource | Valued] = {}
    for source in _sources:
        known |= source(episode)
    return known


def kind_of_mode(mode: str) -> SourceKind:
    return SourceKind.PATIENT if mode in _BY_PATIENT else SourceKind.STAFF


def newest(*candidates: FactSource | None) -> FactSource | None:
    """The latest of several values of one fact; the first named of equals."""
    there = [found for found in candidates if found is not None]
    return max(there, key=_moment, default=None)


def _moment(found: FactSource) -> float:
    return found.at.timestamp() if found.at else float("-inf")


def latest_day(found: Iterable[FactSource | None]) -> FactSource | None:
    """The one with the latest date as its value; None when no date is among them."""
    dated = [one for one in found if one is not None and one.value is not None]
    return max(dated, key=lambda one: str(one.value), default=None)
