"""Which readings are done, due, late or missed, and who must see it?

Clinical reference 6.2 (prompt engine) and 0.4 rule 8.  A reading counts by the time it
was taken, not by the time it reached the server (vector V18).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sessions.rules.monitoring import Due
from sessions.rules.monitoring_policy import MonitoringPolicy


class DueState(StrEnum):
    UPCOMING = "upcoming"
    DUE = "due"
    LATE = "late"
    MISSED = "missed"
    """Never taken, and the next one is due already."""
    ON_TIME = "on-time"
    TAKEN_LATE = "taken-late"


class Escalation(StrEnum):
    """Who sees that a reading is late."""

    NONE = "none"
    ROOM = "room"
    NURSE_LEAD = "nurse-lead"
    PRESCRIBER = "prescriber"


@dataclass(frozen=True, slots=True)
class Followed:
    """One due reading and what has become of it."""

    due: Due
    state: DueState
    taken_at: datetime | None
    minutes_late: int
    """Whole minutes after the grace has ended."""
    escalation: Escalation


def follow(
    readings: Sequence[Due],
    taken_at: Sequence[datetime],
    policy: MonitoringPolicy,
    *,
    now: datetime,
) -> tuple[Followed, ...]:
    """Match what was taken with what was due, in order of time.

    A reading belongs to the due time whose window it falls into; a window opens as
    long before its time as the grace lasts after it, at most half way to the one before.
    """
    opens = [_opens(readings, index) for index in range(len(readings))]
    ends = [*opens[1:], None][: len(opens)]
    taken = sorted(taken_at)
    return tuple(
        _followed(due, start, end, taken, policy, now)
        for due, start, end in zip(readings, opens, ends, strict=True)
    )


def next_due(followed: Sequence[Followed]) -> Followed | None:
    """The reading that is due, late or next to come; None when all are settled."""
    open_states = {DueState.DUE, DueState.LATE, DueState.UPCOMING}
    return next((one for one in followed if one.state in open_states), None)


def _opens(readings: Sequence[Due], index: int) -> datetime:
    due = readings[index]
    lead = due.grace
    if index:
        lead = min(lead, (due.at - readings[index - 1].at) / 2)
    return due.at - lead


def _followed(
    due: Due,
    start: datetime,
    end: datetime | None,
    taken: Sequence[datetime],
    policy: MonitoringPolicy,
    now: datetime,
) -> Followed:
    mine = (at for at in taken if start <= at and (end is None or at < end))
    at = next(mine, None)
    if at is not None:
        late = _minutes_late(due, at)
        state = DueState.ON_TIME if at <= due.late_from else DueState.TAKEN_LATE
        return Followed(due, state, at, late, Escalation.NONE)
    state = _open_state(due, start, end, now)
    late = _minutes_late(due, now)
    is_late = state in {DueState.LATE, DueState.MISSED}
    escalation = _escalation(late, policy) if is_late else Escalation.NONE
    return Followed(due, state, None, late, escalation)


def _open_state(
    due: Due, start: datetime, end: datetime | None, now: datetime
) -> DueState:
    if end is not None and now >= end and now > due.late_from:
        return DueState.MISSED
    if now > due.late_from:
        return DueState.LATE
    return DueState.DUE if now >= start else DueState.UPCOMING


def _minutes_late(due: Due, at: datetime) -> int:
    return max(0, (at - due.late_from) // timedelta(minutes=1))


def _escalation(late: int, policy: MonitoringPolicy) -> Escalation:
    if late >= policy.prescriber_after_min:
        return Escalation.PRESCRIBER
    if late >= policy.nurse_lead_after_min:
        return Escalation.NURSE_LEAD
    if late >= policy.room_after_min:
        return Escalation.ROOM
    return Escalation.NONE
