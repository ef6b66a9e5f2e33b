"""The registry of message kinds; apps fill it from their ``reminders.py`` when ready."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kap.patients.enums import ContactPurpose

if TYPE_CHECKING:
    from kap.notifications.models import Communication

StillWanted = Callable[["Communication", datetime], bool]
"""Asked at the last moment, after the claim: does the world still want this message?"""
Tokens = Callable[["Communication"], dict[str, str]]
"""Values for the kind's tokens beyond those every message has (see texts.TOKENS)."""


def always(_communication: Communication, _now: datetime) -> bool:
    """For kinds that nothing in the world can make superfluous."""
    return True


def no_tokens(_communication: Communication) -> dict[str, str]:
    """For kinds that name only site, date, time, link and phone."""
    return {}


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One kind of message.

    ``label`` is what staff read in the outbox ("The day before"), ``stops_when`` what
    would make it superfluous ("the visit is cancelled").  ``is_asked_for``: somebody
    pressed a button for it just now, so the limits per day and week do not hold it.
    """

    key: str
    purpose: ContactPurpose
    still_wanted: StillWanted = always
    tokens: Tokens = no_tokens
    label: str = ""
    stops_when: str = ""
    is_asked_for: bool = False
    rank: int = 3
    """How much a text matters, 1 most: the last texts of a week are kept for it."""
    day_and_night: bool = False
    """For staff on duty: by text as well where a phone is known, at any hour."""


_kinds: dict[str, MessageKind] = {}


def register(kind: MessageKind) -> MessageKind:
    """Add a kind; the same key again replaces it."""
    _kinds[kind.key] = kind
    return kind


def kind(key: str) -> MessageKind | None:
    return _kinds.get(key)


def kinds() -> Collection[MessageKind]:
    return _kinds.values()


def label_of(key: str) -> str:
    """What staff read for a kind."""
    found = _kinds.get(key)
    return found.label if found and found.label else key.replace("-", " ").capitalize()
