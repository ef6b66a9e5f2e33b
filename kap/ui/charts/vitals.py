"""Vital signs of one session: pressure as bars, pulse as a line, oxygen in its own lane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from kap.ui.charts import svg

LEFT, RIGHT, TOP, BOTTOM = 34, 84, 30, 36
LABEL = 46
"""Room that the figures of one reading need, across."""
GAP, LANE = 16, 44
LOWEST, OXYGEN_LOW = 50, 88


@dataclass(frozen=True, slots=True)
class VitalPoint:
    """One reading, in minutes since the dose (before it: negative)."""

    minute: int
    systolic: int
    diastolic: int
    pulse: int | None = None
    spo2: int | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the expected course, such as the peak."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class _Frame:
    width: int
    height: int
    start: int
    end: int
    highest: int
    lane: int

    @property
    def plot_width(self) -> float:
        return self.width - LEFT - RIGHT

    @property
    def up(self) -> float:
        """Height of the pressure part."""
        return self.height - TOP - BOTTOM - (GAP + self.lane if self.lane else 0)

    @property
    def floor(self) -> float:
        return self.height - BOTTOM

    @property
    def edge(self) -> float:
        return LEFT + self.plot_width

    def x(self, minute: float) -> float:
        span = self.end - self.start
        return LEFT + self.plot_width * (minute - self.start) / span

    def y(self, value: float) -> float:
        share = (value - LOWEST) / (self.highest - LOWEST)
        return TOP + self.up * (1 - max(0.0, min(1.0, share)))

    def y2(self, value: float) -> float:
        share = (value - OXYGEN_LOW) / (100 - OXYGEN_LOW)
        return TOP + self.up + GAP + self.lane * (1 - max(0.0, min(1.0, share)))


def vitals(
    *,
    points: Sequence[VitalPoint],
    limit_systolic: int | None = None,
    limit_spo2: int | None = None,
    now: int | None = None,
    events: Sequence[int] = (),
    expected: Sequence[Stretch] = (),
    width: int = 700,
    height: int = 330,
    label: str = "",
) -> SafeString:
    """The chart.  Limits come from the policy in force; ``now`` is left out once it is over."""
    minutes = [point.minute for point in points] + [0, now or 0]
    start = min(-10, min(minutes) - 5)
    end = max(125, max(minutes) + 15)
    highest = max([180, *(point.systolic + 10 for point in points)])
    lane = LANE if any(point.spo2 is not None for point in points) else 0
    frame = _Frame(width, height, start, end, highest, lane)
    parts = [*_expected(frame, expected), *_grid(frame, now)]
    parts += _limits(frame, limit_systolic, limit_spo2)
    parts += _moments(frame, now, events)
    parts += _pressure(frame, points, limit_systolic)
    parts += _pulse(frame, points)
    parts += _oxygen(frame, points)
    return svg.image(width, height, label or vitals_sentence(points), parts)


def _expected(frame: _Frame, stretches: Sequence[Stretch]) -> list[str]:
    parts = []
    for index, stretch in enumerate(stretches):
        left, right = frame.x(stretch.start), frame.x(min(stretch.end, frame.end))
        parts.append(
            f'<rect class="c-phase-{index % 2}" x="{svg.short(left)}" y="{TOP - 22}"'
            f' width="{svg.short(max(right - left - 2, 1))}" height="18" rx="3"'
            f' fill="{svg.BAND if index % 2 else svg.GRID}"/>'
        )
        middle = (left + right) / 2 - 1
        parts.append(
            svg.text(middle, TOP - 9, stretch.name, anchor="middle", cls="ink2")
        )
    return parts


def _grid(frame: _Frame, now: int | None) -> list[str]:
    parts = []
    for value in range(60, frame.highest + 1, 30):
        y = frame.y(value)
        parts.append(svg.line(LEFT, y, frame.edge, y))
        parts.append(svg.text(LEFT - 7, y + 4, value, anchor="end"))
    if frame.lane:
        y = frame.y2(100)
        parts.append(svg.line(LEFT, y, frame.edge, y))
        parts.append(svg.text(LEFT - 7, y + 4, 100, anchor="end"))
    step = 15 if frame.end <= 150 else 30
    for minute in range(0, frame.end, step):
        x = frame.x(minute)
        parts.append(svg.line(x, TOP, x, frame.floor))
        hidden = now is not None and minute and abs(x - frame.x(now)) < 44
        if minute % (2 * step) == 0 and not hidden:
            words = f"{minute} min" if minute else "dose"
            parts.append(
                svg.text(x, frame.floor + 18, words, anchor="middle", cls="ink2")
            )
    return parts


def _limits(
    frame: _Frame, limit_systolic: int | None, limit_spo2: int | None
) -> list[str]:
    parts = []
    given = [(limit_systolic, frame.y, "alert", f"above {limit_systolic}")]
    if frame.lane:
        given.append((limit_spo2, frame.y2, "alert", f"below {limit_spo2}"))
    for limit, place, first, second in given:
        if limit is None:
            continue
        y = place(limit)
        parts.append(
            svg.line(LEFT, y, frame.edge, y, cls="warn", stroke=svg.WARN, dash="5 4")
        )
        parts.append(svg.text(frame.edge + 6, y - 3, first, size=10.5, cls="warn"))
        parts.append(svg.text(frame.edge + 6, y + 10, second, size=10.5, cls="warn"))
    return parts


def _moments(frame: _Frame, now: int | None, events: Sequence[int]) -> list[str]:
    zero = frame.x(0)
    parts = [svg.line(zero, TOP, zero, frame.floor, cls="s2", stroke=svg.S2, width=2)]
    for minute in events:
        x = frame.x(minute)
        parts.append(
            f'<path class="c-tick" d="M{svg.short(x)} {svg.short(frame.floor + 1)}l-4 7h8z"'
            f' fill="{svg.INK2}"/>'
        )
    if now is None:
        return parts
    x = frame.x(now)
    parts.append(
        svg.line(x, TOP - 4, x, frame.floor, cls="now", stroke=svg.NOW, width=1.5)
    )
    parts.append(
        f'<rect class="c-now" x="{svg.short(x - 19)}" y="{svg.short(frame.floor + 5)}"'
        f' width="38" height="18" rx="4" fill="{svg.NOW}"/>'
    )
    parts.append(
        svg.text(x, frame.floor + 18, "now", anchor="middle", cls="onnow", weight=600)
    )
    return parts


def _pressure(
    frame: _Frame, points: Sequence[VitalPoint], limit: int | None
) -> list[str]:
    parts, labels = [], _labelled(frame, points, limit)
    for index, point in enumerate(points):
        x = frame.x(point.minute)
        high = limit is not None and point.systolic > limit
        top, low = frame.y(point.systolic), frame.y(point.diastolic)
        parts.append(svg.bar(x, top, low, cls="warn" if high else "s1"))
        if index in labels:
            parts.append(
                svg.text(
                    x,
                    top - 6,
                    f"{point.systolic}/{point.diastolic}",
                    size=11.5,
                    anchor="middle",
                    cls="warn" if high else "ink",
                    weight=640,
                    halo=True,
                )
            )
    return parts


def _labelled(
    frame: _Frame, points: Sequence[VitalPoint], limit: int | None
) -> set[int]:
    """Which readings carry figures: those above the limit, the newest, and what fits."""
    wanted = {
        index
        for index, point in enumerate(points)
        if limit is not None and point.systolic > limit
    }
    end, last = len(points) - 1, -100.0
    newest = frame.x(points[end].minute) if points else 0.0
    for index, point in enumerate(points):
        x = frame.x(point.minute)
        is_free = x - last >= LABEL and newest - x >= LABEL
        if index in wanted or index == end or is_free:
            wanted.add(index)
            last = x
    return wanted


def _pulse(frame: _Frame, points: Sequence[VitalPoint]) -> list[str]:
    known = [(p.minute, p.pulse) for p in points if p.pulse is not None]
    if not known:
        return []
    places = [(frame.x(minute), frame.y(pulse)) for minute, pulse in known]
    parts = [svg.path(places, cls="s2", width=1.75, dash="4 3")]
    parts += [svg.ring(x, y, cls="s2", radius=3.5, width=1.75) for x, y in places]
    x, y = places[-1]
    words = f"pulse {known[-1][1]}"
    parts.append(svg.text(x + 10, y + 4, words, cls="s2", weight=560, halo=True))
    return parts


def _oxygen(frame: _Frame, points: Sequence[VitalPoint]) -> list[str]:
    known = [(p.minute, p.spo2) for p in points if p.spo2 is not None]
    if not known:
        return []
    places = [(frame.x(minute), frame.y2(spo2)) for minute, spo2 in known]
    parts = [svg.path(places, cls="s4", width=1.75)]
    parts += [svg.ring(x, y, cls="s4", radius=3, width=1.75) for x, y in places]
    x, y = places[-1]
    words = f"SpO\u2082 {known[-1][1]}\u00a0%"
    parts.append(svg.text(x + 10, y + 4, words, cls="s4", weight=560, halo=True))
    return parts


def vitals_sentence(points: Sequence[VitalPoint]) -> str:
    """What the chart shows, in words."""
    if not points:
        return "No vital signs yet."
    top = max(points, key=lambda point: point.systolic)
    last = points[-1]
    said = [
        f"Highest blood pressure {top.systolic}/{top.diastolic} mmHg at {top.minute} min.",
        f"Last {last.systolic}/{last.diastolic} mmHg at {last.minute} min.",
    ]
    oxygen = [point.spo2 for point in points if point.spo2 is not None]
    if oxygen:
        said.append(f"Lowest SpO\u2082 {min(oxygen)} %.")
    return " ".join(said)
