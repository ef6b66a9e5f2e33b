"""PHQ-9 and GAD-7 over a course, with its doses.

Severity bands: PHQ-9 minimal 0 to 4, mild to 9, moderate to 14, moderately severe to 19, severe to 27
(Kroenke 2001).  Response is half of the first PHQ-9 or less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.safestring import SafeString

from kap.ui.charts import svg

BANDS = (
    (0, 5, "minimal"),
    (5, 10, "mild"),
    (10, 15, "moderate"),
    (15, 20, "mod. severe"),
    (20, 27, "severe"),
)
LEFT, RIGHT, TOP, BOTTOM = 28, 92, 14, 44
LABEL_GAP = 26.0
CHARACTER = 5.4
"""About how wide a character of an axis label is, in px."""


@dataclass(frozen=True, slots=True)
class Score:
    """One total on one day."""

    on: date
    total: int


@dataclass(frozen=True, slots=True)
class DoseMark:
    """One dose; ``text`` is what was given ("45 mg"), empty while it is planned."""

    on: date
    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a day and a score lie on the paper."""

    width: int
    height: int
    first: date
    days: int

    @property
    def plot_width(self) -> float:
        return self.width - LEFT - RIGHT

    @property
    def plot_height(self) -> float:
        return self.height - TOP - BOTTOM

    def x(self, on: date) -> float:
        return LEFT + 14 + (self.plot_width - 28) * (on - self.first).days / self.days

    def y(self, total: float) -> float:
        return TOP + self.plot_height * (1 - total / 27)

    @property
    def floor(self) -> float:
        return TOP + self.plot_height


def symptoms(
    *,
    phq9: Sequence[Score],
    gad7: Sequence[Score] = (),
    doses: Sequence[DoseMark] = (),
    width: int = 900,
    height: int = 270,
    label: str = "",
) -> SafeString:
    """The chart; with no score at all, an empty text (say then when the first one is due)."""
    days = [score.on for score in (*phq9, *gad7)] + [dose.on for dose in doses]
    if not phq9 and not gad7:
        return SafeString("")
    first = min(days)
    frame = _Frame(width, height, first, max((max(days) - first).days, 7))
    parts = [*_ground(frame), *_response(frame, phq9, gad7), *_ticks(frame, doses)]
    parts += _doses(frame, doses)
    parts += _series(frame, gad7, cls="s2")
    parts += _series(frame, phq9, cls="s1")
    words = label or symptoms_sentence(phq9=phq9, gad7=gad7, doses=doses)
    return svg.image(width, height, words, parts)


def _ground(frame: _Frame) -> list[str]:
    parts = []
    for index, (low, high, name) in enumerate(BANDS):
        if index % 2 == 0:
            parts.append(
                f'<rect class="c-band-soft" x="{LEFT}" y="{svg.short(frame.y(high))}"'
                f' width="{svg.short(frame.plot_width)}"'
                f' height="{svg.short(frame.y(low) - frame.y(high))}" fill="#faf9f7"/>'
            )
        middle = (frame.y(low) + frame.y(high)) / 2 + 4
        parts.append(svg.text(frame.width - RIGHT + 8, middle, name, size=10.5))
    for value in (0, 5, 10, 15, 20, 27):
        y = frame.y(value)
        parts.append(svg.line(LEFT, y, LEFT + frame.plot_width, y))
        parts.append(svg.text(LEFT - 6, y + 4, value, size=10.5, anchor="end"))
    return parts


def _response(frame: _Frame, phq9: Sequence[Score], gad7: Sequence[Score]) -> list[str]:
    """Half of the first PHQ-9, where that says something."""
    if not phq9 or phq9[0].total < 10:
        return []
    half = phq9[0].total / 2
    y = frame.y(half)
    words = f"response: {svg.short(half)} or less"
    x, base = _free_place(frame, words, y, [*phq9, *gad7])
    return [
        svg.line(
            LEFT, y, LEFT + frame.plot_width, y, cls="s1", stroke=svg.S1, dash="2 4"
        ),
        svg.text(x, base, words, size=10.5, cls="s1", halo=True),
    ]


