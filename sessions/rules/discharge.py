"""May this patient leave now?  Sixteen criteria, each with its reason.

Clinical reference 6.11.  What has not been measured or ticked is a gap, never a yes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from sessions.rules.discharge_policy import Criterion, DischargePolicy
from sessions.rules.dose_types import Route
from sessions.rules.dose_units import with_unit
from sessions.rules.vitals import amount, pressure_text
from sessions.rules.vitals_types import Reading


class CriterionState(StrEnum):
    MET = "met"
    OPEN = "open"
    OVERRIDDEN = "overridden"


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeFacts:
    """What is known when somebody asks whether the patient may leave."""

    route: Route
    now: datetime
    earliest_at: datetime
    zone: tzinfo
    """For the clock times in the sentences."""
    reading: Reading | None
    """The newest set of readings."""
    baseline: Reading | None
    aldrete_items: tuple[int, ...] = ()
    """Five items, 0 to 2 each."""
    is_oriented: bool | None = None
    ticks: Mapping[str, bool] = field(default_factory=dict)
    """Criterion key to yes; an absent key is not yet ticked."""
    overrides: Mapping[str, str] = field(default_factory=dict)
    """Criterion key to the prescriber's reason."""


@dataclass(frozen=True, slots=True)
class CriterionResult:
    key: str
    title: str
    state: CriterionState
    sentence: str
    overridable: bool


@dataclass(frozen=True, slots=True)
class DischargeResult:
    results: tuple[CriterionResult, ...]

    @property
    def gaps(self) -> tuple[CriterionResult, ...]:
        return tuple(one for one in self.results if one.state is CriterionState.OPEN)

    @property
    def may_leave(self) -> bool:
        return not self.gaps


Judged = tuple[bool, str]
_NOT_MEASURED: Final = "Not measured yet."


def assess_discharge(facts: DischargeFacts, policy: DischargePolicy) -> DischargeResult:
    """Judge every criterion in the order of the list."""
    return DischargeResult(
        tuple(_judge(criterion, facts, policy) for criterion in policy.criteria)
    )


def _judge(
    criterion: Criterion, facts: DischargeFacts, policy: DischargePolicy
) -> CriterionResult:
    if criterion.measured:
        is_met, sentence = _MEASURED[criterion.key](facts, policy)
    else:
        is_met = facts.ticks.get(criterion.key, False)
        sentence = "Ticked." if is_met else "Not ticked yet."
    can_override = criterion.overridable and not (
        criterion.key == "time" and facts.route is Route.IN_ESK
    )
    reason = facts.overrides.get(criterion.key, "").strip()
    state = CriterionState.MET if is_met else CriterionState.OPEN
    if not is_met and can_override and reason:
        state, sentence = CriterionState.OVERRIDDEN, f"{sentence} Reason: {reason}"
    return CriterionResult(
        criterion.key, criterion.title, state, sentence, can_override
    )


def _time(facts: DischargeFacts, policy: DischargePolicy) -> Judged:
    del policy
    clock = f"{facts.earliest_at.astimezone(facts.zone):%H:%M}"
    if facts.now >= facts.earliest_at:
        return True, f"Earliest time {clock} has passed."
    minutes = -((facts.now - facts.earliest_at) // timedelta(minutes=1))
    return False, f"Earliest time is {clock}, in {with_unit(minutes, 'min')}."


def _aldrete(facts: DischargeFacts, policy: DischargePolicy) -> Judged:
    items = facts.aldrete_items
    if not items:
        return False, _NOT_MEASURED
    total = sum(items)
    if min(items) < policy.aldrete_item_from:
        return False, f"Aldrete {total}, one item is {min(items)}."
    if total < policy.aldrete_from:
        return False, f"Aldrete {total} is below {policy.aldrete_from}."
    return True, f"Aldrete {total}."


def _awake(facts: DischargeFacts, policy: DischargePolicy) -> Judged:
    value = facts.reading.sedation_moaas if facts.reading else None
    if value is None:
        return False, _NOT_MEASURED
    if value < policy.moaas:
        return False, f"Awake scale {value} is below {policy.moaas}."
    return True, f"Awake scale {value}."


def _pressure(facts: DischargeFacts, policy: DischargePolicy) -> Judged:
    reading = facts.reading
    upper = reading.systolic_mmhg if reading else None
    lower = reading.diastolic_mmhg if reading else None
    if upper is None or lower is None:
        return False, _NOT_MEASURED
    text = pressure_text(upper, lower)
    limit = f"{policy.systolic_below_mmhg}/{policy.diastolic_below_mmhg}"
    if upper >= policy.systolic_below_mmhg or lower >= policy.diastolic_below_mmhg:
        return False, f"{text} has reached {limit}\u00a0mmHg."
    before = facts.baseline.systolic_mmhg if facts.baseline else None
    if before is None:
        return False, f"{text}, but the baseline is not known."
    if before > policy.high_baseline_above_mmhg:
        top = before + policy.high_baseline_allowance_mmhg
        return upper <= top, f"{text}; up to {amount('systolic_mmhg', top)} systolic."
    away = max(upper - before, before - upper) * 100
    is_near = away <= policy.within_percent_of_baseline * before
    within = with_unit(policy.within_percent_of_baseline, "%")
    relation = "within" if is_near else "more than"
    return is_near, f"{text}; {relation} {within} of the baseline systolic {before}."


def _pulse(facts: DischargeFacts, policy: DischargePolicy) -> Judged:
    value = facts.reading.heart_rate_bpm if facts.reading else None
    if value is None:
        return False, _NOT_MEASURED
    low, high = policy.pulse_from_per_min, policy.pulse_to_per_min
    text = f"Pulse {amount('heart_rate_bpm', value)}"
    if low <= value <= high:
        return True, f"{text}."
    return False, f"{text} is not within {low}\u2013{high}/min."


def _oxygen(facts: DischargeFacts, policy: DischargePolicy) -> Judged:
    """In range on room air, or no worse than before the dose."""
    value = facts.reading.spo2_percent if facts.reading else None
    if value is None:
        return False, _NOT_MEASURED
    before = facts.baseline.spo2_percent if facts.baseline else None
    least = policy.spo2_from_percent
    if before is not None:
        least = min(least, before)
    text = f"SpO\u2082 {amount('spo2_percent', value)}"
    if value >= least:
        return True, f"{text}."
    return False, f"{text} is below {amount('spo2_percent', least)}."


def _oriented(facts: DischargeFacts, policy: DischargePolicy) -> Judged:
    value = facts.reading.dissociation_0_10 if facts.reading else None
    if facts.is_oriented is None or value is None:
        return False, "Orientation and dissociation are not both asked yet."
    if not facts.is_oriented:
        return False, "Not yet oriented to person, place, time and situation."
    if value > policy.dissociation_to:
        return False, f"Dissociation {value} of 10 is above {policy.dissociation_to}."
    return True, f"Oriented, dissociation {value} of 10."


_MEASURED: Final[Mapping[str, Callable[[DischargeFacts, DischargePolicy], Judged]]] = {
    "time": _time,
    "aldrete": _aldrete,
    "awake": _awake,
    "pressure": _pressure,
    "pulse": _pulse,
    "oxygen": _oxygen,
    "oriented": _oriented,
}
