"""What a file is, by its content and never by its name."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from screening.enums import ImportKind
from screening.importing import strict_json
from screening.importing.fhir_entries import BundleEntries, LineEntries
from screening.importing.fhir_source import FhirSource
from screening.importing.incoming import LARGEST_BYTES, FileRefused, Refused, Source
from screening.importing.table import TableSource

LOOKED_AT: Final = 1_000_000
BOM: Final = b"\xef\xbb\xbf"
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
NO_TEXT: Final = (
    "This file is neither text nor JSON. Choose a CSV file or a FHIR R4 file (JSON)."
)


def check_file(path: Path) -> int:
    """The size of a file that can be read at all."""
    try:
        if path.is_dir():
            raise FileRefused("This is a folder. Name a file.")
        if not path.exists():
            raise FileRefused("There is no such file.")
        if not path.is_file():
            raise FileRefused("This is no ordinary file.")
        with path.open("rb"):
            size = path.stat().st_size
    except (OSError, ValueError):
        raise FileRefused("This file cannot be opened.") from None
    if not size:
        raise FileRefused("The file is empty.")
    if size > LARGEST_BYTES:
        raise FileRefused("The file is larger than 200 MB. Split it.")
    return size


def kind_of(path: Path) -> ImportKind:
    """CSV, a FHIR document, or FHIR resources line by line; FileRefused for anything else."""
    with path.open("rb") as file:
        head = file.read(LOOKED_AT)
    if head.startswith(UTF16):
        raise FileRefused(
            "This file is UTF-16. Save it as UTF-8 (in a spreadsheet: CSV UTF-8)."
        )
    began = head.removeprefix(BOM).lstrip()
    if not began:
        raise FileRefused("The file is empty.")
    if began[:1] in (b"{", b"["):
        return ImportKind.FHIR_NDJSON if _is_by_lines(began) else ImportKind.FHIR_JSON
    if _is_binary(began):
        raise FileRefused(NO_TEXT)
    return ImportKind.CSV


def _is_by_lines(began: bytes) -> bool:
    """Whether one of the first two lines is a resource of its own, and there are several lines."""
    lines = [line for line in began.split(b"\n", 3) if line.strip()]
    return len(lines) > 1 and any(map(_is_resource, lines[:2]))


def _is_resource(line: bytes) -> bool:
    try:
        found = strict_json.loads(line)
    except Refused:
        return False
    return isinstance(found, dict) and "resourceType" in found


def _is_binary(began: bytes) -> bool:
    """A first line with control characters, or one that is not even UTF-8, is no table's."""
    first = began[:4096].splitlines()[0]
    if any(byte < 9 or 14 <= byte < 32 for byte in first):
        return True
    try:
        first.decode()
    except UnicodeDecodeError as error:
        return error.start < len(first) - 3
    return False


def source_of(
    path: Path, kind: str, *, zone: ZoneInfo, now: datetime, order: str
) -> Source:
    if kind == ImportKind.CSV:
        return TableSource(path, zone=zone, now=now, order=order)
    entries = BundleEntries(path) if kind == ImportKind.FHIR_JSON else LineEntries(path)
    return FhirSource(entries, zone=zone, now=now)
