"""Must somebody see the patient before the next dose?  SP-08 to SP-11 (reference 1.5)."""

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


def assess_patient(
    earlier: Sequence[PriorDose],
    at: datetime,
    policy: SpacingPolicy,
    facts: SpacingFacts,
    *,
    is_esketamine: bool,
) -> Iterator[SpacingFinding]:
    yield from _serious(policy, facts)
    if not earlier:
        return
    last = earlier[-1].at
    screening = list(_screening(last, at, policy, facts))
    yield from screening
    if not screening:
        yield from _stale(last, at, policy, facts)
    if is_esketamine and facts.sessions_missed:
        yield _said(
            "SP-10",
            SpacingLevel.INFO,
            f"{facts.sessions_missed} visits of the induction were missed. If symptoms are "
            "worse, going back to the schedule before can be considered; the prescriber "
            "decides.",
            policy.missed_source,
        )


def _serious(policy: SpacingPolicy, facts: SpacingFacts) -> Iterator[SpacingFinding]:
    if facts.serious_event_open:
        yield _said(
            "SP-11",
            SpacingLevel.BLOCK,
            "After a serious unwanted event no dose is given until a prescriber and the "
            "medical director have both cleared it.",
            policy.serious_event_source,
        )


def _screening(
    last: datetime, at: datetime, policy: SpacingPolicy, facts: SpacingFacts
) -> Iterator[SpacingFinding]:
    """SP-09: after a year, or an event that would exclude, everything from the start."""
    screened = _utc(facts.screened_at)
    event = _utc(facts.exclusion_event_at)
    too_long = at - last > timedelta(days=policy.rescreen_after_days)
    if event is not None and (screened is None or screened <= event):
        yield _said(
            "SP-09",
            SpacingLevel.HARD,
            "Something has happened that would exclude. The patient is screened anew in a "
            "new course.",
            policy.rescreen_source,
        )
    elif too_long and (screened is None or screened <= last):
        yield _said(
            "SP-09",
            SpacingLevel.HARD,
            f"The last dose is {with_unit((at - last).days, 'days')} ago, more than 12 "
            "months. The patient is screened anew in a new course.",
            policy.rescreen_source,
        )


def _stale(
    last: datetime, at: datetime, policy: SpacingPolicy, facts: SpacingFacts
) -> Iterator[SpacingFinding]:
    """SP-08: after three months a prescriber sees the patient first."""
    gap = at - last
    seen = max(
        (t for t in (_utc(facts.prescriber_saw_at), _utc(facts.screened_at)) if t),
        default=None,
    )
    is_long = gap > timedelta(days=policy.stale_after_days)
    if is_long and (seen is None or seen <= last):
        yield _said(
            "SP-08",
            SpacingLevel.HARD,
            f"The last dose is {with_unit(gap.days, 'days')} ago, more than "
            f"{policy.stale_after_days}. A prescriber sees the patient first.",
            policy.stale_source,
        )


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at is not None else None


def _said(code: str, level: SpacingLevel, sentence: str, source: str) -> SpacingFinding:
    return SpacingFinding(
        code=code, level=level, sentence=sentence, source=source, earliest_at=None
    )
