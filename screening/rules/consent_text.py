"""Freezing a consent text exactly as it was read, and what is still to be read.

Which clinical question: did this person agree to this very text?  Source: consent
elements and acknowledgements of the clinical reference, part 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any


def is_open(
    section: Mapping[str, Any], read: Sequence[str], given: Mapping[str, str]
) -> bool:
    """The part is not read, or not ticked or initialled though it must be."""
    asks = section.get("ack", "none") not in ("none", "teach_back")
    must = asks and section.get("required", True)
    return section["id"] not in read or bool(must and not given.get(section["id"]))


def missing_acknowledgements(
    sections: Sequence[Mapping[str, Any]],
    read: Sequence[str],
    given: Mapping[str, str],
) -> list[str]:
    """Titles of the parts that are not read, ticked or initialled as they ask."""
    return [str(one["title"]) for one in sections if is_open(one, read, given)]


def frozen_html(
    *,
    title: str,
    edition: int,
    sections: Sequence[Mapping[str, Any]],
    acknowledgements: Mapping[str, str],
    about: str = "",
) -> str:
    """The text as HTML, with what was ticked: the same input gives the same bytes."""
    parts = [f"<h1>{escape(title)}</h1>", f"<p>Edition {edition}</p>"]
    if about:
        parts.append(f"<p><strong>{escape(about)}</strong></p>")
    for number, section in enumerate(sections, start=1):
        parts.append(f"<h2>{number}. {escape(str(section['title']))}</h2>")
        parts += [f"<p>{escape(text)}</p>" for text in paragraphs(section)]
        acknowledgement = acknowledgements.get(str(section["id"]))
        if acknowledgement:
            parts.append(f"<p><strong>Agreed: {escape(acknowledgement)}</strong></p>")
        elif not section.get("required", True):
            parts.append("<p><strong>Not agreed</strong></p>")
    return "\n".join(parts)


def signed_content(frozen: str, statement: str) -> str:
    """What one signer signs: the text, and what they declare beyond it."""
    return f"{frozen}\n<p>{escape(statement)}</p>" if statement else frozen


def carried_over(
    old: Sequence[Mapping[str, Any]],
    new: Sequence[Mapping[str, Any]],
    read: Sequence[str],
    given: Mapping[str, str],
) -> tuple[list[str], dict[str, str]]:
    """What was read and ticked in parts whose words did not change (edition in between)."""
    before = {str(one["id"]): _words(one) for one in old}
    same = [str(one["id"]) for one in new if before.get(str(one["id"])) == _words(one)]
    kept = [key for key in same if key in read]
    return kept, {key: given[key] for key in same if key in given}


def changed_parts(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Titles of parts that are new or say something else than before."""
    before = {str(one["id"]): _words(one) for one in old}
    return [
        str(one["title"]) for one in new if before.get(str(one["id"])) != _words(one)
    ]


def _words(section: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        str(section["title"]),
        str(section["body"]),
        str(section.get("ack", "none")),
        str(section.get("teach_back", "")),
    )


def paragraphs(section: Mapping[str, Any]) -> list[str]:
    """A section's body as a list of plain paragraphs."""
    body = str(section.get("body", ""))
    return [text.strip() for text in body.split("\n\n") if text.strip()]
