"""One score over time with its bands shaded and the doses marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.safestring import SafeString

from kap.ui.charts import svg
from kap.ui.charts.symptoms import DoseMark

LEFT, RIGHT, TOP, BOTTOM = 34, 118, 14, 34
LABEL_GAP = 30.0
NARROW = 11.0
"""A band lower than this many px gets no name of its own."""
LONGEST_NAME = 20


@dataclass(frozen=True, slots=True)
class ScalePoint:
    """One score on one day."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class ScaleBand:
    """Scores from ``low`` up to the next band, and what they are called."""

    low: int
    name: str


@dataclass(frozen=True, slots=True)
class _Frame:
    width: int
    height: int
    first: date
    days: int
    maximum: int

    @property
    def right(self) -> float:
        return self.width - RIGHT

    @property
    def floor(self) -> float:
        return self.height - BOTTOM

    def x(self, on: date) -> float:
        span = self.right - LEFT - 28
        return LEFT + 14 + span * (on - self.first).days / self.days

    def y(self, value: float) -> float:
        return TOP + (self.floor - TOP) * (1 - value / self.maximum)


def scale_chart(
    points: Sequence[ScalePoint],
    *,
    title: str,
    maximum: int,
    bands: Sequence[ScaleBand] = (),
    doses: Sequence[DoseMark] = (),
    width: int = 900,
    height: int = 190,
) -> SafeString:
    """The chart; without a point an empty text."""
    if not points or maximum <= 0:
        return SafeString("")
    days = [point.on for point in points] + [dose.on for dose in doses]
    first = min(days)
    frame = _Frame(width, height, first, max((max(days) - first).days, 7), maximum)
    parts = [*_bands(frame, bands), *_days(frame), *_doses(frame, doses)]
    parts += _line(frame, points)
    return svg.image(width, height, scale_sentence(points, title=title), parts)


def _bands(frame: _Frame, bands: Sequence[ScaleBand]) -> list[str]:
    parts, marks = [], {0, frame.maximum // 2 if not bands else 0, frame.maximum}
    ends = [*(band.low for band in bands[1:]), frame.maximum][: len(bands)]
    for index, (band, end) in enumerate(zip(bands, ends, strict=True)):
        top, low = frame.y(end), frame.y(band.low)
        if index % 2:
            parts.append(
                f'<rect class="c-band-soft" x="{LEFT}" y="{svg.short(top)}"'
                f' width="{svg.short(frame.right - LEFT)}"'
                f' height="{svg.short(low - top)}" fill="#faf9f7"/>'
            )
        if low - top >= NARROW:
            name = band.name[:LONGEST_NAME]
            parts.append(
                svg.text(frame.right + 8, (top + low) / 2 + 4, name, size=10.5)
            )
        marks.add(band.low)
    for value in sorted(marks):
        y = frame.y(value)
        parts.append(svg.line(LEFT, y, frame.right, y))
        parts.append(svg.text(LEFT - 6, y + 4, value, size=10.5, anchor="end"))
    return parts


def _days(frame: _Frame) -> list[str]:
    step = max(7, -(-frame.days // 6 // 7) * 7)
    parts = []
    for offset in range(0, frame.days + 1, step):
        on = frame.first + timedelta(days=offset)
        words = f"{on.day} {on:%b}"
        x = frame.x(on)
        parts.append(svg.text(x, frame.floor + 22, words, size=10.5, anchor="middle"))
    return parts


def _doses(frame: _Frame, doses: Sequence[DoseMark]) -> list[str]:
    return [
        svg.line(
            frame.x(dose.on),
            TOP,
            frame.x(dose.on),
            frame.floor + 6,
            cls="dose",
            stroke="#b9aad8",
            width=1.2,
            dash="" if dose.text else "3 3",
        )
        for dose in doses
    ]


def _line(frame: _Frame, points: Sequence[ScalePoint]) -> list[str]:
    places = [(frame.x(point.on), frame.y(float(point.value))) for point in points]
    parts = [svg.path(places, cls="s1", width=2.25)]
    parts += [svg.ring(x, y, cls="s1") for x, y in places]
    last = -LABEL_GAP * 2
    for index, ((x, y), point) in enumerate(zip(places, points, strict=True)):
        if x - last < LABEL_GAP and index < len(points) - 1:
            continue
        words = f"{point.value.normalize():f}"
        parts.append(
            svg.text(
                x,
                max(y - 9, 11),
                words,
                size=11.5,
                anchor="middle",
                cls="s1",
                weight=620,
                halo=True,
            )
        )
        last = x
    return parts


def scale_sentence(points: Sequence[ScalePoint], *, title: str) -> str:
    """What the chart shows, in words."""
    first, last = points[0], points[-1]
    begun = f"{first.value.normalize():f} on {first.on.day} {first.on:%B %Y}"
    if len(points) == 1:
        return f"{title} was {begun}."
    ended = f"{last.value.normalize():f} on {last.on.day} {last.on:%B %Y}"
    return f"{title} went from {begun} to {ended}."
