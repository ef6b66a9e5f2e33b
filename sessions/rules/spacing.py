"""Does a dose lie far enough from the doses before it?

Clinical reference 1.5, rules SP-01, 02, 03, 04 and 08.  Hours are elapsed hours and
windows are rolling and half-open: a dose exactly seven days ago is out of the window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sessions.rules.dose_units import with_unit
from sessions.rules.spacing_policy import SpacingPolicy


class SpacingLevel(StrEnum):
    SOFT = "soft"
    """Worth a thought; does not stop."""
    HARD = "hard"
    """Stops, unless a prescriber writes a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorDose:
    given_at: datetime
    is_esketamine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SpacingFinding:
    code: str
    level: SpacingLevel
    sentence: str
    source: str
    earliest_at: datetime | None
    """When this rule would be satisfied; None when waiting does not help."""


def assess_spacing(
    previous: Sequence[PriorDose],
    proposed_at: datetime,
    policy: SpacingPolicy,
    *,
    is_esketamine: bool = False,
) -> tuple[SpacingFinding, ...]:
    """What the spacing rules say of a dose at a time; empty when all is well.

    Doses after the proposed time are left aside.
    """
    at = proposed_at.astimezone(UTC)
    earlier = sorted(
        (dose for dose in previous if dose.given_at.astimezone(UTC) < at),
        key=lambda dose: dose.given_at,
    )
    if not earlier:
        return ()
    given = [dose.given_at.astimezone(UTC) for dose in earlier]
    racemic = [
        dose.given_at.astimezone(UTC) for dose in earlier if not dose.is_esketamine
    ]
    findings = [] if is_esketamine or not racemic else [*_gap(racemic[-1], at, policy)]
    findings += _rolling(given, at, policy)
    findings += _stale(given[-1], at, policy)
    return tuple(findings)


def _gap(
    last: datetime, at: datetime, policy: SpacingPolicy
) -> Iterator[SpacingFinding]:
    gap = at - last
    if gap < timedelta(hours=policy.min_hours):
        yield _finding(
            "SP-01",
            SpacingLevel.HARD,
            f"The last dose is {_hours(gap)} ago; at least "
            f"{with_unit(policy.min_hours, 'h')} lie between two doses.",
            policy.min_hours_source,
            last + timedelta(hours=policy.min_hours),
        )
    elif gap < timedelta(hours=policy.recommended_hours):
        yield _finding(
            "SP-02",
            SpacingLevel.SOFT,
            f"The last dose is {_hours(gap)} ago; "
            f"{with_unit(policy.recommended_hours, 'h')} leave time to integrate.",
            policy.recommended_source,
            last + timedelta(hours=policy.recommended_hours),
        )


def _rolling(
    given: Sequence[datetime], at: datetime, policy: SpacingPolicy
) -> Iterator[SpacingFinding]:
    windows = (
        (
            "SP-03",
            SpacingLevel.HARD,
            7,
            policy.max_per_7_days,
            policy.max_per_7_days_source,
        ),
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
        inside = [dose for dose in given if at - dose < window]
        if len(inside) + 1 > most:
            yield _finding(
                code,
                level,
                f"This would be dose {len(inside) + 1} within "
                f"{with_unit(days, 'days')}; the most is {most}.",
                source,
                inside[-most] + window,
            )


def _stale(
    last: datetime, at: datetime, policy: SpacingPolicy
) -> Iterator[SpacingFinding]:
    gap = at - last
    if gap > timedelta(days=policy.stale_after_days):
        yield _finding(
            "SP-08",
            SpacingLevel.HARD,
            f"The last dose is {with_unit(gap.days, 'days')} ago, more than "
            f"{policy.stale_after_days}. A prescriber sees the patient first.",
            policy.stale_source,
            None,
        )


def _finding(
    code: str,
    level: SpacingLevel,
    sentence: str,
    source: str,
    earliest_at: datetime | None,
) -> SpacingFinding:
    return SpacingFinding(
        code=code,
        level=level,
        sentence=sentence,
        source=source,
        earliest_at=earliest_at,
    )


def _hours(gap: timedelta) -> str:
    """Whole hours, never rounded up to the limit."""
    return with_unit(gap // timedelta(hours=1), "h")
