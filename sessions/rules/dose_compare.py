"""Compares one figure with its limits and says the result in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sessions.rules.dose_policy import Limits
from sessions.rules.dose_types import DoseCheck, DoseLevel
from sessions.rules.dose_units import with_unit

CONSEQUENCE: Final = {
    DoseLevel.SOFT: "A reason is needed.",
    DoseLevel.HARD: "It stops, unless a second prescriber signs.",
    DoseLevel.ABSOLUTE: "That is not possible.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A quantity that is compared: its name, value, unit and shown decimals."""

    code: str
    name: str
    value: Decimal
    unit: str
    places: int = 3

    def text(self, value: Decimal | None = None) -> str:
        shown = self.value if value is None else value
        return with_unit(shown, self.unit, places=self.places)


@dataclass(frozen=True, slots=True)
class _Breach:
    level: DoseLevel
    limit: Decimal
    side: str


def compare(
    figure: Figure,
    limits: Limits,
    *,
    first_session: bool = False,
    soft_slack: Decimal = Decimal(0),
) -> DoseCheck:
    """Say what the limits mean for a figure.  A value equal to a limit is within it.

    ``soft_slack`` widens the upper soft limit alone, by what rounding may have added.
    """
    soft = limits.soft
    is_first_limit = first_session and limits.soft_first is not None
    if is_first_limit:
        soft = limits.soft_first
    breach = _breach(figure.value, limits, soft, soft_slack)
    if breach is None:
        return DoseCheck(
            DoseLevel.OK, figure.code, _usual(figure, limits, soft), limits.source
        )
    first = is_first_limit and breach.limit == soft
    return DoseCheck(
        breach.level,
        figure.code,
        f"{figure.name} {figure.text()} is {breach.side} {figure.text(breach.limit)}"
        f"{' for a first session' if first else ''}. {CONSEQUENCE[breach.level]}",
        limits.source,
    )


def _breach(
    value: Decimal, limits: Limits, soft: Decimal | None, soft_slack: Decimal
) -> _Breach | None:
    """The gravest limit that the value breaks, or None."""
    sides = (
        (DoseLevel.ABSOLUTE, limits.absolute, limits.absolute_low, Decimal(0)),
        (DoseLevel.HARD, limits.hard, limits.hard_low, Decimal(0)),
        (DoseLevel.SOFT, soft, limits.soft_low, soft_slack),
    )
    for level, high, low, slack in sides:
        if high is not None and value - slack > high:
            return _Breach(level, high, "above")
        if low is not None and value < low:
            return _Breach(level, low, "below")
    return None


def _usual(figure: Figure, limits: Limits, soft: Decimal | None) -> str:
    upper = soft if soft is not None else limits.hard
    parts = []
    if limits.soft_low is not None:
        parts.append(f"from {figure.text(limits.soft_low)}")
    if upper is not None:
        parts.append(f"up to {figure.text(upper)}")
    rounding = ", rounding left aside" if upper and figure.value > upper else ""
    return f"{figure.name} {figure.text()}: usual, {' '.join(parts)}{rounding}."


def check(level: DoseLevel, code: str, fact: str, source: str) -> DoseCheck:
    """A check that is no plain comparison; the consequence follows the fact."""
    sentence = fact if level is DoseLevel.OK else f"{fact} {CONSEQUENCE[level]}"
    return DoseCheck(level, code, sentence, source)
