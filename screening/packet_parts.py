"""What a part of a packet is: its title, its kind, and about how long it takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from screening import instruments
from screening.enums import PacketSection
from screening.models import InstrumentDefinition
from screening.questions import HISTORY_SECTIONS, MINUTES

ITEMS_A_MINUTE: Final = 4
"""About how fast a questionnaire is filled in (ours)."""


class PartKind(StrEnum):
    IDENTITY = "identity"
    PEOPLE = "people"
    CONTACT = "contact"
    HISTORY = "history"
    MEDICATIONS = "medications"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True)
class Part:
    """``key`` is a code of PacketSection or the key of a questionnaire."""

    key: str
    kind: PartKind
    title: str
    minutes: int

    @property
    def section(self) -> PacketSection:
        """ValueError for a questionnaire that is no section of its own."""
        return PacketSection(self.key)


MEASURES: Final = frozenset({PacketSection.PHQ9, PacketSection.GAD7})
_SIMPLE: Final = {
    PacketSection.IDENTITY: PartKind.IDENTITY,
    PacketSection.PEOPLE: PartKind.PEOPLE,
    PacketSection.CONTACT: PartKind.CONTACT,
    PacketSection.MEDICATIONS: PartKind.MEDICATIONS,
    **dict.fromkeys(HISTORY_SECTIONS, PartKind.HISTORY),
    **dict.fromkeys(MEASURES, PartKind.MEASURE),
}


def part_of(key: str) -> Part:
    """The part of this key; what is neither a section nor shipped keeps its key as title."""
    if key in PacketSection.values:
        section = PacketSection(key)
        return Part(key, _SIMPLE[section], _(section.label), MINUTES[section])
    try:
        instrument = instruments.load(key)
    except instruments.UnknownInstrument:
        return Part(key, PartKind.MEASURE, key, 3)
    minutes = max(1, round(len(instrument.items) / ITEMS_A_MINUTE))
    return Part(key, PartKind.MEASURE, instrument.title, minutes)


def parts_of(keys: Iterable[str]) -> list[Part]:
    return [part_of(key) for key in keys]


def known_instruments() -> dict[str, str]:
    """Key and title of every questionnaire that can be put into a packet; one query."""
    shipped = {one.fhir_id: one.title for one in instruments.all_instruments()}
    loaded = InstrumentDefinition.objects.active().values_list("key", "title")
    return shipped | dict(loaded)
