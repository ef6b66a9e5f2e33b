"""Changing the rules: their limits as plain numbers, and what differs between editions.

Clinical reference 3.5 item 7.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from screening.rules.fact_words import UNITS, label
from screening.rules.rule_set import Outcome

Entry = Mapping[str, Any]
Number = int | float

TEXTS: Final = ("hit", "passed", "why", "next_step", "suggestion")
OUTCOME_WORD: Final = {
    Outcome.EXCLUDE: "excludes",
    Outcome.REVIEW: "needs review",
    Outcome.CAUTION: "caution",
    Outcome.PATHWAY: "safety pathway",
    Outcome.PATHWAY_AND_REVIEW: "safety pathway and review",
    Outcome.INFO: "note",
    Outcome.INCOMPLETE: "incomplete",
}
_WORDS: Final = {
    "lt": "below",
    "lte": "at most",
    "gt": "above",
    "gte": "at least",
    "eq": "equal to",
    "within_days": "within the last",
    "older_than_days": "longer ago than",
}
_DAYS: Final = frozenset({"within_days", "older_than_days"})


@dataclass(frozen=True, slots=True)
class Limit:
    """One number of a rule's condition; ``place`` is its place in reading order."""

    place: int
    field: str
    operator: str
    side: str
    """``from`` or ``to`` of a range; empty for a single number."""
    value: Number

    @property
    def words(self) -> str:
        return f"{label(self.field)}: {self.side or _WORDS[self.operator]}"

    @property
    def unit(self) -> str:
        return "days" if self.operator in _DAYS else UNITS.get(self.field, "")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two editions."""

    code: str
    title: str
    what: str
    old: str
    new: str


def limits(entry: Entry) -> list[Limit]:
    """The numbers of a rule's condition, in reading order."""
    found: list[Limit] = []
    for test, index in _numbers(entry["when"]):
        side = "" if index is None else ("from", "to")[index]
        value = test[2] if index is None else test[2][index]
        found.append(Limit(len(found), test[0], test[1], side, value))
    return found


def with_limits(entry: Entry, values: Mapping[int, Number]) -> dict[str, Any]:
    """A copy of the rule with other numbers at these places."""
    made: dict[str, Any] = copy.deepcopy(dict(entry))
    for place, (test, index) in enumerate(list(_numbers(made["when"]))):
        if place not in values:
            continue
        if index is None:
            test[2] = values[place]
        else:
            test[2][index] = values[place]
    return made


def _numbers(node: Any) -> Iterator[tuple[Any, int | None]]:
    """Each comparison with a number; for a range each of its two ends."""
    if isinstance(node, Mapping):
        for part in next(iter(node.values())):
            yield from _numbers(part)
    elif _is_number(node[2]):
        yield node, None
    elif node[1] == "between":
        yield node, 0
        yield node, 1


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What differs between two editions, rule by rule."""
    before = {entry["id"]: entry for entry in old.get("rules", ())}
    after = {entry["id"]: entry for entry in new.get("rules", ())}
    found: list[Change] = []
    for code in dict.fromkeys([*before, *after]):
        mine, theirs = before.get(code), after.get(code)
        title = str((theirs or mine or {}).get("title", ""))
        if mine is None or theirs is None:
            words = ("not there", "added") if mine is None else ("there", "gone")
            found.append(Change(code, title, "rule", *words))
        elif mine != theirs:
            found += [Change(code, title, *row) for row in _differences(mine, theirs)]
    return found


def _differences(old: Entry, new: Entry) -> Iterator[tuple[str, str, str]]:
    for key, one, other in _pairs(old, new):
        if one != other:
            yield key, one, other


def _pairs(old: Entry, new: Entry) -> Iterable[tuple[str, str, str]]:
    for key, usual in (("enabled", True), ("locked", False)):
        yield key, _yes(old.get(key, usual)), _yes(new.get(key, usual))
    for key, name in (("rac", "racemic"), ("esk", "esketamine")):
        yield name, OUTCOME_WORD[Outcome(old[key])], OUTCOME_WORD[Outcome(new[key])]
    mine, theirs = limits(old), limits(new)
    if [(one.field, one.operator) for one in mine] == [
        (one.field, one.operator) for one in theirs
    ]:
        for one, other in zip(mine, theirs, strict=True):
            yield one.words, _with_unit(one), _with_unit(other)
    else:
        yield "condition", str(old["when"]), str(new["when"])
    for key in ("title", *TEXTS):
        words = key.replace("_", " ")
        yield words, str(old.get(key, "")), str(new.get(key, ""))


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _with_unit(limit: Limit) -> str:
    return f"{limit.value} {limit.unit}".strip()


def changed_codes(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """Rules whose judgement can differ: another condition, outcome or switch."""
    keys = ("when", "requires", "rac", "esk", "enabled", "locked")

    def judged(body: Mapping[str, Any]) -> dict[str, list[Any]]:
        return {
            entry["id"]: [
                entry.get(key, True if key == "enabled" else None) for key in keys
            ]
            for entry in body.get("rules", ())
        }

    before, after = judged(old), judged(new)
    return {code for code in {*before, *after} if before.get(code) != after.get(code)}
