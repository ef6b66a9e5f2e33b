"""Which resources of a FHIR file belong to which patient of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from screening.importing.fhir_entries import Entries, Entry
from screening.importing.incoming import Problem, Refused

TAKEN: Final = frozenset(
    {"Condition", "MedicationRequest", "AllergyIntolerance", "Observation"}
)
MOST_PROBLEMS: Final = 5_000
BROKEN: Final = "Points to no patient in this file."
TWICE: Final = "Has the same id as a resource further up in this file."


@dataclass(slots=True)
class Index:
    """Entry numbers: each patient with theirs; medicines that others name; what is left out."""

    patients: dict[int, list[int]] = field(default_factory=dict)
    medicines: dict[str, int] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, place: str, field: str, reason: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(place, field, reason))


def reference_of(part: Any) -> str:
    """The text of a Reference, without a version."""
    given = part.get("reference") if isinstance(part, dict) else None
    return given.partition("/_history/")[0] if isinstance(given, str) else ""


def index(entries: Entries) -> Index:
    """Reads every resource once; afterwards each patient's can be fetched by number."""
    return _Indexer(entries).done()


class _Indexer:
    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._index = Index()
        self._known: dict[str, int] = {}
        self._seen: set[int] = set()
        self._waiting: list[tuple[int, str]] = []

    def done(self) -> Index:
        for number in range(len(self._entries)):
            try:
                self._note(number, self._entries.get(number))
            except Refused as refusal:
                place = self._entries.place(number)
                self._index.refuse(place, refusal.field, refusal.reason)
        for number, reference in self._waiting:
            self._assign(number, reference)
        return self._index

    def _note(self, number: int, entry: Entry) -> None:
        kind = entry.kind
        if kind == "Medication":
            self._index.medicines.update(dict.fromkeys(entry.names, number))
        if kind != "Patient" and kind not in TAKEN:
            self._index.left[
                kind if kind.isascii() and kind.isalpha() else "other"
            ] += 1
            return
        self._refuse_twice(entry)
        if kind == "Patient":
            self._index.patients[number] = []
            for name in entry.names:
                self._known.setdefault(name, number)
        else:
            part = "patient" if kind == "AllergyIntolerance" else "subject"
            self._waiting.append((number, reference_of(entry.resource.get(part))))

    def _refuse_twice(self, entry: Entry) -> None:
        own = [hash((entry.kind, name)) for name in entry.names]
        if any(name in self._seen for name in own):
            raise Refused("id", TWICE)
        self._seen.update(own)

    def _assign(self, number: int, reference: str) -> None:
        owner = self._known.get(reference)
        if owner is None and "/Patient/" in reference:
            owner = self._known.get("Patient/" + reference.rpartition("/Patient/")[2])
        if owner is None:
            self._index.refuse(self._entries.place(number), "subject", BROKEN)
        else:
            self._index.patients[owner].append(number)
