"""When a part of a consent text applies: a small condition language over the treatment's facts.

The shape is that of the eligibility rules (clinical reference 3.6): nested ``all`` and
``any`` of ``[field, operator, value]``.  What is not known is neither yes nor no: ``eq``
and ``in`` are false of it, ``not_eq`` and ``not_false`` are true, so the author of a
text says which way an unanswered question falls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

FIELDS: Final = frozenset(
    {
        "route",
        "product",
        "compounded",
        "can_be_pregnant",
        "home",
        "telehealth",
        "group",
        "state",
        "indication",
    }
)
OPERATORS: Final = frozenset({"eq", "not_eq", "in", "not_false", "known"})

Facts = Mapping[str, Any]


class ConditionRefused(ValueError):
    """A condition that cannot be understood; the sentence says where."""


def check_condition(node: Any) -> None:
    """Refuse an unknown field, operator or shape."""
    match node:
        case None:
            return
        case {"all": [*parts]} | {"any": [*parts]} if parts and len(node) == 1:
            for part in parts:
                check_condition(part)
        case [str(field), str(operator), _]:
            if field not in FIELDS:
                raise ConditionRefused(f"No fact is called {field!r}.")
            if operator not in OPERATORS:
                raise ConditionRefused(f"No comparison is called {operator!r}.")
        case _:
            raise ConditionRefused(f"This condition cannot be read: {node!r}")


def applies(node: Any, facts: Facts) -> bool:
    """Whether a part with this condition belongs into the text for these facts."""
    match node:
        case None:
            return True
        case {"all": [*parts]}:
            return all(applies(part, facts) for part in parts)
        case {"any": [*parts]}:
            return any(applies(part, facts) for part in parts)
        case [str(field), str(operator), value]:
            return _compares(operator, facts.get(field), value)
    raise ConditionRefused(f"This condition cannot be read: {node!r}")


def _compares(operator: str, known: Any, value: Any) -> bool:
    if operator == "known":
        return (known is not None) is bool(value)
    if operator == "not_false":
        return known is None or bool(known)
    if operator == "not_eq":
        return bool(known != value)
    if known is None:
        return False
    return known in value if operator == "in" else bool(known == value)


def sections_for(
    sections: Sequence[Mapping[str, Any]], facts: Facts
) -> list[dict[str, Any]]:
    """The parts of a text that this patient reads, in order.

    A question on understanding goes with the part it is about.
    """
    kept = [dict(one) for one in sections if applies(one.get("applies_when"), facts)]
    ids = {one["id"] for one in kept}
    for one in kept:
        if asked := one.get("teach_back"):
            one["teach_back"] = [
                item for item in asked if item.get("about", one["id"]) in ids
            ]
            if not one["teach_back"]:
                one["ack"] = "none"
    return kept


def elements_of(sections: Sequence[Mapping[str, Any]]) -> set[str]:
    return {str(code) for section in sections for code in section.get("elements", ())}
