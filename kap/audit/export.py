"""The history as CSV: quoted, and with nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from kap.audit.queries import HistoryLine

HEAD = (
    "number",
    "time (UTC)",
    "who",
    "roles",
    "did",
    "part of the record",
    "patient",
    "about",
    "outcome",
    "reason",
    "address",
)
RISKY = ("=", "+", "-", "@", "\t", "\r", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What begins a formula, also in full-width forms."""


def harmless(text: str) -> str:
    """A text that a spreadsheet shows and does not run."""
    return f"'{text}" if text.lstrip(" ").startswith(RISKY) else text


def as_csv(lines: Iterable[HistoryLine]) -> Iterator[str]:
    yield _row(HEAD)
    for line in lines:
        yield _row(
            (
                str(line.seq),
                line.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                line.who,
                line.roles,
                line.action,
                line.category,
                line.patient,
                line.about,
                "refused" if line.refused else "done",
                line.reason,
                line.ip,
            )
        )


def _row(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow([harmless(cell) for cell in cells])
    return out.getvalue()
