"""A FHIR file as a source: each Patient with what the file says of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kap.patients.facts import PatientFacts
from screening import fhir
from screening.importing.fhir_entries import Entries, Entry
from screening.importing.fhir_index import index, reference_of
from screening.importing.fhir_parts import NOT_R4
from screening.importing.incoming import Incoming, Refused

MISSHAPEN = (AttributeError, KeyError, TypeError, ValueError, ArithmeticError)
"""What reading raises when a part passed validation and still has another shape."""


class FhirSource:
    """First comes what belongs to no patient, then patient after patient."""

    def __init__(self, entries: Entries, *, zone: ZoneInfo, now: datetime) -> None:
        self._entries, self._zone, self._now = entries, zone, now
        self._index = index(entries)
        self._keys: set[str] = set()

    @property
    def total(self) -> int:
        return len(self._index.patients) + 1

    def incoming(self, *, skip: int = 0) -> Iterator[Incoming]:
        if not skip:
            yield self._about_the_file()
        for position, (number, theirs) in enumerate(self._index.patients.items(), 1):
            row = self._patient(number)
            if position >= skip:
                self._history(row, theirs)
                yield row

    def _about_the_file(self) -> Incoming:
        row = Incoming("file", problems=self._index.problems)
        row.left = Counter(self._index.left)
        if not self._index.patients and not row.problems:
            row.refuse(Refused("", "There is no Patient in this file."))
        return row

    def _patient(self, number: int) -> Incoming:
        row = Incoming(self._entries.place(number))
        today = self._now.astimezone(self._zone).date()
        try:
            row.facts = fhir.patient_facts(row, self._entries.get(number), today=today)
        except Refused as refusal:
            row.refuse(refusal, within="Patient")
        except MISSHAPEN:
            row.refuse(Refused("Patient", NOT_R4))
        if row.facts and row.facts.external_key in self._keys:
            row.facts = None
            row.refuse(
                Refused("Patient.identifier", "A patient further up has it too.")
            )
        elif row.facts:
            self._keys.add(str(row.facts.external_key))
        return row

    def _history(self, row: Incoming, theirs: list[int]) -> None:
        """Nothing of a patient who is not taken is taken; it is counted."""
        if row.facts is None:
            row.left["of patients not taken"] += len(theirs)
            return
        for number in theirs:
            place = self._entries.place(number)
            kind = ""
            try:
                entry = self._entries.get(number)
                kind = entry.kind
                self._take(row, entry, row.facts)
            except Refused as refusal:
                row.refuse(refusal, place=place, within=kind)
            except MISSHAPEN:
                row.refuse(Refused(kind, NOT_R4), place=place)

    def _take(self, row: Incoming, entry: Entry, facts: PatientFacts) -> None:
        key = str(facts.external_key)
        before = row.kept
        if entry.kind == "Condition":
            row.conditions += filter(None, [fhir.condition(entry, key=key)])
        elif entry.kind == "MedicationRequest":
            row.medicines += filter(
                None, [fhir.medicine(entry, key=key, lookup=self._medication)]
            )
        elif entry.kind == "AllergyIntolerance":
            row.allergies += filter(None, [fhir.allergy(entry, key=key)])
        else:
            row.values += fhir.values(
                entry, key=key, zone=self._zone, now=self._now, born=facts.birth_date
            )
        if row.kept == before:
            row.left[entry.kind] += 1

    def _medication(self, part: Any) -> dict[str, Any] | None:
        number = self._index.medicines.get(reference_of(part))
        return None if number is None else self._entries.get(number).resource
