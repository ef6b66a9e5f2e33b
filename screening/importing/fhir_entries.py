"""The resources of a FHIR file one by one: of a Bundle in memory, of lines by their offsets."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from screening.importing import strict_json
from screening.importing.incoming import FileRefused, Refused

URN: Final = re.compile(r"urn:uuid:[0-9a-fA-F-]{36}")
LONGEST_LINE: Final = 20_000_000
NOT_FHIR: Final = "This is JSON, but not FHIR R4: it is neither a Patient nor a Bundle."
NOT_JSON: Final = "This file is not JSON. Export it again, or choose the right file."
NESTED: Final = "Is a Bundle inside the file. Import it as a file of its own."
NO_RESOURCE: Final = "Holds no FHIR resource."


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource and where it stands."""

    place: str
    full_url: str
    resource: dict[str, Any]

    @property
    def kind(self) -> str:
        kind = self.resource.get("resourceType")
        return kind if isinstance(kind, str) else ""

    @property
    def names(self) -> list[str]:
        """Every reference under which others may name this resource."""
        own = self.resource.get("id")
        names = [self.full_url] if self.full_url else []
        if isinstance(own, str) and own:
            names += [f"{self.kind}/{own}", f"urn:uuid:{own}"]
        return names


class Entries(Protocol):
    def __len__(self) -> int: ...

    def place(self, number: int) -> str:
        """``entry 7 (urn:uuid:…)`` or ``line 12``."""

    def get(self, number: int) -> Entry:
        """Raises Refused when there is no resource."""


def _resource(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or not isinstance(given.get("resourceType"), str):
        raise Refused("", NO_RESOURCE)
    if given["resourceType"] == "Bundle":
        raise Refused("", NESTED)
    return given


class BundleEntries:
    """A Patient or a Bundle, loaded whole."""

    def __init__(self, path: Path) -> None:
        try:
            content = strict_json.loads(path.read_bytes())
        except Refused as refusal:
            deep = refusal.reason == strict_json.TOO_DEEP
            sentence = (
                "This file is nested too deeply to be FHIR." if deep else NOT_JSON
            )
            raise FileRefused(sentence) from None
        self._entries = self._unfolded(content)

    @staticmethod
    def _unfolded(content: Any) -> list[Any]:
        if not isinstance(content, dict):
            raise FileRefused(NOT_FHIR)
        if content.get("resourceType") == "Patient":
            return [{"resource": content}]
        if content.get("resourceType") != "Bundle":
            raise FileRefused(NOT_FHIR)
        entries = content.get("entry", [])
        if not isinstance(entries, list):
            raise FileRefused(
                "This Bundle's entries are no list, so it is not FHIR R4."
            )
        if not entries:
            raise FileRefused("This Bundle is empty: it has no entries.")
        return entries

    def __len__(self) -> int:
        return len(self._entries)

    def _full_url(self, number: int) -> str:
        entry = self._entries[number]
        url = entry.get("fullUrl") if isinstance(entry, dict) else ""
        return url if isinstance(url, str) else ""

    def place(self, number: int) -> str:
        url = self._full_url(number)
        return f"entry {number + 1}" + (f" ({url})" if URN.fullmatch(url) else "")

    def get(self, number: int) -> Entry:
        entry = self._entries[number]
        given = entry.get("resource") if isinstance(entry, dict) else None
        return Entry(self.place(number), self._full_url(number), _resource(given))


class LineEntries:
    """One resource a line; only where each line begins stays in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offsets, self._lines = array("Q"), array("L")
        at = 0
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip(b"\xef\xbb\xbf \t\r\n"):
                    self._offsets.append(at)
                    self._lines.append(number)
                at += len(line)

    def __len__(self) -> int:
        return len(self._offsets)

    def place(self, number: int) -> str:
        return f"line {self._lines[number]}"

    def get(self, number: int) -> Entry:
        with self._path.open("rb") as file:
            file.seek(self._offsets[number])
            line = file.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise Refused("", "This line is too long for one resource.")
        given = strict_json.loads(line.removeprefix(b"\xef\xbb\xbf"))
        return Entry(self.place(number), "", _resource(given))
