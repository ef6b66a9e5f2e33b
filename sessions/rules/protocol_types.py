"""A protocol as data: what the shipped templates, the editor and the checks share.

Minutes throughout; a relation runs from another step's start (or end) to this one's start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HOUR: Final = 60
DAY: Final = 24 * HOUR
VIDEO: Final = "video"
GROUP: Final = "group"
"""Room features that stand for a kind of room: a video place, a room for several."""
FEATURES: Final = (
    VIDEO,
    GROUP,
    "quiet",
    "reclining-chair",
    "bed",
    "step-free",
    "own-toilet",
)
DEVICES: Final = ("monitor", "pump", "oxygen")
"""What a room may have; more can be written in the admin."""
KINDS: Final = ("screening", "preparation", "dosing", "integration", "follow-up")
ROLES: Final = ("patient", "room", "therapist", "nurse", "prescriber")
MEASURES: Final = ("phq-9", "gad-7", "pcl-5", "peg", "who-5", "audit-c", "dast-10")
REMINDERS: Final = (
    "visit-7d",
    "visit-48h",
    "visit-24h",
    "visit-2h",
    "visit-next-day",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Who is needed, from when to when: minutes from the visit's start, or its end."""

    role: str
    from_min: int = 0
    to_min: int = 0
    from_end: bool = False
    to_end: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """How long after another step this one starts."""

    to: str
    least_min: int | None = None
    ideal_min: int | None = None
    most_min: int | None = None
    from_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBody:
    """One visit.  The first relation is the step's own; it has all three minutes."""

    key: str
    kind: str
    minutes: int
    needs: tuple[Need, ...]
    number: int = 1
    title: str = ""
    relations: tuple[Relation, ...] = ()
    may_be_video: bool = False
    room_features: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    reminders: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        if self.title:
            return self.title
        word = self.kind.capitalize() if self.kind != "dosing" else "Dose"
        return f"{word} {self.number}" if self.kind in NUMBERED else word


NUMBERED: Final = frozenset({"dosing", "integration"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What is due how many days after the last dose."""

    day: int
    what: str
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolBody:
    """A whole protocol but for its edition and dates."""

    code: str
    name: str
    route: str
    source: str
    steps: tuple[StepBody, ...]
    summary: str = ""
    caution: str = ""
    max_doses_per_7_days: int = 2
    min_hours_between_doses: int = 48
    same_therapist: bool = True
    is_retreat: bool = False
    needs_director_approval: bool = False
    group_size: int = 1
    min_preparations: int = 1
    min_integrations: int = 0
    follow_up: tuple[FollowUp, ...] = ()
    maintenance: str = ""
    is_active: bool = True
