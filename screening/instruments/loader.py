"""Finds the questionnaires that ship with the product: free ones, and licensed packs."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from screening.instruments.definition import Instrument
from screening.instruments.reading import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

FREE: Final = Path(__file__).parent / "data"
PACKS: Final = Path(__file__).parent / "packs"
"""Third-party content under licences of its own; each folder says which."""


class UnknownInstrument(LookupError):
    """No questionnaire has this key."""


@cache
def _questionnaires() -> Mapping[str, dict[str, Any]]:
    paths = [*FREE.glob("*.json"), *PACKS.glob("*/questionnaire.json")]
    loaded = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(paths))
    return MappingProxyType({document["name"]: document for document in loaded})


@cache
def _instruments() -> Mapping[str, Instrument]:
    """By key and by FHIR id."""
    found = [parse(document) for document in _questionnaires().values()]
    return MappingProxyType(
        {name: one for one in found for name in (one.key, one.fhir_id)}
    )


@cache
def all_instruments() -> tuple[Instrument, ...]:
    """Every questionnaire, by title."""
    return tuple(sorted(set(_instruments().values()), key=lambda known: known.title))


def is_shipped(key: str) -> bool:
    """Whether a key (``phq9``) or FHIR id (``phq-9``) is one of the product's own."""
    return key in _instruments()


def load(key: str) -> Instrument:
    """The questionnaire with this key (``phq9``) or FHIR id (``phq-9``)."""
    found = _instruments().get(key)
    if found is None:
        known = ", ".join(sorted(_questionnaires()))
        raise UnknownInstrument(
            f"There is no questionnaire {key!r}. There are: {known}."
        )
    return found


def questionnaire(key: str) -> dict[str, Any]:
    """A fresh copy of the FHIR R4 Questionnaire itself, for export."""
    return dict(json.loads(json.dumps(_questionnaires()[load(key).key])))


def licence_note(pack: str) -> str:
    """The licence of a pack, as its folder says it."""
    return (PACKS / pack / "LICENSE").read_text(encoding="utf-8")
