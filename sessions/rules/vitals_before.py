"""Are the vital signs good enough to begin?  The two-reading rule.

Clinical reference 6.3: when the first pressure is out of range, wait 5 min, seated,
with the right cuff, and repeat; the mean of the last two counts.  A repeat that comes
too soon may hold a dose but never frees one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from sessions.rules.dose_units import with_unit
from sessions.rules.vitals import by_table, name_of, pressure_text
from sessions.rules.vitals_policy import Table, VitalsPolicy
from sessions.rules.vitals_types import (
    Reading,
    Side,
    Threshold,
    VitalFinding,
    VitalLevel,
    gravest,
)


class BeforeState(StrEnum):
    NEEDED = "needed"
    """Something has not been measured yet."""
    IN_RANGE = "in-range"
    RECHECK = "recheck"
    SOFT_HOLD = "soft-hold"
    """The prescriber decides and writes the reason."""
    HARD_HOLD = "hard-hold"
    """No dose today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeDose:
    """Whether dosing can go on, and why."""

    state: BeforeState
    sentence: str
    findings: tuple[VitalFinding, ...]
    pressure: tuple[Decimal, Decimal] | None
    """The pressure that counts: the only one, or the mean of the last two."""
    recheck_at: datetime | None

    @property
    def can_go_on(self) -> bool:
        return self.state is BeforeState.IN_RANGE


_PRESSURE: Final = ("systolic_mmhg", "diastolic_mmhg")
_GO_ON: Final = "Dosing can go on."
_NO_DOSE: Final = "No dose today."
_DECIDE: Final = "Dosing waits. The prescriber decides and writes the reason."


def classify_before(
    reading: Reading, policy: VitalsPolicy, *, age_years: int | None = None
) -> tuple[VitalFinding, ...]:
    """Judge a single reading before a dose, gravest first."""
    found = by_table(reading, _table(policy, age_years), policy.source)
    return tuple(sorted(found, key=lambda finding: -finding.level.rank))


def _table(policy: VitalsPolicy, age_years: int | None) -> Table:
    """The thresholds before a dose; a site may allow more from 65 years."""
    is_older = age_years is not None and age_years >= policy.older_from_years
    if not (policy.older_option_enabled and is_older):
        return policy.before
    limit = policy.older_systolic_soft_above_mmhg
    systolic = tuple(
        Threshold(VitalLevel.SOFT, Side.ABOVE, limit)
        if (one.level, one.side) == (VitalLevel.SOFT, Side.ABOVE)
        else one
        for one in policy.before["systolic_mmhg"]
    )
    return {**policy.before, "systolic_mmhg": systolic}


def assess_before(
    readings: Sequence[Reading],
    policy: VitalsPolicy,
    *,
    age_years: int | None = None,
) -> BeforeDose:
    """Judge all readings before a dose, oldest first.

    Values may be spread over several sets: of each the newest counts.
    """
    newest = _newest(readings)
    missing = [code for code in policy.required_before if newest[code] is None]
    if missing:
        names = ", ".join(name_of(code) for code in missing)
        return _result(BeforeState.NEEDED, f"Not measured yet: {names}.")
    taken = [reading for reading in readings if reading.has_pressure]
    taken = taken[: 1 + policy.max_rechecks]
    counted = _counted(taken, newest)
    findings = classify_before(counted, policy, age_years=age_years)
    others = tuple(found for found in findings if found.code not in _PRESSURE)
    pressure = gravest(found for found in findings if found.code in _PRESSURE)
    if gravest(others) is VitalLevel.HARD:
        return _hold(BeforeState.HARD_HOLD, _NO_DOSE, others, findings, counted)
    singles = (classify_before(one, policy, age_years=age_years) for one in taken)
    if any(found.code in _PRESSURE for single in singles for found in single):
        held = _pressure_hold(taken, pressure, policy, findings, counted)
        if held is not None:
            return held
    if others:
        return _hold(BeforeState.SOFT_HOLD, _DECIDE, others, findings, counted)
    text = pressure_text(*_pair(counted))
    return _result(BeforeState.IN_RANGE, f"{text}. {_GO_ON}", findings, _pair(counted))


def _pressure_hold(
    taken: Sequence[Reading],
    level: VitalLevel | None,
    policy: VitalsPolicy,
    findings: tuple[VitalFinding, ...],
    counted: Reading,
) -> BeforeDose | None:
    """The hold after a pressure out of range; None when the repeats have freed it."""
    pressure = tuple(found for found in findings if found.code in _PRESSURE)
    is_repeated = len(taken) > 1
    if is_repeated and level is VitalLevel.HARD:
        return _hold(BeforeState.HARD_HOLD, _NO_DOSE, pressure, findings, counted)
    if is_repeated and level is None and _waited(taken, policy):
        return None
    last = taken[-1].taken_at
    if len(taken) <= policy.max_rechecks:
        minutes = int(policy.recheck_wait.total_seconds() // 60)
        wait = f"Dosing waits. Recheck in {with_unit(minutes, 'min')}, seated."
        held = _hold(BeforeState.RECHECK, wait, pressure, findings, counted)
        return replace(held, recheck_at=last + policy.recheck_wait)
    return _hold(BeforeState.SOFT_HOLD, _DECIDE, pressure, findings, counted)


def _waited(taken: Sequence[Reading], policy: VitalsPolicy) -> bool:
    before, last = taken[-2].taken_at, taken[-1].taken_at
    return (
        before is not None and last is not None and last - before >= policy.recheck_wait
    )


def _newest(readings: Sequence[Reading]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for reading in readings:
        for code in Reading.__slots__:
            value = getattr(reading, code)
            values[code] = values.get(code) if value is None else value
    return values or dict.fromkeys(Reading.__slots__)


def _counted(taken: Sequence[Reading], newest: dict[str, Any]) -> Reading:
    """The newest of every value, and of pressure the mean of the last two."""
    last_two = taken[-2:]
    means = {
        code: Decimal(sum(getattr(one, code) for one in last_two)) / len(last_two)
        for code in _PRESSURE
    }
    return Reading(**{**newest, **means})


def _pair(counted: Reading) -> tuple[Decimal, Decimal]:
    return Decimal(counted.systolic_mmhg or 0), Decimal(counted.diastolic_mmhg or 0)


def _hold(
    state: BeforeState,
    next_step: str,
    because: Sequence[VitalFinding],
    findings: tuple[VitalFinding, ...],
    counted: Reading,
) -> BeforeDose:
    reasons = " ".join(finding.sentence for finding in because)
    if not reasons:
        reasons = f"{pressure_text(*_pair(counted))} was taken too soon to count."
    return _result(state, f"{reasons} {next_step}", findings, _pair(counted))


def _result(
    state: BeforeState,
    sentence: str,
    findings: tuple[VitalFinding, ...] = (),
    pressure: tuple[Decimal, Decimal] | None = None,
) -> BeforeDose:
    return BeforeDose(
        state=state,
        sentence=sentence,
        findings=findings,
        pressure=pressure,
        recheck_at=None,
    )
