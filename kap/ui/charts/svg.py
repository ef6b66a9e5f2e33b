"""The strokes that every chart is drawn with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString

S1, S2, S3, S4 = "#6546a3", "#17594f", "#93406c", "#28628f"
INK, INK2, INK3 = "#1b2220", "#4a5350", "#626a67"
GRID, BAND, AXIS, NOW = "#e9e6df", "#ddd8ea", "#858b87", "#c0392b"
WARN, DANGER, PAPER = "#7c4a00", "#a4231c", "#ffffff"

FILL = {
    "s1": S1,
    "s2": S2,
    "s3": S3,
    "s4": S4,
    "ink": INK,
    "ink2": INK2,
    "ink3": INK3,
    "warn": WARN,
    "danger": DANGER,
    "on": PAPER,
    "onnow": PAPER,
}

Point = tuple[float, float]


def short(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def text(
    x: float,
    y: float,
    words: object,
    *,
    size: float = 11,
    anchor: str = "start",
    cls: str = "ink3",
    weight: int = 0,
    halo: bool = False,
) -> str:
    """Words at a place; ``halo`` puts a rim of paper round them where lines cross."""
    heavy = f' font-weight="{weight}"' if weight else ""
    rim = "c-halo " if halo else ""
    return (
        f'<text class="{rim}c-f-{cls}" x="{short(x)}" y="{short(y)}" font-size="{size}"'
        f' text-anchor="{anchor}" fill="{FILL[cls]}"{heavy}>{escape(str(words))}</text>'
    )


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    *,
    cls: str = "grid",
    stroke: str = GRID,
    width: float = 1,
    dash: str = "",
) -> str:
    broken = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line class="c-l-{cls}" x1="{short(x1)}" y1="{short(y1)}" x2="{short(x2)}"'
        f' y2="{short(y2)}" stroke="{stroke}" stroke-width="{width}"{broken}/>'
    )


def path(points: Sequence[Point], *, cls: str, width: float = 2, dash: str = "") -> str:
    """A line through points; nothing for fewer than two."""
    if len(points) < 2:
        return ""
    steps = "L".join(f"{short(x)} {short(y)}" for x, y in points)
    broken = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path class="c-l-{cls}" d="M{steps}" fill="none" stroke="{FILL[cls]}"'
        f' stroke-width="{width}" stroke-linejoin="round" stroke-linecap="round"{broken}/>'
    )


def ring(x: float, y: float, *, cls: str, radius: float = 4, width: float = 2) -> str:
    """A round marker, filled with paper."""
    return (
        f'<circle class="c-dot-{cls}" cx="{short(x)}" cy="{short(y)}" r="{radius}"'
        f' fill="{PAPER}" stroke="{FILL[cls]}" stroke-width="{width}"/>'
    )


def square(x: float, y: float, *, cls: str, half: float = 3.25) -> str:
    """A square marker, filled with paper."""
    return (
        f'<rect class="c-dot-{cls}" x="{short(x - half)}" y="{short(y - half)}"'
        f' width="{2 * half}" height="{2 * half}" fill="{PAPER}" stroke="{FILL[cls]}"'
        f' stroke-width="1.75"/>'
    )


def bar(x: float, y1: float, y2: float, *, cls: str, half: float = 4) -> str:
    """A rounded upright bar from y1 down to y2."""
    return (
        f'<rect class="c-fill-{cls}" x="{short(x - half)}" y="{short(y1)}" width="{2 * half}"'
        f' height="{short(max(y2 - y1, 1))}" rx="{half}" fill="{FILL[cls]}" stroke="none"/>'
    )


def image(width: int, height: int, label: str, parts: Iterable[str]) -> SafeString:
    """The whole chart; without a label it is decoration beside its figures."""
    role = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return SafeString(
        f'<svg class="k-chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" {role}'
        f' font-family="Inter KAP, system-ui, sans-serif">{"".join(parts)}</svg>'
    )
