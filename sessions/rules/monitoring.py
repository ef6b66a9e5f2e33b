"""When is the next reading due, which are late, and when may the patient leave?

Clinical reference 6.2, vectors V1, V2, V15 and V18.  All times are aware and counted
in elapsed minutes, so a change of clocks moves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sessions.rules.dose_types import Route
from sessions.rules.monitoring_policy import (
    InfusionSchedule,
    MonitoringPolicy,
    PointSchedule,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseTimes:
    """What the schedule hangs on."""

    route: Route
    started_at: datetime
    session_number: int
    infusion_min: int = 0
    last_given_at: datetime | None = None
    """The last injection, lozenge or device, when it was not the first."""
    is_extended: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """One reading that is due."""

    at: datetime
    grace: timedelta
    is_mandatory: bool
    is_recovery: bool

    @property
    def late_from(self) -> datetime:
        return self.at + self.grace


@dataclass(frozen=True, slots=True)
class Schedule:
    baseline_from: datetime
    """The last reading before the dose lies between here and the start."""
    readings: tuple[Due, ...]
    earliest_discharge: datetime


def schedule(dose: DoseTimes, policy: MonitoringPolicy) -> Schedule:
    """Every reading of a session, and the earliest time to leave, in UTC."""
    dose = replace(
        dose,
        started_at=dose.started_at.astimezone(UTC),
        last_given_at=(dose.last_given_at or dose.started_at).astimezone(UTC),
    )
    intensified = dose.session_number <= policy.intensified_sessions
    if dose.route is Route.IV:
        return _infusion(dose, policy.iv, policy, intensified=intensified)
    points = policy.points[dose.route]
    return _points(dose, points, policy, intensified=intensified)


def _infusion(
    dose: DoseTimes,
    plan: InfusionSchedule,
    policy: MonitoringPolicy,
    *,
    intensified: bool,
) -> Schedule:
    early_until = plan.intensified_until_min if intensified else plan.early_until_min
    end = dose.infusion_min
    early = range(plan.early_every_min, early_until + 1, plan.early_every_min)
    regular = range(plan.every_min, end + 1, plan.every_min)
    during = {minute for minute in (*early, *regular) if minute <= end} | {end}
    after = range(plan.after_every_min, plan.after_until_min + 1, plan.after_every_min)
    minutes = during | {end + minute for minute in after}
    readings = (
        _due(dose.started_at, minute, policy, is_recovery=minute > end)
        for minute in sorted(minutes)
    )
    return Schedule(
        _before(dose.started_at, plan.baseline_max_age_min),
        tuple(readings),
        _after(dose.started_at, end + plan.after_until_min),
    )


def _points(
    dose: DoseTimes,
    plan: PointSchedule,
    policy: MonitoringPolicy,
    *,
    intensified: bool,
) -> Schedule:
    """Fixed points; the last one never lies before the earliest time to leave."""
    first, last = dose.started_at, dose.last_given_at or dose.started_at
    minutes = _point_minutes(dose, plan, intensified=intensified)
    if plan.restarts_with_second_dose:
        pairs = [(first, minute) for minute in minutes if _after(first, minute) < last]
        pairs += [(last, minute) for minute in minutes]
    else:
        pairs = [(first, minute) for minute in minutes if minute < plan.observe_min]
        pairs += [(last, plan.observe_min)]
    readings = {
        _after(start, minute): _due(
            start,
            minute,
            policy,
            is_recovery=minute > plan.effect_until_min,
            is_mandatory=minute in plan.mandatory_min,
        )
        for start, minute in pairs
    }
    return Schedule(
        _before(first, plan.baseline_max_age_min),
        tuple(readings[at] for at in sorted(readings)),
        _after(last, plan.observe_min),
    )


def _point_minutes(
    dose: DoseTimes, plan: PointSchedule, *, intensified: bool
) -> list[int]:
    minutes = set(plan.points_min)
    if intensified:
        until = plan.intensified_until_min
        minutes |= set(range(plan.early_every_min, until + 1, plan.early_every_min))
    if dose.is_extended and plan.extend_min is not None:
        minutes.add(plan.extend_min)
    return sorted(minutes)


def _due(
    start: datetime,
    minute: int,
    policy: MonitoringPolicy,
    *,
    is_recovery: bool,
    is_mandatory: bool = False,
) -> Due:
    grace = policy.grace_after_min if is_recovery else policy.grace_during_min
    return Due(_after(start, minute), _minutes(grace), is_mandatory, is_recovery)


def _minutes(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


def _after(start: datetime, minutes: int) -> datetime:
    return start + _minutes(minutes)


def _before(start: datetime, minutes: int) -> datetime:
    return start - _minutes(minutes)
