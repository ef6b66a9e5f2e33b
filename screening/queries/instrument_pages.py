"""Questionnaires as the admin's pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from screening import instruments
from screening.enums_instruments import DefinitionStatus, ScoringKind
from screening.importing.questionnaires import words_of
from screening.instruments import Instrument, Item, loaded
from screening.models import InstrumentDefinition
from screening.queries.instruments import is_on, settings_of


@dataclass(frozen=True, slots=True)
class Line:
    """One questionnaire that may be used at a site."""

    key: str
    title: str
    about: str
    sort: str
    licence: str
    is_on: bool
    url: str


def catalogue(site_id: UUID, rows: Sequence[InstrumentDefinition]) -> list[Line]:
    """Free ones, licensed packs, and what the clinic loaded and published; one query."""
    settings = settings_of(site_id)
    found = [_shipped(one, settings) for one in instruments.all_instruments()]
    for row in rows:
        if row.status == DefinitionStatus.ACTIVE:
            url = reverse("screening:questionnaire", args=[row.pk])
            edition = f"edition {row.edition}"
            on = is_on(row.key, settings)
            found.append(
                Line(row.key, row.title, edition, "Loaded here", row.licence, on, url)
            )
    return sorted(found, key=lambda line: line.title)


def _shipped(one: Instrument, settings: dict[str, bool]) -> Line:
    return Line(
        key=one.fhir_id,
        title=one.title,
        about=one.description,
        sort="Licensed pack" if one.pack else "Free",
        licence=one.licence.split(" This material contains", 1)[0],
        is_on=is_on(one.fhir_id, settings),
        url=reverse("screening:questionnaire_shipped", args=[one.fhir_id]),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """One item of the preview."""

    item: Item
    lead: str
    number: int
    condition: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A questionnaire as a patient sees it, and how it is scored."""

    instrument: Instrument
    items: list[Asked]
    facts: list[str]


def preview(instrument: Instrument) -> Preview:
    items, said = [], ""
    for number, item in enumerate(instrument.items, start=1):
        lead = "" if item.lead == said else item.lead
        said = item.lead
        items.append(Asked(item, lead, number, _condition(instrument, item)))
    facts = [*words_of(instrument), _scoring(instrument)]
    return Preview(instrument, items, facts)


def _condition(instrument: Instrument, item: Item) -> str:
    """On which questions it depends, in words; empty for one that everybody is asked."""
    links = [one.link_id for one in instrument.items]
    on = sorted(
        {
            links.index(condition.link_id) + 1
            for gate in item.gates
            for condition in gate.conditions
        }
    )
    if not on:
        return ""
    which = " and ".join(str(number) for number in on)
    return f"Asked only after certain answers to {which}"


def _scoring(instrument: Instrument) -> str:
    if not instrument.kind:
        return f"scored from 0 to {instruments.scoring(instrument.key).maximum}"
    words = ScoringKind(instrument.kind).label
    most = loaded.maximum(instrument)
    return f"{words[:1].lower()}{words[1:]}" + (f", at most {most}" if most else "")
