"""The fictional clinic while it is being made: who is there, and what happens when.

Deterministic: everything is drawn from one seeded generator, so the same seed and the
same moment give the same clinic.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Model

from kap.accounts.models import User
from kap.clinic.models import Site
from kap.demo.copy import copy_rows
from kap.patients.models import EpisodeOfCare, Patient

M = TypeVar("M", bound=Model)


class Stage(StrEnum):
    """How far a demo patient has come."""

    INVITED = "invited"
    ANSWERED = "answered"
    EXCLUDED = "excluded"
    CLEARED = "cleared"
    COURSE = "course"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something with a diary."""

    schedule_id: int
    name: str
    user: User | None = None


@dataclass(slots=True)
class DemoSite:
    site: Site
    zone: ZoneInfo
    dosing_rooms: list[Actor]
    talk_rooms: list[Actor]
    therapists: list[Actor]
    nurses: list[Actor]
    prescribers: list[Actor]


@dataclass(slots=True)
class DemoPart:
    """One participant's stretch of diary."""

    role: str
    actor: Actor
    lane: int
    starts_at: datetime
    ends_at: datetime


@dataclass(slots=True)
class DemoVisit:
    """One visit of a course; ``kind`` and ``number`` name the protocol's step."""

    kind: str
    number: int
    of_total: int
    starts_at: datetime
    ends_at: datetime
    parts: list[DemoPart]

    def actor(self, role: str) -> Actor:
        return next(part.actor for part in self.parts if part.role == role)


@dataclass(slots=True)
class DemoPatient:
    patient: Patient
    episode: EpisodeOfCare
    site: DemoSite
    stage: Stage
    entered_at: datetime
    weight_kg: int
    phq9_baseline: int
    gad7_baseline: int
    phq9_end: int
    """Where the score stands after the last dose; between, it moves evenly."""
    gad7_end: int
    visits: list[DemoVisit] = field(default_factory=list)

    def doses(self) -> list[DemoVisit]:
        return [visit for visit in self.visits if visit.kind == "dosing"]


@dataclass(slots=True)
class DemoWorld:
    random: Random
    now: datetime
    months: int
    is_small: bool
    zone_name: str = "America/New_York"
    sites: list[DemoSite] = field(default_factory=list)
    patients: list[DemoPatient] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)
    say: Callable[[str], None] = print

    def uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)

    def insert(self, model: type[M], rows: Iterable[M]) -> list[M]:
        """Load many rows at once."""
        made = list(rows)
        copy_rows(model, made)
        return made
