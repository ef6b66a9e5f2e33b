"""Is the integration visit after a dose done, due or overdue, and who hears of it?

Clinical reference 1.6, INT-01 to INT-03.  Hours are elapsed hours since the dose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPolicy:
    version: str = "2026.11"
    opens_hours: int = 0
    target_hours: int = 24
    closes_hours: int = 72
    lead_hours: int = 96
    unintegrated_hours: int = 7 * 24
    source: str = "V PROV-NUMINUS (within 24 h); 24 to 72 h V; escalation ID"


DEFAULT_WINDOW_POLICY: Final = WindowPolicy()


class WindowState(StrEnum):
    DONE = "done"
    DONE_LATE = "done-late"
    DECLINED = "declined"
    NOT_OPEN = "not-open"
    DUE = "due"
    OVERDUE = "overdue"
    """A task for the therapist."""
    ESCALATED = "escalated"
    """The therapist's lead and the front desk hear of it."""
    UNINTEGRATED = "unintegrated"


@dataclass(frozen=True, slots=True)
class IntegrationWindow:
    """The times of one dose's window, in UTC."""

    opens_at: datetime
    target_at: datetime
    closes_at: datetime
    lead_at: datetime
    unintegrated_at: datetime


def integration_window(dosed_at: datetime, policy: WindowPolicy) -> IntegrationWindow:
    start = dosed_at.astimezone(UTC)
    return IntegrationWindow(
        *(
            start + timedelta(hours=hours)
            for hours in (
                policy.opens_hours,
                policy.target_hours,
                policy.closes_hours,
                policy.lead_hours,
                policy.unintegrated_hours,
            )
        )
    )


def assess_window(
    window: IntegrationWindow,
    *,
    now: datetime,
    done_at: datetime | None = None,
    is_declined: bool = False,
) -> WindowState:
    """Where a dose's integration stands; the last minute of a window is within it."""
    if done_at is not None:
        in_time = done_at.astimezone(UTC) <= window.closes_at
        return WindowState.DONE if in_time else WindowState.DONE_LATE
    if is_declined:
        return WindowState.DECLINED
    return _open_state(window, now.astimezone(UTC))


def _open_state(window: IntegrationWindow, now: datetime) -> WindowState:
    steps = (
        (window.unintegrated_at, WindowState.UNINTEGRATED),
        (window.lead_at, WindowState.ESCALATED),
        (window.closes_at, WindowState.OVERDUE),
    )
    for at, state in steps:
        if now > at:
            return state
    return WindowState.DUE if now >= window.opens_at else WindowState.NOT_OPEN
