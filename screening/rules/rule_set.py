"""A dated edition of the eligibility rules, and how it is read from data."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from string import Formatter
from typing import Any, Final

from screening.rules.conditions import (
    Comparison,
    Condition,
    RuleRefused,
    comparisons,
    parse_condition,
)
from screening.rules.facts import FIELD_NAMES
from screening.rules.findings import Gravity

LIMIT: Final = "_limit"
PROOF: Final = "proof"


class Outcome(StrEnum):
    """What a hit does: the codes of clinical reference 3.6."""

    EXCLUDE = "X"
    REVIEW = "R"
    CAUTION = "C"
    PATHWAY = "P"
    PATHWAY_AND_REVIEW = "PR"
    INFO = "I"
    INCOMPLETE = "INC"

    @property
    def gravity(self) -> Gravity:
        return _GRAVITY[self]

    @property
    def opens_safety_pathway(self) -> bool:
        return self in {Outcome.PATHWAY, Outcome.PATHWAY_AND_REVIEW}


_GRAVITY: Final = {
    Outcome.EXCLUDE: Gravity.EXCLUDES,
    Outcome.REVIEW: Gravity.NEEDS_REVIEW,
    Outcome.CAUTION: Gravity.CAUTION,
    Outcome.PATHWAY: Gravity.SAFETY,
    Outcome.PATHWAY_AND_REVIEW: Gravity.NEEDS_REVIEW,
    Outcome.INFO: Gravity.INFO,
    Outcome.INCOMPLETE: Gravity.INCOMPLETE,
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """An answer without which the rule cannot be judged, perhaps only sometimes."""

    field: str
    when: Condition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule with its outcomes, its words and where it comes from."""

    id: str
    title: str
    when: Condition
    requires: tuple[Requirement, ...]
    racemic: Outcome
    esketamine: Outcome
    locked: bool
    seed: bool
    enabled: bool
    hit: str
    """Sentence for a hit: ``{field}`` is an answer, ``{field_limit}`` its limit,
    ``{proof}`` the answers that made the hit."""
    passed: str
    why: str
    next_step: str
    source: str
    domain: str = ""
    suggestion: str = ""
    """What the reference suggests beside the next step: dose, route, letter, log."""
    tags: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    """The answers the rule looks at, each once; filled in when it is read."""

    def limit(self, field: str) -> Any:
        """The first limit that the rule sets for a field; None when it sets none."""
        tests = (test for test in comparisons(self.when) if test.field == field)
        return next((test.value for test in tests), None)

    @property
    def tests(self) -> tuple[Comparison, ...]:
        return tuple(comparisons(self.when))


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    version: str
    title: str
    source: str
    rules: tuple[Rule, ...]

    @property
    def enabled(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.enabled)


def parse_rule_set(document: Mapping[str, Any]) -> RuleSet:
    """Read an edition; RuleRefused names the rule that cannot be understood."""
    rules = tuple(_rule(entry) for entry in document["rules"])
    ids = [rule.id for rule in rules]
    if doubled := sorted({key for key in ids if ids.count(key) > 1}):
        raise RuleRefused(f"These rules are there twice: {', '.join(doubled)}.")
    return RuleSet(
        version=document["version"],
        title=document["title"],
        source=document["source"],
        rules=rules,
    )


_KEPT: Final = 64
_read: dict[Hashable, RuleSet] = {}


def rule_set_of(edition: Hashable, document: Mapping[str, Any]) -> RuleSet:
    """An edition read once: editions are never edited, so its id names its content."""
    known = _read.get(edition)
    if known is None:
        if len(_read) >= _KEPT:
            _read.clear()
        known = _read[edition] = parse_rule_set(document)
    return known


def _rule(entry: Mapping[str, Any]) -> Rule:
    try:
        when = parse_condition(entry["when"])
        requires = tuple(_requirement(need) for need in entry.get("requires", ()))
        named = [test.field for test in comparisons(when)]
        return Rule(
            id=entry["id"],
            title=entry["title"],
            when=when,
            requires=requires,
            racemic=Outcome(entry["rac"]),
            esketamine=Outcome(entry["esk"]),
            locked=entry.get("locked", False),
            seed=entry.get("seed", False),
            enabled=entry.get("enabled", True),
            hit=_template(entry["hit"]),
            passed=_template(entry["passed"]),
            why=entry["why"],
            next_step=entry["next_step"],
            source=entry["source"],
            domain=entry.get("domain", ""),
            suggestion=entry.get("suggestion", ""),
            tags=tuple(entry.get("tags", ())),
            fields=tuple(dict.fromkeys([*named, *(need.field for need in requires)])),
        )
    except (KeyError, ValueError) as error:
        name = entry.get("id", "without an id")
        raise RuleRefused(f"Rule {name}: {error}") from error


def _requirement(need: Any) -> Requirement:
    """Either a field name, or ``[field, condition under which it is needed]``."""
    field, when = [need, None] if isinstance(need, str) else need
    if field not in FIELD_NAMES:
        raise RuleRefused(f"No answer is called {field!r}.")
    return Requirement(field, None if when is None else parse_condition(when))


@lru_cache(maxsize=1024)
def placeholders(template: str) -> frozenset[str]:
    """The names in braces, without ``proof``."""
    names = {name for _, name, _, _ in Formatter().parse(template) if name}
    return frozenset(names - {PROOF})


def _template(text: str) -> str:
    for name in placeholders(text):
        if name.removesuffix(LIMIT) not in FIELD_NAMES:
            raise RuleRefused(f"No answer is called {name!r}.")
    return text
