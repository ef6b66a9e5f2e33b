"""Reading a table row by row: any separator of ours, quoted line ends, bounded in memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

LONGEST_LINE: Final = 200_000
MOST_LINES_OF_A_ROW: Final = 2_000
SEPARATORS: Final = (",", ";")

TOO_LONG: Final = "Is far too long for one row. Is a quotation mark missing?"
MANGLED: Final = "Cannot be read as a row. Is a quotation mark missing?"


class RowUnreadable(Exception):
    """This row is no row; reading goes on below it."""


class _Lines:
    """Lines with their ends, counted; one that never ends is refused, not kept."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.number = 0
        self.row_began = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) >= LONGEST_LINE:
            self._skip_the_rest(line)
            raise RowUnreadable(TOO_LONG)
        if self.number - self.row_began > MOST_LINES_OF_A_ROW:
            raise RowUnreadable(TOO_LONG)
        return line

    def _skip_the_rest(self, line: str) -> None:
        while line and not line.endswith(("\n", "\r")):
            line = self._file.readline(LONGEST_LINE)


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """The file as text; bytes that are not UTF-8 become marks that ``texts`` refuses."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        yield file


def separator_of(path: Path) -> str:
    """A semicolon when the first line has more of them than commas, as some spreadsheets write."""
    with opened(path) as file:
        first = file.readline(LONGEST_LINE)
    return max(SEPARATORS, key=first.count)


def rows(file: TextIO, *, separator: str) -> Iterator[tuple[int, list[str] | str]]:
    """Each row with the number of its first line: its cells, or why it cannot be read.

    Empty lines are left out.
    """
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=separator)
    while True:
        began = lines.number + 1
        lines.row_began = lines.number
        try:
            cells = next(reader)
        except StopIteration:
            return
        except RowUnreadable as reason:
            yield began, str(reason)
        except csv.Error:
            yield began, MANGLED
        else:
            if any(cell.strip() for cell in cells):
                yield began, cells
