"""A table of patients (CSV) as a source: one row, one patient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from screening.codes import DIASTOLIC, NO_KNOWN_ALLERGY, SYSTOLIC
from screening.enums import DateOrder
from screening.importing import measured, table_columns, texts, times
from screening.importing.incoming import (
    FileRefused,
    Incoming,
    Problem,
    Refused,
    SaidAllergy,
    SaidCondition,
    SaidMedicine,
    SaidValue,
    key_of,
)
from screening.importing.table_facts import facts_of, patient_key
from screening.importing.table_file import opened, rows, separator_of

MOST_IN_A_CELL: Final = 100
SPLIT: Final = "|"
NONE_KNOWN: Final = frozenset(
    {"none", "nka", "nkda", "none known", "no known allergies"}
)
UNKNOWN_COLUMN: Final = "This column is not known and was left out."


class TableSource:
    """Reads the file anew for each run; nothing of it stays in memory but keys."""

    def __init__(
        self, path: Path, *, zone: ZoneInfo, now: datetime, order: str = DateOrder.YMD
    ) -> None:
        self._path, self._zone, self._now = path, zone, now
        self._order = DateOrder(order)
        self._separator = separator_of(path)
        with opened(path) as file:
            first = next(rows(file, separator=self._separator), None)
        if first is None:
            raise FileRefused("The file is empty.")
        if isinstance(first[1], str):
            raise FileRefused("The first line is no line of column names.")
        self._columns = table_columns.columns_of(first[1])

    @cached_property
    def total(self) -> int:
        with opened(self._path) as file:
            return sum(1 for _ in rows(file, separator=self._separator)) - 1

    @property
    def _today(self) -> date:
        return self._now.astimezone(self._zone).date()

    def incoming(self, *, skip: int = 0) -> Iterator[Incoming]:
        seen: set[int] = set()
        with opened(self._path) as file:
            lines = rows(file, separator=self._separator)
            next(lines)
            for position, (line, cells) in enumerate(lines):
                row = Incoming(f"line {line}")
                if position == 0:
                    self._note_unknown_columns(row)
                if position < skip:
                    self._remember(cells, seen)
                    continue
                self._read(row, cells, seen)
                yield row

    def _note_unknown_columns(self, row: Incoming) -> None:
        for number, column in enumerate(self._columns, 1):
            if not column:
                row.problems.append(
                    Problem("line 1", f"column {number}", UNKNOWN_COLUMN)
                )

    def _remember(self, cells: Sequence[str] | str, seen: set[int]) -> None:
        """A row that was dealt with in an earlier slice: only whose it was."""
        if isinstance(cells, str) or len(cells) != len(self._columns):
            return
        named = self._named(cells)
        key = patient_key(named)
        if facts_of(Incoming(""), named, key=key, today=self._today, order=self._order):
            seen.add(hash(key))

    def _named(self, cells: Sequence[str]) -> dict[str, str]:
        return {
            column: cell.strip()
            for column, cell in zip(self._columns, cells, strict=True)
            if column
        }

    def _read(self, row: Incoming, cells: Sequence[str] | str, seen: set[int]) -> None:
        try:
            named = self._checked(cells)
        except Refused as refusal:
            row.refuse(refusal)
            return
        key = patient_key(named)
        if hash(key) in seen:
            field = "mrn" if named.get("mrn") else ""
            row.refuse(
                Refused(field, "The same patient stands further up in this file.")
            )
            return
        row.facts = facts_of(row, named, key=key, today=self._today, order=self._order)
        if row.facts is not None:
            seen.add(hash(key))
            self._history(row, named, key)
            self._values(row, named, key)

    def _checked(self, cells: Sequence[str] | str) -> dict[str, str]:
        if isinstance(cells, str):
            raise Refused("", cells)
        if len(cells) != len(self._columns):
            more = "more" if len(cells) > len(self._columns) else "fewer"
            raise Refused(
                "", f"Has {more} cells than the first line. Check the quotation marks."
            )
        return self._named(cells)

    def _history(self, row: Incoming, named: dict[str, str], key: str) -> None:
        for part in self._parts(row, named, "conditions"):
            row.conditions.append(
                SaidCondition(key=key_of(key, "condition", part.casefold()), text=part)
            )
        for part in self._parts(row, named, "medications"):
            name, _, dose = part.partition(":")
            try:
                dose_text = texts.text(dose, "medications", longest=120)
                name = texts.text(
                    name, "medications", longest=300, needed="Has no name."
                )
            except Refused as refusal:
                row.refuse(refusal)
                continue
            row.medicines.append(
                SaidMedicine(
                    key=key_of(key, "medicine", part.casefold()),
                    text=name,
                    dose_text=dose_text,
                )
            )
        for part in self._parts(row, named, "allergies"):
            row.allergies.append(self._allergy(part, key))

    def _allergy(self, part: str, key: str) -> SaidAllergy:
        if part.casefold() in NONE_KNOWN:
            return SaidAllergy(
                key=key_of(key, "allergy", NO_KNOWN_ALLERGY),
                text="No known allergies",
                code=NO_KNOWN_ALLERGY,
            )
        name, _, reaction = part.partition(":")
        return SaidAllergy(
            key=key_of(key, "allergy", part.casefold()),
            text=name.strip() or part,
            reaction=reaction.strip()[:200],
        )

    def _parts(self, row: Incoming, named: dict[str, str], column: str) -> list[str]:
        parts = [part for part in named.get(column, "").split(SPLIT) if part.strip()]
        if len(parts) > MOST_IN_A_CELL:
            row.refuse(Refused(column, f"Names more than {MOST_IN_A_CELL} things."))
            return []
        found = []
        for part in parts:
            try:
                found.append(texts.text(part, column, longest=300))
            except Refused as refusal:
                row.refuse(refusal)
        return list(dict.fromkeys(part for part in found if part))

    def _values(self, row: Incoming, named: dict[str, str], key: str) -> None:
        given = {
            name: named[name] for name in table_columns.MEASURED if named.get(name)
        }
        if not given or row.facts is None:
            return
        try:
            at = self._measured_at(named, born=row.facts.birth_date)
        except Refused as refusal:
            row.refuse(refusal)
            return
        found: dict[str, Decimal] = {}
        for name, cell in given.items():
            code, unit = table_columns.MEASURED[name]
            if code in found:
                row.refuse(
                    Refused(name, "Is given twice, in two units. Keep one of them.")
                )
                continue
            try:
                number = measured.typed_number(cell, name)
                found[code] = measured.in_our_unit(number, unit, code, name)
            except Refused as refusal:
                row.refuse(refusal)
        self._drop_half_pressure(row, found)
        row.values += [
            SaidValue(
                key=key_of(key, code, at.isoformat()),
                code=code,
                value=value,
                effective_at=at,
            )
            for code, value in found.items()
        ]

    def _measured_at(self, named: dict[str, str], *, born: date) -> datetime:
        field = "measured_at"
        if not named.get(field):
            raise Refused(field, "Is missing. Say when the values were measured.")
        at = times.moment(named[field], field, zone=self._zone, order=self._order)
        times.check_measured(at, field, now=self._now, born=born)
        return at

    def _drop_half_pressure(self, row: Incoming, found: dict[str, Decimal]) -> None:
        """Both pressures or none, and the lower one below."""
        try:
            _check_pressures(found.get(SYSTOLIC), found.get(DIASTOLIC))
        except Refused as refusal:
            row.refuse(refusal)
            found.pop(SYSTOLIC, None)
            found.pop(DIASTOLIC, None)


def _check_pressures(systolic: Decimal | None, diastolic: Decimal | None) -> None:
    if systolic is not None and diastolic is not None:
        measured.check_pressures(systolic, diastolic, "diastolic_mmhg")
    elif systolic is not None or diastolic is not None:
        lacking = "diastolic_mmhg" if diastolic is None else "systolic_mmhg"
        raise Refused(lacking, "Is missing: both pressures of a reading are needed.")
