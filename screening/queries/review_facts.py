"""Where each fact of the review page comes from, in words: who or what, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from kap.patients.models import EpisodeOfCare
from screening import instruments
from screening.enums import ResponseMode
from screening.queries.answers import AnswerRow
from screening.queries.fact_sources import FactSource, SourceKind, kind_of_mode
from screening.queries.facts import Known, sourced_facts
from screening.questions_staff import ASKED_BY_FORM

_SEATED: Final = frozenset({"bp_sys_mean", "bp_dia_mean"})


@dataclass(frozen=True, slots=True)
class Origin:
    """``kind`` is patient, staff, measured, instrument or computed; ``words`` says it whole."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Sources:
    """Where each fact comes from.  ``facts`` may be empty: then only answers are known."""

    answers: Mapping[str, AnswerRow]
    zone: ZoneInfo
    facts: Mapping[str, FactSource] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """In words, with the day."""
        return self.origin(name).words

    def origin(self, name: str) -> Origin:
        row, found = self.answers.get(name), self.facts.get(name)
        if row is not None and (found is None or found.at == row.answered_at):
            return self._said(row)
        if found is None:
            return Origin(SourceKind.COMPUTED, "from the record")
        words = _what(name, found)
        if found.at is None:
            return Origin(found.kind, words)
        return Origin(found.kind, f"{words}, {self._day(found.at)}")

    def _said(self, row: AnswerRow) -> Origin:
        mode = ResponseMode(row.mode)
        who = row.by_name or "the patient"
        note = f"; {row.note}" if row.note else ""
        words = f"{who}, {mode.label.lower()}, {self._day(row.answered_at)}{note}"
        return Origin(kind_of_mode(row.mode), words)

    def _day(self, at: datetime) -> str:
        day: date = at.astimezone(self.zone).date()
        return date_format(day, "j M Y")


def _what(name: str, found: FactSource) -> str:
    if found.words:
        return found.words
    if found.kind is SourceKind.INSTRUMENT and name in ASKED_BY_FORM:
        return str(instruments.load(ASKED_BY_FORM[name]).title)
    if name in _SEATED:
        return "seated readings"
    return {
        SourceKind.MEASURED: "at the clinic",
        SourceKind.INSTRUMENT: "score",
    }.get(found.kind, "from the record")


def sources_of(known: Known, episode: EpisodeOfCare, *, on: date) -> Sources:
    """Of everything that is stored; costs no query."""
    facts = sourced_facts(known, episode, on=on)
    return Sources(known.answers, episode.site.zone, facts)
