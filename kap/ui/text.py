"""Typed text made safe to store and to show, without changing what was meant."""

from __future__ import annotations

import unicodedata

BIDI = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Marks that turn the direction of what follows; they can make a name read as another."""

KEPT = frozenset("\n\t")


def _wanted(character: str) -> bool:
    if character in KEPT:
        return True
    if character in BIDI or character == "\ufeff":
        return False
    return unicodedata.category(character) not in {"Cc", "Cs"}


def tidy(value: str, *, lines: bool = False) -> str:
    """Composed (NFC), without control and direction marks; one line unless ``lines``."""
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(character for character in text if _wanted(character))
    text = unicodedata.normalize("NFC", text)
    if not lines:
        return " ".join(text.split())
    return text.strip()


def has_null(value: str) -> bool:
    """Whether a NUL is in it: PostgreSQL cannot store one, and nobody types one."""
    return "\x00" in value


def search_words(value: str, *, longest: int = 100) -> str:
    """What was typed into a search field: tidy, one line, not too long, never an error."""
    return tidy(value.replace("\x00", " "))[:longest]
