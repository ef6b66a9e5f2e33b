"""Does a dose lie far enough from the doses around it?

Clinical reference 1.5, rules SP-01 to SP-11 (SP-12 is teaching, see the policy).  Hours
are elapsed hours and windows are rolling and half-open: a dose exactly seven days ago is
out of the window.  Only esketamine's weeks are counted in local days, as its label does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sessions.rules.dose_units import with_unit
from sessions.rules.spacing_policy import SpacingPolicy
from sessions.rules.spacing_types import (
    PriorDose,
    SpacingFacts,
    SpacingFinding,
    SpacingLevel,
)
from sessions.rules.spacing_who import assess_patient

NOTHING = SpacingFacts()
WEEK_DAYS = 7


def assess_spacing(
    previous: Sequence[PriorDose],
    proposed_at: datetime,
    policy: SpacingPolicy,
    *,
    is_esketamine: bool = False,
    facts: SpacingFacts = NOTHING,
) -> tuple[SpacingFinding, ...]:
    """What the spacing rules say of a dose at a time; empty when all is well.

    Doses after the proposed time count only for what holds both ways (SP-06).
    """
    at = proposed_at.astimezone(UTC)
    doses = sorted(previous, key=lambda dose: dose.at)
    earlier = [dose for dose in doses if dose.at < at]
    findings = [*_gap(earlier, at, policy, facts, is_esketamine=is_esketamine)]
    findings += _apart(doses, at, policy, is_esketamine=is_esketamine)
    findings += _rolling(earlier, at, policy, facts)
    if is_esketamine:
        findings += _weeks(earlier, at, policy, facts)
    findings += _year(earlier, at, policy)
    findings += assess_patient(earlier, at, policy, facts, is_esketamine=is_esketamine)
    return tuple(findings)


def assess_among(
    new: PriorDose,
    others: Sequence[PriorDose],
    policy: SpacingPolicy,
    *,
    facts: SpacingFacts = NOTHING,
) -> tuple[SpacingFinding, ...]:
    """A dose put between others: what the rules say of it, and of the doses after it.

    A later dose that breaks a rule also without the new one is not held against it.
    """
    found = list(
        assess_spacing(
            others, new.at, policy, is_esketamine=new.is_esketamine, facts=facts
        )
    )
    known = {one.code for one in found}
    for later in sorted(others, key=lambda dose: dose.at):
        if later.at <= new.at:
            continue
        rest = [dose for dose in others if dose is not later]
        was = _stops(later, rest, policy, facts)
        for one in _stops(later, [*rest, new], policy, facts).values():
            if one.code not in was and one.code not in known:
                known.add(one.code)
                found.append(one)
    return tuple(found)


def _stops(
    dose: PriorDose,
    others: Sequence[PriorDose],
    policy: SpacingPolicy,
    facts: SpacingFacts,
) -> dict[str, SpacingFinding]:
    rules = assess_spacing(
        others, dose.at, policy, is_esketamine=dose.is_esketamine, facts=facts
    )
    return {one.code: one for one in rules if one.stops}


def _gap(
    earlier: Sequence[PriorDose],
    at: datetime,
    policy: SpacingPolicy,
    facts: SpacingFacts,
    *,
    is_esketamine: bool,
) -> Iterator[SpacingFinding]:
    """SP-01 and SP-02, between doses of racemic ketamine."""
    racemic = [dose.at for dose in earlier if not dose.is_esketamine]
    if is_esketamine or not racemic:
        return
    last = racemic[-1]
    gap = at - last
    least = policy.min_hours if facts.min_hours is None else facts.min_hours
    if gap < timedelta(hours=least):
        yield finding(
            "SP-01",
            SpacingLevel.HARD,
            f"The last dose is {_hours(gap)} ago; at least "
            f"{with_unit(least, 'h')} lie between two doses.",
            policy.min_hours_source,
            last + timedelta(hours=least),
        )
    elif gap < timedelta(hours=policy.recommended_hours):
        yield finding(
            "SP-02",
            SpacingLevel.SOFT,
            f"The last dose is {_hours(gap)} ago; "
            f"{with_unit(policy.recommended_hours, 'h')} leave time to integrate.",
            policy.recommended_source,
            last + timedelta(hours=policy.recommended_hours),
        )


def _apart(
    doses: Sequence[PriorDose],
    at: datetime,
    policy: SpacingPolicy,
    *,
    is_esketamine: bool,
) -> Iterator[SpacingFinding]:
    """SP-06: no ketamine product within a day of esketamine, before or after."""
    apart = timedelta(hours=policy.esketamine_apart_hours)
    near = [
        dose
        for dose in doses
        if dose.at != at
        and abs(dose.at - at) < apart
        and (is_esketamine or dose.is_esketamine)
    ]
    if near:
        yield finding(
            "SP-06",
            SpacingLevel.HARD,
            "No ketamine product within "
            f"{with_unit(policy.esketamine_apart_hours, 'h')} of esketamine, before or "
            "after.",
            policy.esketamine_apart_source,
            max(dose.at for dose in near) + apart,
        )


def _rolling(
    earlier: Sequence[PriorDose],
    at: datetime,
    policy: SpacingPolicy,
    facts: SpacingFacts,
) -> Iterator[SpacingFinding]:
    """SP-03 and SP-04."""
    weekly = facts.max_per_7_days or policy.max_per_7_days
    windows = (
        ("SP-03", SpacingLevel.HARD, 7, weekly, policy.max_per_7_days_source),
        (
            "SP-04",
            SpacingLevel.SOFT,
            28,
            policy.max_per_28_days,
            policy.max_per_28_days_source,
        ),
    )
    for code, level, days, most, source in windows:
        window = timedelta(days=days)
        inside = [dose.at for dose in earlier if at - dose.at < window]
        if len(inside) + 1 > most:
            yield finding(
                code,
                level,
                f"This would be dose {len(inside) + 1} within "
                f"{with_unit(days, 'days')}; the most is {most}.",
                source,
                inside[-most] + window,
            )


def _weeks(
    earlier: Sequence[PriorDose],
    at: datetime,
    policy: SpacingPolicy,
    facts: SpacingFacts,
) -> Iterator[SpacingFinding]:
    """SP-05: so many a week, counted in weeks from the series' first esketamine dose.

    A series begins anew after a distance that would be stale (SP-08).
    """
    days = [
        dose.at.astimezone(facts.zone).date() for dose in earlier if dose.is_esketamine
    ]
    if not days:
        return
    first = days[-1]
    for day in reversed(days):
        if (first - day).days > policy.stale_after_days:
            break
        first = day
    week = (at.astimezone(facts.zone).date() - first).days // WEEK_DAYS
    most = policy.esketamine_later_per_week
    if week < policy.esketamine_induction_weeks:
        most = policy.esketamine_induction_per_week
    inside = sum(
        (day - first).days // WEEK_DAYS == week for day in days if day >= first
    )
    if inside + 1 > most:
        opens = first + timedelta(days=WEEK_DAYS * (week + 1))
        yield finding(
            "SP-05",
            SpacingLevel.HARD,
            f"This would be esketamine dose {inside + 1} in week {week + 1}; the label "
            f"allows {most}.",
            policy.esketamine_source,
            datetime.combine(opens, datetime.min.time(), facts.zone).astimezone(UTC),
        )


def _year(
    earlier: Sequence[PriorDose], at: datetime, policy: SpacingPolicy
) -> Iterator[SpacingFinding]:
    """SP-07: so many in twelve months, then the medical director looks."""
    window = timedelta(days=365)
    count = sum(at - dose.at < window for dose in earlier) + 1
    if count > policy.max_per_365_days:
        yield finding(
            "SP-07",
            SpacingLevel.SOFT,
            f"This would be dose {count} within 12 months; beyond "
            f"{policy.max_per_365_days} the medical director reviews bladder, misuse and "
            "cognition.",
            policy.max_per_365_days_source,
            None,
            asks_review=True,
        )


def finding(
    code: str,
    level: SpacingLevel,
    sentence: str,
    source: str,
    earliest_at: datetime | None,
    *,
    asks_review: bool = False,
) -> SpacingFinding:
    return SpacingFinding(
        code=code,
        level=level,
        sentence=sentence,
        source=source,
        earliest_at=earliest_at,
        asks_review=asks_review,
    )


def _hours(gap: timedelta) -> str:
    """Whole hours, never rounded up to the limit."""
    return with_unit(gap // timedelta(hours=1), "h")


__all__ = [
    "PriorDose",
    "SpacingFacts",
    "SpacingFinding",
    "SpacingLevel",
    "assess_among",
    "assess_spacing",
]
