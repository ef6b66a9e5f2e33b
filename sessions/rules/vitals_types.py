"""Readings of vital signs, and what a threshold says of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class VitalLevel(StrEnum):
    """How grave a reading is; before a dose soft and hard, afterwards the rest."""

    SOFT = "soft"
    """Dosing waits; the prescriber may decide with a reason."""
    HARD = "hard"
    """No dose today."""
    AMBER = "amber"
    RED = "red"
    """Stop, and tell the prescriber now."""
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        return list(VitalLevel).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One set of readings.  None: not measured, which is never “normal”."""

    taken_at: datetime
    systolic_mmhg: Decimal | int | None = None
    diastolic_mmhg: Decimal | int | None = None
    heart_rate_bpm: int | None = None
    spo2_percent: int | None = None
    respiratory_rate_per_min: int | None = None
    temperature_c: Decimal | None = None
    sedation_moaas: int | None = None
    nausea_0_10: int | None = None
    distress_0_10: int | None = None
    dissociation_0_10: int | None = None
    distress_min: int = 0
    """Minutes for which distress has not eased."""
    apnoea_s: int = 0
    has_vomited: bool = False
    has_symptoms: bool = False
    """Chest pain, headache, vision, weakness, syncope, arrhythmia."""

    @property
    def has_pressure(self) -> bool:
        return self.systolic_mmhg is not None and self.diastolic_mmhg is not None


class Side(StrEnum):
    """On which side of its value a threshold lies."""

    ABOVE = "above"
    FROM = "from"
    """The value itself counts as breached."""
    BELOW = "below"
    DOWN_TO = "down-to"
    """The value itself counts as breached."""

    def breached(self, value: Decimal | int, limit: Decimal | int) -> bool:
        if self is Side.ABOVE:
            return value > limit
        if self is Side.FROM:
            return value >= limit
        if self is Side.BELOW:
            return value < limit
        return value <= limit

    @property
    def is_high(self) -> bool:
        return self in {Side.ABOVE, Side.FROM}


@dataclass(frozen=True, slots=True)
class Threshold:
    level: VitalLevel
    side: Side
    value: Decimal | int
    action: str = ""


@dataclass(frozen=True, slots=True)
class VitalFinding:
    """One value beyond one threshold."""

    level: VitalLevel
    code: str
    """The field of the reading."""
    sentence: str
    action: str
    source: str


def gravest(findings: Iterable[VitalFinding]) -> VitalLevel | None:
    """The gravest level among findings; None when all is in range."""
    levels = (finding.level for finding in findings)
    return max(levels, key=lambda level: level.rank, default=None)


def mean_arterial_mmhg(systolic: int, diastolic: int) -> int:
    """Diastolic plus a third of the pulse pressure, half rounded up (6.2)."""
    return diastolic + (2 * (systolic - diastolic) + 3) // 6
