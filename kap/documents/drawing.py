"""A drawn signature: read strictly, written anew from its numbers alone."""

from __future__ import annotations

import re

from kap.core.errors import DomainError

NUMBER = r"-?\d{1,6}(?:\.\d{1,6})?"
VIEW_BOX = re.compile(rf'viewBox="({NUMBER} {NUMBER} {NUMBER} {NUMBER})"')
PATH = re.compile(r'<path\b[^<>]*?\sd="([MLCQZmlcqz0-9 ,.\-]{1,20000})"[^<>]*>')
DOT = re.compile(rf'<circle\b[^<>]*?\scx="({NUMBER})"[^<>]*?\scy="({NUMBER})"[^<>]*>')
FRACTION = re.compile(r"\d{1,6}\.\d{1,9}")
MAX_LENGTH = 60_000


def _shorter(stroke: str) -> str:
    """A tenth of a pixel is fine enough for a signature."""
    return FRACTION.sub(lambda found: f"{float(found[0]):.1f}", stroke.strip())


def clean_drawing(text: str) -> str:
    """An SVG with nothing in it but strokes; refuses what holds none.

    What the browser sends is never kept: its numbers are taken out, and a new
    drawing is written around them, so no script, link or style can ride along.
    """
    if not text.strip():
        return ""
    box = VIEW_BOX.search(text)
    strokes = PATH.findall(text)
    dots = DOT.findall(text)
    if box is None or not (strokes or dots):
        raise DomainError("The drawn signature could not be read. Draw it once more.")
    parts = [f'<path d="{_shorter(stroke)}"/>' for stroke in strokes]
    parts += [f'<circle cx="{x}" cy="{y}" r="1.2"/>' for x, y in dots]
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box[1]}">'
        '<g fill="none" stroke="#1b2220" stroke-width="2" stroke-linecap="round">'
        + "".join(parts)
        + "</g></svg>"
    )
    if len(drawing) > MAX_LENGTH:
        raise DomainError(
            "The drawn signature is too long. Draw it once more, shorter."
        )
    return drawing
