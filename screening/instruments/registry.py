"""Finds the scoring module of a questionnaire by its key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from screening.instruments import audit, cssrs, dast10, gad7, pcl5, peg, phq9, who5
from screening.instruments.change import ChangeRules
from screening.instruments.loader import UnknownInstrument, load
from screening.instruments.scoring import Score, ScoringRule


@dataclass(frozen=True, slots=True)
class _Entry:
    score: Callable[[Mapping[str, int | None]], Score]
    scoring: ScoringRule
    change: ChangeRules | None = None


_ENTRIES: Final[Mapping[str, _Entry]] = {
    phq9.KEY: _Entry(phq9.score, phq9.SCORING, phq9.CHANGE),
    gad7.KEY: _Entry(gad7.score, gad7.SCORING, gad7.CHANGE),
    pcl5.KEY: _Entry(pcl5.score, pcl5.SCORING, pcl5.CHANGE),
    pcl5.WEEK_KEY: _Entry(pcl5.score, pcl5.SCORING, pcl5.CHANGE),
    peg.KEY: _Entry(peg.score, peg.SCORING, peg.CHANGE),
    audit.SHORT_KEY: _Entry(audit.score_short, audit.SHORT),
    audit.KEY: _Entry(audit.score, audit.SCORING),
    dast10.KEY: _Entry(dast10.score, dast10.SCORING),
    cssrs.KEY: _Entry(cssrs.score, cssrs.SCORING),
    who5.KEY: _Entry(who5.score, who5.SCORING, who5.CHANGE),
}


def score(key: str, answers: Mapping[str, int | None], *, sex: str = "") -> Score:
    """Score the answers of the questionnaire ``key``, by link id.

    ``sex`` (FHIR administrative gender) moves the bound of AUDIT-C alone.
    """
    entry = _entry(key)
    if entry.scoring is audit.SHORT:
        return audit.score_short(answers, sex=sex)
    return entry.score(answers)


def scoring(key: str) -> ScoringRule:
    return _entry(key).scoring


def change_rules(key: str) -> ChangeRules:
    """The rules of change; UnknownInstrument where none are published."""
    found = change_rules_if_any(key)
    if found is None:
        raise UnknownInstrument(f"No rules of change are published for {key!r}.")
    return found


def change_rules_if_any(key: str) -> ChangeRules | None:
    return _entry(key).change


def _entry(key: str) -> _Entry:
    return _ENTRIES[load(key).key]
