"""The shape of a shipped text and of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ShippedText:
    """One kind of text as the product brings it."""

    kind: str
    title: str
    sections: list[dict[str, Any]]


def part(
    key: str,
    title: str,
    *paragraphs: str,
    ack: str = "none",
    elements: Sequence[str] = (),
    required: bool = True,
    applies_when: Any = None,
    teach_back: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """One part of a text, as TemplateEdition keeps it."""
    made: dict[str, Any] = {
        "id": key,
        "title": title,
        "body": "\n\n".join(paragraphs),
        "ack": ack,
        "required": required,
        "elements": list(elements),
    }
    if applies_when is not None:
        made["applies_when"] = applies_when
    if teach_back:
        made["teach_back"] = list(teach_back)
    return made


def item(
    key: str, about: str, question: str, *, right: str, wrong: Sequence[str], why: str
) -> dict[str, Any]:
    """One question on understanding; ``about`` is the part shown again when it is missed."""
    return {
        "id": key,
        "about": about,
        "question": question,
        "choices": [wrong[0], right, *wrong[1:]],
        "right": 1,
        "why": why,
    }
