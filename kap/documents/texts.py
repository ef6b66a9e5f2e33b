"""The kinds of text that are published in editions: each app says what its own must hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TextCheck:
    """What a text lacks.  ``problems`` keep it from being published; ``missing`` may be
    passed on purpose.
    """

    problems: list[str]
    missing: list[str]


@dataclass(frozen=True, slots=True)
class TextKind:
    key: str
    title: str
    check: Callable[[Any], TextCheck]
    """Given the parts of an edition, what is wrong with them."""


_kinds: dict[str, TextKind] = {}


def register(kind: TextKind) -> TextKind:
    """Add a kind; the same key again replaces it."""
    _kinds[kind.key] = kind
    return kind


def choices() -> list[tuple[str, str]]:
    return [(kind.key, kind.title) for kind in _kinds.values()]


def check(key: str, sections: Any) -> TextCheck:
    """A kind that nobody registered has nothing to check but that there is a list."""
    kind = _kinds.get(key)
    if kind is not None:
        return kind.check(sections)
    is_list = isinstance(sections, list) and bool(sections)
    return TextCheck([] if is_list else ["Write at least one part."], [])