def _free_place(
    frame: _Frame, words: str, y: float, scores: Sequence[Score]
) -> tuple[float, float]:
    """Along the line, below or above it, where no score and no figure stands."""
    width = len(words) * CHARACTER
    marks = [(frame.x(score.on), frame.y(score.total)) for score in scores]
    last = int(LEFT + frame.plot_width - width - 6)
    for x in range(LEFT + 6, max(last, LEFT + 7), 20):
        for base in (y + 13, y - 5):
            clear = all(
                not (x - 16 < mark_x < x + width + 16 and abs(mark_y - base + 4) < 28)
                for mark_x, mark_y in marks
            )
            if clear:
                return x, base
    return LEFT + 6, y + 13


def _ticks(frame: _Frame, doses: Sequence[DoseMark]) -> list[str]:
    """A date each week or so, where no dose marker stands."""
    step = max(7, -(-frame.days // 6 // 7) * 7)
    taken = [frame.x(dose.on) for dose in doses]
    parts = []
    for offset in range(0, frame.days + 1, step):
        on = frame.first + timedelta(days=offset)
        x = frame.x(on)
        if any(abs(x - other) < 34 for other in taken):
            continue
        parts.append(
            svg.line(x, frame.floor, x, frame.floor + 5, cls="axis", stroke=svg.AXIS)
        )
        words = f"{on.day} {on:%b}"
        parts.append(svg.text(x, frame.floor + 20, words, size=10.5, anchor="middle"))
    return parts


def _doses(frame: _Frame, doses: Sequence[DoseMark]) -> list[str]:
    parts, last = [], -LABEL_GAP * 2
    for dose in doses:
        x, planned = frame.x(dose.on), not dose.text
        y = frame.floor + 16
        parts.append(
            svg.line(
                x,
                TOP,
                x,
                frame.floor + 6,
                cls="dose",
                stroke="#b9aad8",
                width=1.2,
                dash="3 3" if planned else "",
            )
        )
        parts.append(
            f'<circle class="{"c-ring" if planned else "c-fill-s1"}" cx="{svg.short(x)}"'
            f' cy="{svg.short(y)}" r="9" fill="{svg.PAPER if planned else svg.S1}"'
            f' stroke="{svg.S1}" stroke-width="1.5"/>'
        )
        cls = "s1" if planned else "on"
        parts.append(
            svg.text(
                x, y + 3.5, dose.name, size=10, anchor="middle", cls=cls, weight=600
            )
        )
        if dose.text and x - last >= 38:
            parts.append(svg.text(x, y + 22, dose.text, size=10, anchor="middle"))
            last = x
    return parts


def _series(frame: _Frame, scores: Sequence[Score], *, cls: str) -> list[str]:
    points = [(frame.x(score.on), frame.y(score.total)) for score in scores]
    first_rank = cls == "s1"
    parts = [
        svg.path(
            points,
            cls=cls,
            width=2.25 if first_rank else 1.75,
            dash="" if first_rank else "5 4",
        )
    ]
    for x, y in points:
        parts.append(
            svg.ring(x, y, cls=cls) if first_rank else svg.square(x, y, cls=cls)
        )
    last = -LABEL_GAP * 2
    for index, ((x, y), score) in enumerate(zip(points, scores, strict=True)):
        end = index == len(points) - 1
        if x - last < LABEL_GAP and not end:
            continue
        place = max(y - 9, 10) if first_rank else y + 17
        parts.append(
            svg.text(
                x,
                place,
                score.total,
                size=11.5,
                anchor="middle",
                cls=cls,
                weight=620,
                halo=True,
            )
        )
        last = x
    return parts


def _course_of(name: str, scores: Sequence[Score]) -> str:
    if not scores:
        return ""
    first, last = scores[0], scores[-1]
    if len(scores) == 1:
        return f"{name} was {first.total} on {first.on.day} {first.on:%B}."
    change = last.total - first.total
    verb = "fell" if change < 0 else "rose" if change > 0 else "stayed"
    if not change:
        return f"{name} {verb} at {last.total} until {last.on.day} {last.on:%B}."
    return (
        f"{name} {verb} from {first.total} on {first.on.day} {first.on:%B}"
        f" to {last.total} on {last.on.day} {last.on:%B}."
    )


def symptoms_sentence(
    *,
    phq9: Sequence[Score],
    gad7: Sequence[Score] = (),
    doses: Sequence[DoseMark] = (),
) -> str:
    """What the chart shows, in words."""
    given = sum(1 for dose in doses if dose.text)
    said = [_course_of("PHQ-9", phq9), _course_of("GAD-7", gad7)]
    if given:
        said.append(f"{given} {'dose was' if given == 1 else 'doses were'} given.")
    return " ".join(part for part in said if part)
