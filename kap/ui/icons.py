"""The icons that the sprite static/icons.svg holds; the list itself is icons.txt."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def names() -> frozenset[str]:
    """Every icon name that a template or registry may use (Tabler outline names)."""
    text = (Path(__file__).parent / "icons.txt").read_text(encoding="utf-8")
    return frozenset(text.split())
