"""Freezing a consent text exactly as it was read, and what is still to be read.

Which clinical question: did this person agree to this very text?  Source: consent
elements and acknowledgements of the clinical reference, part 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any


def missing_acknowledgements(
    sections: Sequence[Mapping[str, Any]],
    read: Sequence[str],
    given: Mapping[str, str],
) -> list[str]:
    """Titles of the parts that are not read, ticked or initialled as they ask."""
    missing = []
    for section in sections:
        asks = section.get("ack", "none") != "none" and section.get("required", True)
        if section["id"] not in read or (asks and not given.get(section["id"])):
            missing.append(str(section["title"]))
    return missing


def frozen_html(
    *,
    title: str,
    edition: int,
    sections: Sequence[Mapping[str, Any]],
    acknowledgements: Mapping[str, str],
) -> str:
    """The text as HTML, with what was ticked: the same input gives the same bytes."""
    parts = [f"<h1>{escape(title)}</h1>", f"<p>Edition {edition}</p>"]
    for number, section in enumerate(sections, start=1):
        parts.append(f"<h2>{number}. {escape(str(section['title']))}</h2>")
        parts += [f"<p>{escape(text)}</p>" for text in paragraphs(section)]
        if acknowledgement := acknowledgements.get(str(section["id"])):
            parts.append(f"<p><strong>Agreed: {escape(acknowledgement)}</strong></p>")
    return "\n".join(parts)


def paragraphs(section: Mapping[str, Any]) -> list[str]:
    """A section's body as a list of plain paragraphs."""
    body = str(section.get("body", ""))
    return [text.strip() for text in body.split("\n\n") if text.strip()]
