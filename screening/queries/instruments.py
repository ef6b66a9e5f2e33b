"""Questionnaires as the database knows them: shipped, switched on, loaded by the clinic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, cast
from uuid import UUID

from screening import instruments
from screening.codes import INSTRUMENT_OF
from screening.enums_instruments import DefinitionStatus
from screening.importing import strict_json
from screening.instruments import Answers, ChangeRules, Instrument, Score, loaded
from screening.instruments.reading import parse
from screening.models import (
    InstrumentDefinition,
    InstrumentSetting,
    QuestionnaireResponse,
)

OFF_UNLESS_CHOSEN: Final = frozenset({"who-5"})
"""Packs that a site has to switch on: a commercial clinic forms its own view (5.8)."""


def instrument_of(response: QuestionnaireResponse) -> Instrument:
    """The edition that this response was, or is being, answered under."""
    return edition(response.instrument, response.definition_id)


def edition(key: str, definition_id: UUID | None) -> Instrument:
    return instruments.load(key) if definition_id is None else _loaded(definition_id)


@lru_cache(maxsize=128)
def _loaded(definition_id: UUID) -> Instrument:
    """Text never changes once loaded, so that it may be kept."""
    return read_definition(InstrumentDefinition.objects.get(pk=definition_id))


def read_definition(row: InstrumentDefinition) -> Instrument:
    """The stored file as an instrument, under the key, title and licence it was loaded with."""
    document = strict_json.loads(row.source.encode())
    named = {
        **document,
        "name": row.key,
        "title": row.title,
        "version": str(row.edition),
    }
    return replace(
        parse(named), fhir_id=row.key, licence=row.licence, kind=row.scoring, pack=""
    )


def score_of(instrument: Instrument, answers: Answers, *, sex: str = "") -> Score:
    """Score by the shipped module, or as the admin chose; AnswerRefused otherwise."""
    if instrument.kind:
        return loaded.score(instrument, answers)
    return instruments.score(
        instrument.key, cast("Mapping[str, int | None]", answers), sex=sex
    )


def check_answer(instrument: Instrument, answers: Answers) -> None:
    """AnswerRefused for an answer that the questionnaire does not offer."""
    score_of(instrument, answers)


def safety_link_id(instrument: Instrument) -> str | None:
    """The item that must be answered by a person; none in what a clinic loads itself."""
    if instrument.kind:
        return None
    return instruments.scoring(instrument.key).safety_link_id


def code_of(instrument: Instrument) -> str:
    """The code its score is kept under."""
    if instrument.kind:
        return loaded.code_of(instrument.key)
    return instruments.scoring(instrument.key).total_loinc


def change_rules_of(instrument: Instrument) -> ChangeRules | None:
    return None if instrument.kind else instruments.change_rules_if_any(instrument.key)


@dataclass(frozen=True, slots=True)
class Askable:
    """One questionnaire that may be asked for at a site."""

    key: str
    """What ``request_measures`` and packet templates take: ``phq-9``."""
    instrument: Instrument
    definition_id: UUID | None = None

    @property
    def title(self) -> str:
        return self.instrument.title


def askable(site_id: UUID) -> list[Askable]:
    """What a site uses, by title: free ones, packs that are on, loaded ones.  Two queries."""
    settings = settings_of(site_id)
    found = [
        Askable(one.fhir_id, one)
        for one in instruments.all_instruments()
        if is_on(one.fhir_id, settings)
    ]
    rows = InstrumentDefinition.objects.active().values_list("key", "pk")
    found += [Askable(key, _loaded(pk), pk) for key, pk in rows if is_on(key, settings)]
    return sorted(found, key=lambda one: one.title)


def is_askable(key: str, site_id: UUID) -> bool:
    """Whether a site uses it; at most two queries."""
    if not is_on(key, settings_of(site_id)):
        return False
    return instruments.is_shipped(key) or current_definition(key) is not None


def current_definition(key: str) -> InstrumentDefinition | None:
    """The edition of a loaded questionnaire that is asked now."""
    if instruments.is_shipped(key):
        return None
    return InstrumentDefinition.objects.active().filter(key=key).first()


def settings_of(site_id: UUID) -> dict[str, bool]:
    rows = InstrumentSetting.objects.filter(site=site_id)
    return dict(rows.values_list("key", "is_on"))


def is_on(key: str, settings: Mapping[str, bool]) -> bool:
    """By the site's own choice; without one every questionnaire but those is on."""
    return settings.get(key, key not in OFF_UNLESS_CHOSEN)


def loaded_titles() -> dict[str, str]:
    """The titles of loaded questionnaires by key, the newest edition's; one query."""
    rows = InstrumentDefinition.objects.exclude(status=DefinitionStatus.DRAFT)
    return dict(rows.order_by("edition").values_list("key", "title"))


def code_for_key(key: str) -> str:
    """The code a questionnaire's score is kept under, by the key of its responses."""
    return INSTRUMENT_OF.get(key) or loaded.code_of(key)
