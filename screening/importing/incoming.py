"""What a file says of one patient, already checked, and what of it cannot be taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Protocol

from kap.patients.facts import PatientFacts
from screening.enums import ConditionStatus, ImportProblemKind

LARGEST_BYTES = 200_000_000


class Refused(Exception):
    """One part that cannot be taken: which field and why.  Never holds a value."""

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(reason)


class FileRefused(Exception):
    """The file as a whole cannot be read; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the list of what was not taken."""

    place: str
    field: str
    reason: str
    kind: ImportProblemKind = ImportProblemKind.REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A statement about the patient's history; ``key`` finds it again in a second run."""

    key: str
    text: str
    code: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidCondition(Said):
    status: ConditionStatus = ConditionStatus.ACTIVE
    onset_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidMedicine(Said):
    dose_text: str = ""
    started_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidAllergy(Said):
    reaction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidValue:
    """A measured value in the unit of ``screening.codes.UNITS``."""

    key: str
    code: str
    value: Decimal
    effective_at: datetime
    place: str = ""


@dataclass(slots=True)
class Incoming:
    """One patient of the file, or (``facts`` None) only what could not be taken there."""

    place: str
    facts: PatientFacts | None = None
    conditions: list[SaidCondition] = field(default_factory=list)
    medicines: list[SaidMedicine] = field(default_factory=list)
    allergies: list[SaidAllergy] = field(default_factory=list)
    values: list[SaidValue] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    """How many parts of each kind this product does not keep."""

    @property
    def kept(self) -> int:
        """How many statements and values there are."""
        return (
            len(self.conditions)
            + len(self.medicines)
            + len(self.allergies)
            + len(self.values)
        )

    def refuse(self, refusal: Refused, *, place: str = "", within: str = "") -> None:
        """Write a refusal down; ``within`` is the part of the row that its field belongs to."""
        name = (
            f"{within}.{refusal.field}" if within and refusal.field else refusal.field
        )
        self.problems.append(
            Problem(place or self.place, name or within, refusal.reason)
        )


class Source(Protocol):
    """A file that can be read again from any patient on."""

    @property
    def total(self) -> int:
        """How many patients (rows) there are."""

    def incoming(self, *, skip: int = 0) -> Iterator[Incoming]:
        """Patient after patient, without the first ``skip``."""


def key_of(*parts: str) -> str:
    """A key for one row of the record that is the same in every run, and says nothing."""
    digest = sha256("\x1f".join(parts).encode(errors="surrogatepass")).hexdigest()
    return f"import:{digest}"
