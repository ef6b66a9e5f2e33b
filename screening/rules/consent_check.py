"""Whether a text may be published: its shape, and which elements of part 8 it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from screening.rules.consent_conditions import (
    ConditionRefused,
    check_condition,
    elements_of,
)

ACKS: Final = ("none", "checkbox", "initials", "teach_back")
KEY: Final = re.compile(r"^[a-z0-9][a-z0-9-]{0,39}$")
ELEMENT: Final = re.compile(r"^C-(0[1-9]|[12][0-9]|3[0-2])$")

ELEMENT_NAMES: Final[dict[str, str]] = {
    "C-01": "who treats",
    "C-02": "what the treatment is",
    "C-03": "not approved for this use",
    "C-04": "what may be gained, and the limits of what is known",
    "C-05": "other choices",
    "C-06": "common risks",
    "C-07": "serious risks",
    "C-08": "long-term risks",
    "C-09": "who must not take it, and the duty to tell",
    "C-10": "pregnancy and breastfeeding",
    "C-11": "medicines, alcohol and cannabis",
    "C-12": "fasting",
    "C-13": "no driving, and the escort",
    "C-14": "staying until cleared",
    "C-15": "emergency care",
    "C-16": "the therapy relation",
    "C-17": "touch",
    "C-18": "recording",
    "C-19": "observers and groups",
    "C-20": "privacy and its limits",
    "C-21": "a controlled medicine",
    "C-22": "doses at home",
    "C-23": "video visits",
    "C-24": "esketamine",
    "C-25": "voluntary, and how to withdraw",
    "C-26": "cost",
    "C-27": "use of results",
    "C-28": "complaints and rights",
    "C-29": "suicide safety",
    "C-30": "words that the state asks for",
    "C-31": "questions, capacity, copy, teach-back",
    "C-32": "signatures",
}
"""Clinical reference, part 8."""


def problems(sections: Any) -> list[str]:
    """What keeps these parts from being published, in plain sentences."""
    if not isinstance(sections, list) or not sections:
        return ["Write at least one part."]
    found: list[str] = []
    seen: set[str] = set()
    for number, section in enumerate(sections, start=1):
        if not isinstance(section, dict):
            found.append(f"Part {number} is not a part: it has no id, title and body.")
            continue
        found += [f"Part {number}: {words}" for words in _of_section(section, seen)]
    return found


def _of_section(section: dict[str, Any], seen: set[str]) -> Iterator[str]:
    key = section.get("id")
    if not isinstance(key, str) or not KEY.match(key):
        yield "the id is made of small letters, digits and hyphens."
    elif key in seen:
        yield f"the id {key} stands twice."
    else:
        seen.add(key)
    for name in ("title", "body"):
        if not str(section.get(name) or "").strip():
            yield f"the {name} is empty."
    if section.get("ack", "none") not in ACKS:
        yield f"ack is one of {', '.join(ACKS)}."
    elif (section.get("ack") == "teach_back") != bool(section.get("teach_back")):
        yield "questions on understanding need ack teach_back, and the other way round."
    yield from _of_elements(section)
    yield from _of_questions(section.get("teach_back", ()))


def _of_elements(section: dict[str, Any]) -> Iterator[str]:
    wrong = [
        str(code)
        for code in section.get("elements", ())
        if not ELEMENT.match(str(code))
    ]
    if wrong:
        yield f"no element is called {', '.join(wrong)}."
    try:
        check_condition(section.get("applies_when"))
    except ConditionRefused as refusal:
        yield str(refusal)


def _of_questions(items: Any) -> Iterator[str]:
    for item in items:
        choices = item.get("choices", ()) if isinstance(item, dict) else ()
        if not isinstance(item, dict) or not item.get("id") or not item.get("question"):
            yield "a question on understanding has an id and a question."
        elif len(choices) < 2 or item.get("right") not in range(len(choices)):
            yield f"question {item['id']} has two or more choices, one of them right."


def missing_elements(
    sections: Sequence[dict[str, Any]], wanted: Sequence[str]
) -> list[str]:
    """Elements that no part holds, with their names."""
    held = elements_of(sections)
    return [f"{code} {ELEMENT_NAMES[code]}" for code in wanted if code not in held]
