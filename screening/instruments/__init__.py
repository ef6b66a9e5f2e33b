"""Questionnaires in their official wording, and how each one is scored.

Wording lives in ``data/*.json`` as FHIR R4 ``Questionnaire``; scoring in one pure
module for each instrument.  Licences and sources: ``docs/instruments.md``.
"""

from __future__ import annotations

from screening.instruments.change import Change, ChangeRules, assess_change
from screening.instruments.definition import Instrument, Item, Option
from screening.instruments.loader import UnknownInstrument, all_instruments, load
from screening.instruments.registry import change_rules, score, scoring
from screening.instruments.scoring import (
    AnswerRefused,
    Score,
    ScoreStatus,
    Severity,
    Syndrome,
)

__all__ = [
    "AnswerRefused",
    "Change",
    "ChangeRules",
    "Instrument",
    "Item",
    "Option",
    "Score",
    "ScoreStatus",
    "Severity",
    "Syndrome",
    "UnknownInstrument",
    "all_instruments",
    "assess_change",
    "change_rules",
    "load",
    "score",
    "scoring",
]
