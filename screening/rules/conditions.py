"""The small language in which a rule says when it applies.

Machine form of clinical reference 3.6: nested ``all`` and ``any`` of
``[field, operator, value]``.  A missing answer makes a test false, except for
``missing`` and ``not_true``; that is why required answers are checked beside it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from screening.rules.facts import FIELD_KINDS, FIELD_NAMES, MISSING, Facts


class RuleRefused(ValueError):
    """A rule that cannot be understood; the sentence says where."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of one answer."""

    field: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]


Condition = Comparison | AllOf | AnyOf


_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "between": lambda value, limits: bool(limits[0] <= value <= limits[1]),
    "in": lambda value, limits: value in limits,
    "contains_any": lambda value, limits: not value.isdisjoint(limits),
}
_OF_DATES: Final[Mapping[str, Callable[[date, date], bool]]] = {
    "within_days": operator.ge,
    "older_than_days": operator.lt,
}
"""The answer against the day so many days before the evaluation."""
_ABSENT: Final = ("missing", "not_true")
"""Operators that may be true without an answer."""

OPERATORS: Final = frozenset({*_COMPARE, *_OF_DATES, *_ABSENT, "not_empty"})

_OF_NUMBERS: Final = frozenset(
    {"eq", "ne", "lt", "lte", "gt", "gte", "between", "in", "missing"}
)
_FITTING: Final[Mapping[str, frozenset[str]]] = {
    "YesNo": frozenset({"eq", "ne", *_ABSENT}),
    "Count": _OF_NUMBERS,
    "Amount": _OF_NUMBERS,
    "Word": frozenset({"eq", "ne", "in", "missing"}),
    "Codes": frozenset({"contains_any", "not_empty", "missing"}),
    "Day": frozenset({*_OF_DATES, "missing"}),
}
"""Which comparison an answer of which kind can stand; others fail on some patient."""


def parse_condition(node: Any) -> Condition:
    """Read the JSON form; RuleRefused for an unknown field, operator or shape."""
    match node:
        case {"all": [*parts]} if parts and len(node) == 1:
            return AllOf(tuple(parse_condition(part) for part in parts))
        case {"any": [*parts]} if parts and len(node) == 1:
            return AnyOf(tuple(parse_condition(part) for part in parts))
        case [str(field), str(comparison), value]:
            return _comparison(field, comparison, value)
    raise RuleRefused(f"This condition cannot be read: {node!r}")


def _comparison(field: str, name: str, value: Any) -> Comparison:
    if field not in FIELD_NAMES:
        raise RuleRefused(f"No answer is called {field!r}.")
    if name not in OPERATORS:
        raise RuleRefused(f"No comparison is called {name!r}.")
    kind = FIELD_KINDS[field]
    if name not in _FITTING[kind] or not _is_fit(kind, name, value):
        raise RuleRefused(f"{field!r} cannot be compared so: {name} {value!r}.")
    return Comparison(field, name, _exact(value))


def _is_fit(kind: str, name: str, value: Any) -> bool:
    """Whether the limit is of the kind that the comparison needs."""
    if name in {*_ABSENT, "not_empty"}:
        return True
    if name in {"in", "contains_any", "between"}:
        many = isinstance(value, list) and bool(value)
        pair = name != "between" or (many and len(value) == 2)
        return many and pair and all(_is_limit(kind, entry) for entry in value)
    return _is_limit("Count" if name in _OF_DATES else kind, value)


def _is_limit(kind: str, value: Any) -> bool:
    if isinstance(value, bool) or kind == "YesNo":
        return isinstance(value, bool) and kind == "YesNo"
    wanted = (int, float) if kind in {"Count", "Amount"} else str
    return isinstance(value, wanted)


def _exact(value: Any) -> Any:
    """Decimal fractions as they are written: 0.1 is a tenth, not its binary neighbor."""
    if isinstance(value, list):
        return tuple(_exact(entry) for entry in value)
    return Decimal(str(value)) if isinstance(value, float) else value


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Every comparison in a condition, in reading order."""
    if isinstance(condition, Comparison):
        yield condition
    else:
        for part in condition.parts:
            yield from comparisons(part)


def truth(condition: Condition, facts: Facts, on: date) -> bool | None:
    """True, False, or None when an answer is missing that would settle it.

    Only True counts as a hit.  Without negation in the language this is what 3.6
    says (a missing answer makes a test false), and None tells an open rule from one
    that was looked at and passed.
    """
    if isinstance(condition, Comparison):
        return _test_truth(condition, facts.get(condition.field), on)
    decisive = isinstance(condition, AnyOf)
    settled: bool | None = not decisive
    for part in condition.parts:
        answer = truth(part, facts, on)
        if answer is decisive:
            return decisive
        if answer is None:
            settled = None
    return settled


def _test_truth(test: Comparison, value: Any, on: date) -> bool | None:
    absent = value is MISSING or value is None
    if test.operator == "missing":
        return absent
    if test.operator == "not_true":
        return absent or value is False
    if value is MISSING:
        return None
    return value is not None and _compares(test, value, on)


def _compares(test: Comparison, value: Any, on: date) -> bool:
    if test.operator == "not_empty":
        return bool(value)
    if test.operator in _OF_DATES:
        return _OF_DATES[test.operator](value, on - timedelta(days=test.value))
    return _COMPARE[test.operator](value, test.value)


def holds(condition: Condition, facts: Facts, on: date) -> bool:
    """Whether the condition is true of these facts on this day."""
    return truth(condition, facts, on) is True


def undecided(condition: Condition, facts: Facts, on: date) -> tuple[str, ...]:
    """The unanswered fields that keep a condition open, each once."""
    return tuple(dict.fromkeys(_undecided(condition, facts, on)))


def _undecided(condition: Condition, facts: Facts, on: date) -> Iterator[str]:
    if truth(condition, facts, on) is not None:
        return
    if isinstance(condition, Comparison):
        yield condition.field
        return
    for part in condition.parts:
        yield from _undecided(part, facts, on)


def witnesses(condition: Condition, facts: Facts, on: date) -> tuple[str, ...]:
    """The fields whose answers make the condition true, each once."""
    true = (test.field for test in comparisons(condition) if holds(test, facts, on))
    return tuple(dict.fromkeys(true))
