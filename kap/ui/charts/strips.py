"""Small charts that stand beside their figures: the pressure strip and the sparkline."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from kap.ui.charts import svg
from kap.ui.charts.vitals import VitalPoint


def pressure_strip(
    *,
    points: Sequence[VitalPoint],
    limit_systolic: int,
    now: int | None = None,
    width: int = 416,
    height: int = 64,
    end: int = 120,
) -> SafeString:
    """A small strip of pressure bars for a tile; its figures stand beside it, so it is decoration."""
    start = -20

    def x(minute: float) -> float:
        return 4 + (width - 40) * (min(minute, end) - start) / (end - start)

    def y(value: float) -> float:
        share = max(0.0, min(1.0, (value - 60) / (190 - 60)))
        return 3 + (height - 16) * (1 - share)

    level = y(limit_systolic)
    parts = [
        svg.line(4, level, width - 34, level, cls="warn", stroke=svg.WARN, dash="4 4"),
        svg.text(width - 30, level + 4, limit_systolic, size=10.5, cls="warn"),
        svg.line(x(0), 2, x(0), height - 12, cls="s2", stroke=svg.S2, width=1.5),
        svg.text(x(0), height - 1, "dose", size=10, anchor="middle"),
    ]
    if now is not None:
        parts.append(
            svg.line(x(now), 2, x(now), height - 12, cls="now", stroke=svg.NOW)
        )
    for minute in range(30, end + 1, 30):
        words = f"{minute} min"
        parts.append(
            svg.line(x(minute), height - 14, x(minute), height - 11, cls="axis")
        )
        parts.append(svg.text(x(minute), height - 1, words, size=10, anchor="middle"))
    for point in points:
        cls = "warn" if point.systolic > limit_systolic else "s1"
        place = x(point.minute)
        parts.append(
            svg.bar(place, y(point.systolic), y(point.diastolic), cls=cls, half=3)
        )
    return svg.image(width, height, "", parts)


def sparkline(
    *,
    values: Sequence[float],
    width: int = 64,
    height: int = 20,
    cls: str = "s1",
    low: float | None = None,
    high: float | None = None,
) -> SafeString:
    """The course of a few figures, without axes; decoration beside the figures."""
    if not values:
        return SafeString("")
    least = min(values) if low is None else low
    most = max(values) if high is None else high
    span = (most - least) or 1
    steps = max(len(values) - 1, 1)
    points = [
        (
            2 + (width - 6) * index / steps,
            2 + (height - 4) * (1 - (value - least) / span),
        )
        for index, value in enumerate(values)
    ]
    x, y = points[-1]
    dot = (
        f'<circle class="c-fill-{cls}" cx="{svg.short(x)}" cy="{svg.short(y)}" r="2.4"'
        f' fill="{svg.FILL[cls]}"/>'
    )
    return SafeString(
        f'<svg class="k-spark" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" aria-hidden="true">{svg.path(points, cls=cls, width=1.6)}{dot}</svg>'
    )
