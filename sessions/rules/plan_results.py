"""What the course planner answers: ranked proposals, or the step that cannot be placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sessions.rules.plan_types import StepKind


class ReasonCode(StrEnum):
    """Why a step cannot be placed."""

    NEVER_FREE = "never-free"
    """No time in the whole horizon at which ``roles`` are free together."""
    WINDOW = "window"
    """``roles`` are free at times, but never inside the window the gaps leave."""
    SPACING = "spacing"
    """Each gap can be met alone, but not all gaps and limits together."""
    CONTRADICTION = "contradiction"
    """The protocol's own gaps exclude each other."""
    HORIZON = "horizon"
    """The gaps lead past the end of the planned stretch."""
    UNDECIDED = "undecided"
    """The search was stopped at its limit of effort; nothing is proven."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """One resource in one visit: what becomes one Slot.  ``lane`` was free in the diary."""

    role: str
    resource_id: str
    lane: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """One placed step; ``start`` and ``end`` are the visit itself, in UTC."""

    step_key: str
    kind: StepKind
    start: datetime
    end: datetime
    resources: tuple[Assigned, ...]
    pinned: bool = False


class TradeCode(StrEnum):
    GAP = "gap"
    TIME_OF_DAY = "time-of-day"
    WISHED_TIMES = "wished-times"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Trade:
    """One compromise: ``units`` of the deviation, and what it is about.

    For a gap, ``to_step``, ``actual_min`` and ``ideal_min`` are set; for a time of day
    the two minutes are minutes away from the wish and 0.
    """

    code: TradeCode
    step_key: str
    units: int
    to_step: str = ""
    actual_min: int = 0
    ideal_min: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Cost:
    """What is made least, in this order.

    Local date of the finish; deviation from ideal gaps and wishes, in slots; free
    remnants shorter than ``fragment_min`` left beside the visits in the diaries of those
    kept throughout; sum of all starts, in slots, which only settles ties.
    """

    finish: date
    deviation: int
    fragments: int
    starts: int

    def key(self, *, wishes_first: bool) -> tuple[int, int, int, int]:
        """What is compared: the finish date first, or not at all."""
        day = 0 if wishes_first else self.finish.toordinal()
        return day, self.deviation, self.fragments, self.starts


@dataclass(frozen=True, slots=True)
class Proposal:
    """A whole course.  ``team`` names who is kept throughout (role to resource id).

    ``proven_optimal`` is False only when the search was stopped at its limit of effort.
    """

    visits: tuple[Visit, ...]
    cost: Cost
    team: Mapping[str, str]
    trades: tuple[Trade, ...]
    proven_optimal: bool = True


@dataclass(frozen=True, slots=True)
class Planned:
    """At least one proposal, best first.

    The first is optimal.  The next are the best with another team; where no other team
    can, the best whose first dosing (or first step) falls on another local date.
    """

    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """``roles``: the smallest set that closes the way.  ``to_steps``: whose gaps do.

    ``window_start`` and ``window_end`` bound the starts that the gaps leave.
    ``past_horizon``: a longer horizon would widen the window.
    """

    code: ReasonCode
    roles: tuple[str, ...] = ()
    to_steps: tuple[str, ...] = ()
    window_start: datetime | None = None
    window_end: datetime | None = None
    past_horizon: bool = False


@dataclass(frozen=True, slots=True)
class Impossible:
    """No plan exists (or, if undecided, none was found).

    ``step_key`` is the first step that cannot be placed together with all steps before
    it, for the team that gets furthest, ``team``.
    """

    step_key: str
    reason: Reason
    team: Mapping[str, str] = field(default_factory=dict)


PlanResult = Planned | Impossible
