"""Questionnaires in their official wording, and how each one is scored.

Wording lives in ``data/*.json`` and, under licences of its own, in ``packs/*/`` as FHIR R4
``Questionnaire``; scoring in one pure module for each instrument.  Licences and sources:
``docs/instruments.md``.
"""

from __future__ import annotations

from screening.instruments.change import Change, ChangeRules, assess_change
from screening.instruments.definition import Answer, Answers, Instrument, Item, Option
from screening.instruments.loader import (
    UnknownInstrument,
    all_instruments,
    is_shipped,
    load,
)
from screening.instruments.registry import (
    change_rules,
    change_rules_if_any,
    score,
    scoring,
)
from screening.instruments.scoring import (
    AnswerRefused,
    Flag,
    Score,
    ScoreStatus,
    Severity,
    Subscale,
    Syndrome,
)

__all__ = [
    "Answer",
    "AnswerRefused",
    "Answers",
    "Change",
    "ChangeRules",
    "Flag",
    "Instrument",
    "Item",
    "Option",
    "Score",
    "ScoreStatus",
    "Severity",
    "Subscale",
    "Syndrome",
    "UnknownInstrument",
    "all_instruments",
    "assess_change",
    "change_rules",
    "change_rules_if_any",
    "is_shipped",
    "load",
    "score",
    "scoring",
]
