"""Finds the questionnaires that ship with the product."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from screening.instruments.definition import Instrument, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA: Final = Path(__file__).parent / "data"


class UnknownInstrument(LookupError):
    """No questionnaire has this key."""


@cache
def _questionnaires() -> Mapping[str, dict[str, Any]]:
    loaded = (
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(DATA.glob("*.json"))
    )
    return MappingProxyType({document["name"]: document for document in loaded})


@cache
def _instruments() -> Mapping[str, Instrument]:
    return MappingProxyType(
        {key: parse(document) for key, document in _questionnaires().items()}
    )


def all_instruments() -> tuple[Instrument, ...]:
    """Every questionnaire, by title."""
    return tuple(sorted(_instruments().values(), key=lambda known: known.title))


def load(key: str) -> Instrument:
    """The questionnaire with this key (``phq9``) or FHIR id (``phq-9``)."""
    return _instruments()[_known(key)]


def questionnaire(key: str) -> dict[str, Any]:
    """A fresh copy of the FHIR R4 Questionnaire itself, for export."""
    return dict(json.loads(json.dumps(_questionnaires()[_known(key)])))


def _known(key: str) -> str:
    for name, document in _questionnaires().items():
        if key in {name, document["id"]}:
            return name
    known = ", ".join(sorted(_questionnaires()))
    raise UnknownInstrument(f"There is no questionnaire {key!r}. There are: {known}.")
