"""A FHIR R4 Questionnaire that an admin loads: read, checked, and why not, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from screening.importing import strict_json
from screening.importing.fhir_entries import Entry
from screening.importing.fhir_parts import validated
from screening.importing.incoming import FileRefused, Refused
from screening.importing.questionnaire_items import check_items
from screening.instruments import Instrument
from screening.instruments.reading import parse

LARGEST: Final = 1_000_000
"""Bytes of a file (ours); PCL-5 has about 50 000."""
LONGEST_TITLE: Final = 120
LONGEST_LICENCE: Final = 2000
NOT_JSON: Final = "This file is not JSON. Choose the FHIR R4 Questionnaire in JSON."
NO_RESOURCE: Final = "This is JSON, but not a FHIR resource: it has no “resourceType”."


@dataclass(frozen=True, slots=True)
class Read:
    """A file that can be used, as it will be kept."""

    source: str
    sha256: str
    title: str
    licence: str
    instrument: Instrument


def read(content: bytes) -> Read:
    """The questionnaire of a file; FileRefused says what is wrong and where."""
    document = _document(content)
    try:
        validated(Entry("", "", document))
        check_items(document)
    except Refused as refusal:
        raise FileRefused(_sentence(refusal)) from None
    title = " ".join(str(document.get("title") or document.get("name") or "").split())
    if not 0 < len(title) <= LONGEST_TITLE:
        raise FileRefused(
            f"title: the questionnaire needs a title of at most {LONGEST_TITLE} characters."
        )
    named = {"version": "", **document, "name": "", "title": title}
    return Read(
        source=content.decode("utf-8-sig"),
        sha256=sha256(content).hexdigest(),
        title=title,
        licence=str(document.get("copyright") or "").strip()[:LONGEST_LICENCE],
        instrument=parse(named),
    )


def _document(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST:
        raise FileRefused("The file is larger than 1 MB. Take pictures out of it.")
    try:
        document = strict_json.loads(content)
    except Refused as refusal:
        is_deep = refusal.reason == strict_json.TOO_DEEP
        raise FileRefused(refusal.reason if is_deep else NOT_JSON) from None
    if not isinstance(document, dict) or "resourceType" not in document:
        raise FileRefused(NO_RESOURCE)
    kind = document["resourceType"]
    if kind != "Questionnaire":
        said = kind if isinstance(kind, str) and kind.isalpha() else "something else"
        raise FileRefused(f"This is FHIR, but a {said[:40]}. Choose a Questionnaire.")
    return _plain(document)


def _plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """Without what a reader of R4 may leave out: the narrative and what is contained."""
    return {
        name: value
        for name, value in document.items()
        if name not in {"text", "contained"}
    }


def _sentence(refusal: Refused) -> str:
    where = f"{refusal.field}: " if refusal.field else ""
    words = refusal.reason
    return f"{where}{words[:1].lower()}{words[1:]}" if where else words


def words_of(instrument: Instrument) -> Iterator[str]:
    """How many questions, how many with points, for the page that asks to publish."""
    total, scored = len(instrument.items), len(instrument.scored_items)
    yield f"{total} {'question' if total == 1 else 'questions'}"
    yield f"{scored} with points" if scored else "none with points"
    gated = sum(1 for item in instrument.items if item.gates)
    if gated:
        yield f"{gated} asked only after certain answers"
