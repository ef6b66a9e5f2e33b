"""The letters a plain text message can hold, and how many of them there are (GSM 03.38)."""

from __future__ import annotations

import unicodedata
from typing import Final

BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWICE: Final = frozenset("^{}\\[~]|€")
"""These take two places each."""
PLAIN: Final = {
    "\u00a0": " ",
    "\u2009": " ",
    "\u2013": "-",
    "\u2014": "-",
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u2026": "...",
    "\u2212": "-",
}
ONE_MESSAGE: Final = 160


def foreign(text: str) -> list[str]:
    """The letters that a plain text message cannot hold."""
    return sorted({letter for letter in text if letter not in BASIC | TWICE})


def length(text: str) -> int:
    return sum(2 if letter in TWICE else 1 for letter in text)


def plain(text: str) -> str:
    """The text in letters that every phone gets: marks are dropped where they must be."""
    return "".join(_plain(letter) for letter in text)


def _plain(letter: str) -> str:
    if letter in BASIC or letter in TWICE:
        return letter
    if letter in PLAIN:
        return PLAIN[letter]
    bare = unicodedata.normalize("NFKD", letter)
    kept = "".join(part for part in bare if part in BASIC)
    return kept or "?"
