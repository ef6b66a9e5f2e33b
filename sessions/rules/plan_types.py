"""What the course planner reads: frozen shapes, no behaviour but the grid's.

Every instant is an aware datetime; inside the planner it is a whole number of slots
counted from ``Grid.origin`` in elapsed time, so that a gap of 48 hours stays 48 real
hours across a change of clocks.  A diary is a row of bits, one a slot: bit ``i`` stands
for the half-open stretch ``[origin + i * grid_min, origin + (i + 1) * grid_min)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

PATIENT: Final = "patient"


class ResourceKind(StrEnum):
    PATIENT = "patient"
    THERAPIST = "therapist"
    PRESCRIBER = "prescriber"
    NURSE = "nurse"
    ROOM = "room"
    DEVICE = "device"


class StepKind(StrEnum):
    PREPARATION = "preparation"
    DOSING = "dosing"
    INTEGRATION = "integration"
    FOLLOW_UP = "follow_up"


class Anchor(StrEnum):
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Grid:
    """The time axis: ``slots`` steps of ``grid_min`` minutes from ``origin`` (UTC).

    ``zone`` is the clinic's; it is used for dates, weekdays and times of day only.
    The origin may lie in the past, so that visits already held can be pinned.
    """

    origin: datetime
    slots: int
    zone: tzinfo
    grid_min: int = 15

    def __post_init__(self) -> None:
        if self.origin.tzinfo is None:
            message = "The grid's origin must carry a time zone."
            raise ValueError(message)
        object.__setattr__(self, "origin", self.origin.astimezone(UTC))

    @property
    def full(self) -> int:
        return (1 << self.slots) - 1

    def floor(self, at: datetime) -> int:
        """The slot that holds the instant; may lie outside the grid."""
        return (at - self.origin) // timedelta(minutes=self.grid_min)

    def ceil(self, at: datetime) -> int:
        """The first slot that begins at or after the instant."""
        return -((self.origin - at) // timedelta(minutes=self.grid_min))

    def at(self, slot: int) -> datetime:
        return self.origin + timedelta(minutes=slot * self.grid_min)

    def stretch(self, first: int, end: int) -> int:
        """Bits ``first`` to ``end - 1``, cut to the grid."""
        first, end = max(first, 0), min(end, self.slots)
        return ((1 << end) - 1) ^ ((1 << first) - 1) if end > first else 0

    def mask(self, start: datetime, end: datetime) -> int:
        """Every slot that the half-open period touches, cut to the grid."""
        return self.stretch(self.floor(start), self.ceil(end))


@dataclass(frozen=True, slots=True)
class Diary:
    """One resource's taken time: one busy mask a lane; lanes beyond one are capacity.

    Closed hours and absences are busy bits in every lane; the caller sets them, in
    absolute time.
    """

    resource_id: str
    kind: ResourceKind
    lanes: tuple[int, ...]
    peak_busy: int = 0
    """Slots at which this one can take nobody whose dose is at its peak."""


@dataclass(frozen=True, slots=True)
class RoleNeed:
    """Who is needed, and when relative to the visit.

    The stretch runs from ``from_min`` after the visit's ``from_anchor`` to ``to_min``
    after its ``to_anchor`` (minutes, may be negative): a room with 15 minutes of set-up
    and clean-up is ``from_min=-15, to_min=15``; a prescriber for the first hour is
    ``to_anchor=START, to_min=60``.  One of ``candidates`` takes it, and one person takes
    one role in a visit.  ``same_throughout``: the same one in every step with this role.
    ``peak_min``: so many minutes from the visit's start must lie outside the diary's
    ``peak_busy`` (a nurse watches fewer patients at the peak of a dose than later).
    """

    role: str
    candidates: tuple[str, ...]
    from_min: int = 0
    to_min: int = 0
    from_anchor: Anchor = Anchor.START
    to_anchor: Anchor = Anchor.END
    same_throughout: bool = False
    peak_min: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """How long after ``to_step`` (its start or end) this step starts, in real minutes.

    Negative minutes place a step before the other.  ``min_min`` is rounded up and
    ``max_min`` down to the grid; within ``slack_min`` of ``ideal_min`` nothing is
    counted, beyond it ``weight`` for each slot of deviation.  None: no bound, no ideal.
    """

    to_step: str
    min_min: int | None = None
    ideal_min: int | None = None
    max_min: int | None = None
    anchor: Anchor = Anchor.START
    slack_min: int = 0
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Times:
    """Weekdays (Monday 0) and a stretch of the local day; None: any.

    A visit fits when it starts on such a day, not before ``from_time``, and ends by
    ``to_time`` of the same local day.
    """

    weekdays: frozenset[int] | None = None
    from_time: time | None = None
    to_time: time | None = None


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One visit of the course.  List steps in the order of their time.

    ``allowed`` is never broken.  A start outside ``wished`` counts ``wish_weight`` slots
    of deviation; a start away from ``ideal_time`` (local) one for each slot.
    """

    key: str
    kind: StepKind
    duration_min: int
    needs: tuple[RoleNeed, ...]
    gaps: tuple[Gap, ...] = ()
    allowed: Times = Times()
    wished: Times = Times()
    wish_weight: int = 8
    ideal_time: time | None = None


@dataclass(frozen=True, slots=True)
class RollingLimit:
    """At most ``most`` visits of ``kind`` start within any ``window_min`` minutes.

    Two starts exactly ``window_min`` apart do not share a window (SP-03 of the clinical
    defaults: 2 in 7 days).
    """

    kind: StepKind
    most: int
    window_min: int


@dataclass(frozen=True, slots=True)
class Pin:
    """A step that stays at ``start``.

    With ``resources`` (role to resource id) the visit stands in the diaries already and
    is not looked up again; without, everybody must be free there.
    """

    step_key: str
    start: datetime
    resources: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """One course to plan.

    ``finish_step`` (default: the last dosing, else the last step) is the one whose local
    date is made as early as can be.  ``preferred`` holds resource ids wished for: a role
    kept throughout counts ``preferred_weight`` slots of deviation when it goes to
    somebody else though one of its candidates is wished for; other roles take them first.
    ``effort`` bounds the search, in starts looked at (a million takes about a second): a
    step with two ideal gaps can need more, and then the plan is not proven best.
    """

    grid: Grid
    steps: tuple[StepSpec, ...]
    diaries: tuple[Diary, ...]
    earliest: datetime
    limits: tuple[RollingLimit, ...] = ()
    pins: tuple[Pin, ...] = ()
    preferred: frozenset[str] = frozenset()
    preferred_weight: int = 96
    finish_step: str | None = None
    proposals: int = 3
    fragment_min: int = 60
    effort: int = 600_000
    wishes_first: bool = False
    finish_by: datetime | None = None
