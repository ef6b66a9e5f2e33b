"""How the list of medicines stands on the day of a dose (clinical reference 4.3, G-09)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from screening.queries.medicines import Line, Standing, standing_of
from screening.rules.medicines.day import DayLine, DayState, Today, assess_day
from screening.rules.medicines.types import Severity


class MedicineDay(StrEnum):
    """What a dose waits for; SETTLED: nothing beside the questions of the day."""

    SETTLED = "settled"
    NEW = "new"
    """Something on the list was never gone through."""
    HOLDS = "holds"
    """Something was to be held: it is asked today whether it was."""
    PASS = "pass"  # noqa: S105 -- a state, not a password
    INCOMPLETE = "incomplete"
    PRESCRIBER = "prescriber"
    BLOCK = "block"


def medicine_day(episode_id: UUID, *, on: date) -> MedicineDay:
    """One query."""
    return day_of(standing_of(episode_id), on=on)


def day_of(standing: Standing, *, on: date) -> MedicineDay:
    made = standing.reconciliation
    if standing.new:
        return MedicineDay.NEW
    if made is not None and made.visit_on == on:
        return MedicineDay(str(_today(standing)))
    is_held = any(line["plan"] in ("hold", "taper") for line in standing.lines)
    return MedicineDay.HOLDS if is_held else MedicineDay.SETTLED


def _today(standing: Standing) -> DayState:
    made = standing.reconciliation
    is_signed = made is not None and made.signed_by_id is not None
    return assess_day([_line(line, is_signed=is_signed) for line in standing.lines])


def _line(line: Line, *, is_signed: bool) -> DayLine:
    return DayLine(
        text=line["text"],
        severity=Severity(line["severity"]),
        today=Today(line["today"] or Today.NOT_RECORDED),
        is_decided=is_signed and bool(line["reason"]),
    )
