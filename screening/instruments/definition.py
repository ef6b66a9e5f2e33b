"""What a questionnaire is made of, read from its FHIR R4 ``Questionnaire``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

ORDINAL_VALUE: Final = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
UNSCORED: Final = "urn:kap:extension:unscored"
"""Marks an item that is asked and kept but adds nothing to the total."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: its value in points, its LOINC answer code, its official words."""

    value: int
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One question in its official wording."""

    link_id: str
    number: str
    text: str
    loinc: str
    options: tuple[Option, ...]
    required: bool
    scored: bool

    def option(self, value: int) -> Option | None:
        """The option with this value, or None when the item offers no such answer."""
        return next((option for option in self.options if option.value == value), None)


@dataclass(frozen=True, slots=True)
class Instrument:
    """One edition of one questionnaire.  The text is never edited."""

    key: str
    version: str
    title: str
    description: str
    stem: str
    items: tuple[Item, ...]
    panel_loinc: str
    url: str
    licence: str

    @property
    def scored_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.scored)

    def item(self, link_id: str) -> Item:
        """The item with this link id; KeyError when there is none."""
        for item in self.items:
            if item.link_id == link_id:
                return item
        raise KeyError(link_id)


def parse(questionnaire: Mapping[str, Any]) -> Instrument:
    """Read a FHIR R4 Questionnaire whose first item is the group under the stem."""
    items = questionnaire["item"]
    return Instrument(
        key=questionnaire["name"],
        version=questionnaire["version"],
        title=questionnaire["title"],
        description=questionnaire["description"],
        stem=items[0]["text"],
        items=tuple(_items(items)),
        panel_loinc=questionnaire["code"][0]["code"],
        url=questionnaire["url"],
        licence=questionnaire["copyright"],
    )


def _items(nodes: Sequence[Mapping[str, Any]]) -> Iterator[Item]:
    for node in nodes:
        if node["type"] == "group":
            yield from _items(node["item"])
        else:
            yield _item(node)


def _item(node: Mapping[str, Any]) -> Item:
    return Item(
        link_id=node["linkId"],
        number=node["prefix"],
        text=node["text"],
        loinc=node["code"][0]["code"],
        options=tuple(_option(entry["valueCoding"]) for entry in node["answerOption"]),
        required=node["required"],
        scored=_extension(node, UNSCORED, "valueBoolean") is not True,
    )


def _option(coding: Mapping[str, Any]) -> Option:
    return Option(
        value=int(_extension(coding, ORDINAL_VALUE, "valueDecimal")),
        code=coding["code"],
        text=coding["display"],
    )


def _extension(node: Mapping[str, Any], url: str, slot: str) -> Any:
    extensions = node.get("extension", ())
    return next((found[slot] for found in extensions if found["url"] == url), None)
