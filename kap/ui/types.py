"""What pages hand to the components: small frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

State = Literal["ok", "no", "wait", "off"]
"""Done, missing, waits for somebody, not needed."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a readiness list."""

    state: State
    text: str
    proof: str = ""
    url: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class CourseStep:
    """One appointment on the course ribbon."""

    phase: str
    label: str
    when: str
    state: Literal["done", "now", "next"] = "next"
    small: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class PhaseBand:
    """A stretch of the course ribbon: how many steps it spans."""

    text: str
    span: int
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A term and its value."""

    term: str
    value: Any


@dataclass(frozen=True, slots=True)
class Link:
    """A tab, a segment or a menu entry."""

    text: str
    url: str
    current: bool = False
    icon: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of the patient banner; ``strong`` is the part that is read first."""

    text: str
    strong: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that could hurt the patient, or whose absence must be said."""

    text: str
    tone: str = ""
    icon: str = "alert-triangle"
    url: str = ""
    is_alarm: bool = False
    """Stands across the whole banner, on top, until it is dealt with."""
