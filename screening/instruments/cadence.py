"""When which questionnaire is due: the matrix of clinical reference 5.16, as data.

Pure: days are counted from the last acute dose, and are days of the site.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Point(StrEnum):
    """The rows of the matrix."""

    INTAKE = "intake"
    BEFORE_DOSE = "before-dose"
    DAY_7 = "day-7"
    DAY_14 = "day-14"
    DAY_28 = "day-28"
    DAY_56 = "day-56"
    MAINTENANCE = "maintenance"
    DAY_90 = "day-90"
    DAY_180 = "day-180"
    DAY_365 = "day-365"


class If(StrEnum):
    """What must hold for a measure in brackets, or for one that is asked of some only."""

    ALWAYS = "always"
    TRAUMA = "trauma"
    """Indication PTSD, or a history of trauma."""
    PAIN = "pain"
    RISK_BEFORE = "risk-before"
    """The C-SSRS screener, or PHQ-9 item 9, was positive before."""
    BIPOLAR = "bipolar"
    ALCOHOL = "alcohol"
    """AUDIT-C was positive."""


PHQ9: Final = "phq-9"
GAD7: Final = "gad-7"
PCL5: Final = "pcl-5"
PEG: Final = "peg"
AUDIT_C: Final = "audit-c"
AUDIT: Final = "audit"
DAST10: Final = "dast-10"
CSSRS: Final = "c-ssrs"
WHO5: Final = "who-5"
MANIA: Final = "asrm"
"""The free choice for the mania screen (5.7); a place for the clinic's licensed file."""

_ALWAYS: Final = ((PHQ9, If.ALWAYS), (GAD7, If.ALWAYS))
_OFTEN: Final = (*_ALWAYS, (PEG, If.PAIN), (CSSRS, If.RISK_BEFORE))
_LATER: Final = (*_OFTEN, (PCL5, If.TRAUMA))

MATRIX: Final[Mapping[Point, tuple[tuple[str, If], ...]]] = MappingProxyType(
    {
        Point.INTAKE: (
            *_ALWAYS,
            (PCL5, If.ALWAYS),
            (PEG, If.PAIN),
            (AUDIT_C, If.ALWAYS),
            (AUDIT, If.ALCOHOL),
            (DAST10, If.ALWAYS),
            (CSSRS, If.ALWAYS),
            (WHO5, If.ALWAYS),
            (MANIA, If.ALWAYS),
        ),
        Point.BEFORE_DOSE: (*_OFTEN, (MANIA, If.BIPOLAR)),
        Point.DAY_7: (*_OFTEN, (MANIA, If.BIPOLAR)),
        Point.DAY_14: (*_LATER, (MANIA, If.BIPOLAR)),
        Point.DAY_28: (*_LATER, (WHO5, If.ALWAYS), (MANIA, If.BIPOLAR)),
        Point.DAY_56: (*_LATER, (WHO5, If.ALWAYS), (MANIA, If.BIPOLAR)),
        Point.MAINTENANCE: (*_LATER, (MANIA, If.BIPOLAR)),
        Point.DAY_90: (*_LATER, (WHO5, If.ALWAYS)),
        Point.DAY_180: (*_LATER, (WHO5, If.ALWAYS), (AUDIT_C, If.ALCOHOL)),
        Point.DAY_365: (
            *_ALWAYS,
            (PCL5, If.TRAUMA),
            (PEG, If.PAIN),
            (AUDIT_C, If.ALWAYS),
            (DAST10, If.ALWAYS),
            (CSSRS, If.ALWAYS),
            (WHO5, If.ALWAYS),
            (MANIA, If.ALWAYS),
        ),
    }
)
"""PCL-5 after intake: "if indication PTSD or trauma history" (5.3)."""

FOLLOW_UP_DAYS: Final = MappingProxyType(
    {
        Point.DAY_7: 7,
        Point.DAY_14: 14,
        Point.DAY_28: 28,
        Point.DAY_56: 56,
        Point.DAY_90: 90,
        Point.DAY_180: 180,
        Point.DAY_365: 365,
    }
)
BEFORE_DOSE_DAYS: Final = 7
"""A score as old as this still counts before an acute dose (5.16)."""
EARLY_DAYS: Final = 2
"""A follow-up score counts from this many days before its day on (ours)."""


@dataclass(frozen=True, slots=True)
class Due:
    """One questionnaire to ask for, and why."""

    instrument: str
    point: Point
    day: int
    """Days from the last acute dose; before a dose, days from today; 0 at intake."""


def due_measures(
    *,
    phase: Point,
    holds: Sequence[If] = (),
    day: int = 0,
    done: Mapping[str, Sequence[int]] | None = None,
    available: Sequence[str] | None = None,
) -> list[Due]:
    """What is due now.

    ``phase`` INTAKE, BEFORE_DOSE, MAINTENANCE, or any follow-up point: then the last point that
    ``day`` has reached counts.  ``done``: for each instrument the days, on the same count as
    ``day``, on which it was filled in.  ``available``: what the clinic uses; None is all.
    """
    point = reached(day) if phase in FOLLOW_UP_DAYS else phase
    if point is None:
        return []
    given = done or {}
    return [
        Due(key, point, FOLLOW_UP_DAYS.get(point, day))
        for key, condition in MATRIX[point]
        if (condition is If.ALWAYS or condition in holds)
        and (available is None or key in available)
        and not _is_done(point, given.get(key, ()), day)
    ]


def reached(day: int) -> Point | None:
    """The last follow-up point that a day after the last dose has come to."""
    found = [point for point, at in FOLLOW_UP_DAYS.items() if at - EARLY_DAYS <= day]
    return found[-1] if found else None


def _is_done(point: Point, days: Sequence[int], today: int) -> bool:
    """At intake any score; before a dose one of the last 7 days; later one since the point."""
    if point is Point.INTAKE:
        return bool(days)
    if point in FOLLOW_UP_DAYS:
        return any(day >= FOLLOW_UP_DAYS[point] - EARLY_DAYS for day in days)
    return any(0 <= today - day <= BEFORE_DOSE_DAYS for day in days)
