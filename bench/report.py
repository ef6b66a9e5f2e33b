"""The table: what was measured, beside which floor, and whether the goal is met."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from bench.turns import Pair

WIDTHS = (38, 9, 9, 7, 8, 9)
HEADS = ("measured", "floor", "KAP", "ratio", "goal", "")


@dataclass(slots=True)
class Report:
    """Lines are printed as they come, and again as one table at the end."""

    lines: list[tuple[str, ...]] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def head(self, title: str) -> None:
        say(f"\n{title}")
        say(_line(HEADS))

    def slower(self, name: str, pair: Pair, *, most: float) -> None:
        """Times of one client; the product may take ``most`` times the floor's."""
        first, second = pair.p50s()
        self._ratio(
            f"{name}, ms", first, second, second / first, most, at_most=True, pair=pair
        )

    def share(self, name: str, pair: Pair, *, least: float) -> None:
        """Rates; the product reaches at least this share of the floor's."""
        first, second = pair.rates()
        self._ratio(
            f"{name}, per s",
            first,
            second,
            second / first,
            least,
            at_most=False,
            pair=pair,
        )

    def fact(
        self, name: str, value: float, *, most: float | None = None, unit: str = ""
    ) -> None:
        """A figure by itself, with a limit or without."""
        met = most is None or value <= most
        goal = "" if most is None else f"<= {most:g}"
        shown = f"{value:g}" if value == int(value) else f"{value:.1f}"
        self._add(
            (
                f"{name}{', ' + unit if unit else ''}",
                "",
                shown,
                "",
                goal,
                _word(most, met),
            )
        )
        if not met:
            self.missed.append(name)

    def _ratio(
        self,
        name: str,
        first: float,
        second: float,
        ratio: float,
        goal: float,
        *,
        at_most: bool,
        pair: Pair,
    ) -> None:
        met = ratio <= goal if at_most else ratio >= goal
        word = _word(goal, met) + (" noisy" if pair.is_noisy else "")
        sign = "<=" if at_most else ">="
        cells = (f"{first:.1f}", f"{second:.1f}", f"{ratio:.2f}", f"{sign} {goal:g}")
        self._add((name, *cells, word))
        if not met:
            self.missed.append(name)

    def _add(self, line: tuple[str, ...]) -> None:
        self.lines.append(line)
        say(_line(line))

    def end(self) -> None:
        say("\nAll of it")
        say(_line(HEADS))
        for line in self.lines:
            say(_line(line))
        if self.missed:
            say(f"\n{len(self.missed)} of {len(self.lines)} figures miss their goal.")
        say(
            "Noisy: the floor's own blocks differed by more than a quarter; run it again."
        )


def say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def _word(goal: float | None, met: bool) -> str:  # noqa: FBT001 -- private
    if goal is None:
        return ""
    return "met" if met else "MISSED"


def _line(cells: tuple[str, ...]) -> str:
    first, *rest = zip(cells, WIDTHS, strict=True)
    return first[0].ljust(first[1]) + "".join(
        ("  " + cell) if place == len(rest) - 1 else cell.rjust(width)
        for place, (cell, width) in enumerate(rest)
    )
