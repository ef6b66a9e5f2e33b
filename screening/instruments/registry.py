"""Finds the scoring module of a questionnaire by its key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from screening.instruments import gad7, phq9
from screening.instruments.change import ChangeRules
from screening.instruments.loader import load
from screening.instruments.scoring import Score, ScoringRule


@dataclass(frozen=True, slots=True)
class _Entry:
    score: Callable[[Mapping[str, int | None]], Score]
    scoring: ScoringRule
    change: ChangeRules


_ENTRIES: Final[Mapping[str, _Entry]] = {
    phq9.KEY: _Entry(phq9.score, phq9.SCORING, phq9.CHANGE),
    gad7.KEY: _Entry(gad7.score, gad7.SCORING, gad7.CHANGE),
}


def score(key: str, answers: Mapping[str, int | None]) -> Score:
    """Score the answers of the questionnaire ``key``, by link id."""
    return _entry(key).score(answers)


def scoring(key: str) -> ScoringRule:
    return _entry(key).scoring


def change_rules(key: str) -> ChangeRules:
    return _entry(key).change


def _entry(key: str) -> _Entry:
    return _ENTRIES[load(key).key]
