"""What a patient may still answer about a visit by themselves.

Clinical reference 1.2 and 10.2 say nothing of until when; the hours are a site's own
policy (ours: 24).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class MayAnswer:
    """Which buttons the patient's page shows; ``cancel_until`` is the last moment."""

    confirm: bool
    ask_other_time: bool
    cancel: bool
    cancel_until: datetime


def may_answer(
    *, is_booked: bool, starts_at: datetime, cancel_hours: int, now: datetime
) -> MayAnswer:
    """Anything until the visit begins, but calling it off only so many hours before."""
    coming = is_booked and now < starts_at
    until = starts_at - timedelta(hours=cancel_hours)
    return MayAnswer(
        confirm=coming,
        ask_other_time=coming,
        cancel=coming and now <= until,
        cancel_until=until,
    )
