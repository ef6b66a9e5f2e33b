"""The same list on the day of a dose: taken as planned, or not (clinical reference 4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from screening.rules.medicines.types import Severity


class Today(StrEnum):
    """What happened with one medicine today."""

    OK = "ok"
    HELD = "held"
    """Held as planned."""
    TAKEN = "taken"
    """Taken although a hold was planned."""
    NOT_RECORDED = "not-recorded"


class DayState(StrEnum):
    PASS = "pass"  # noqa: S105 -- a state, not a password
    INCOMPLETE = "incomplete"
    PRESCRIBER = "prescriber"
    """A prescriber decides, with a reason."""
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class DayLine:
    """One medicine today; ``is_decided``: a prescriber has written a reason."""

    text: str
    severity: Severity
    today: Today
    is_decided: bool = False


def assess_day(lines: Sequence[DayLine]) -> DayState:
    """The gravest of all lines; an empty list passes, since “nothing taken” was said."""
    order = [DayState.PASS, DayState.PRESCRIBER, DayState.INCOMPLETE, DayState.BLOCK]
    return max((_state(one) for one in lines), key=order.index, default=DayState.PASS)


def _state(line: DayLine) -> DayState:
    if line.today == Today.NOT_RECORDED:
        return DayState.INCOMPLETE
    if line.severity >= Severity.CONTRAINDICATED:
        return DayState.BLOCK if line.today != Today.HELD else DayState.PASS
    needs = line.today == Today.TAKEN and line.severity >= Severity.MODERATE
    return DayState.PRESCRIBER if needs and not line.is_decided else DayState.PASS
