"""Filling the fixed tokens of a message text, and checking a text before it is kept.

A token is a name of TOKENS in braces.  There is no other syntax than a part in
square brackets, which is left out when a token in it has nothing to say.  A value is
put in once and never read again, so nothing a person typed can act as a token.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from django.conf import settings

from kap.notifications import gsm, words
from kap.patients.enums import Channel

TOKENS: Final = {
    "site": "the sender: the clinic's name, or its discreet name",
    "date": "the day the message speaks of, such as Wed 14 Oct",
    "time": "the time of that day, such as 3:30 pm",
    "link": "the secure link, made when the message goes out",
    "phone": "the clinic's phone number",
}
TOKEN: Final = re.compile(r"\{([a-z]+)\}")
MAYBE: Final = re.compile(r"\[([^\[\]]*)\]")
SUBJECT_LENGTH: Final = 78


class EmptyTokenError(LookupError):
    """A text needs a value that this message does not have; names the token."""


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in; raises EmptyTokenError when one is missing outside brackets."""

    def maybe(match: re.Match[str]) -> str:
        inner = match[1]
        there = all(values.get(name) for name in TOKEN.findall(inner))
        return inner if there else ""

    def value(match: re.Match[str]) -> str:
        found = values.get(match[1], "")
        if not found:
            raise EmptyTokenError(match[1])
        return one_line(found)

    filled = TOKEN.sub(value, MAYBE.sub(maybe, text))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" {2,}", " ", filled)).strip()


def one_line(text: str) -> str:
    """Without line breaks and control characters, so it cannot become a mail header."""
    kept = "".join(
        " " if unicodedata.category(letter) in {"Cc", "Zl", "Zp"} else letter
        for letter in text
    )
    return re.sub(r" {2,}", " ", kept).strip()


def problems(*, channel: str, subject: str, body: str, longest_site: str) -> list[str]:
    """What must be changed before a text may be kept; each is one sentence."""
    text = f"{subject}\n{body}"
    found = [*_token_problems(text), *_word_problems(text)]
    if channel == Channel.SMS and not found:
        found += _text_message_problems(subject, body, longest_site)
    if channel == Channel.EMAIL and not subject.strip():
        found.append("Write a subject: an e-mail without one looks like spam.")
    return found


def _token_problems(text: str) -> list[str]:
    rest = TOKEN.sub(lambda match: "" if match[1] in TOKENS else match[0], text)
    if not re.search(r"[{}]", rest):
        return []
    allowed = ", ".join(f"{{{name}}}" for name in TOKENS)
    return [f"Braces hold only these: {allowed}."]


def _word_problems(text: str) -> list[str]:
    found = words.denied(text)
    if not found:
        return []
    listed = ", ".join(f"“{word}”" for word in found)
    return [f"Take out {listed}: a message never says what the care is for."]


def sample(longest_site: str) -> dict[str, str]:
    """Values as long as they get, for the length check and the preview."""
    return {
        "site": longest_site,
        "date": "Wed 23 Sep",
        "time": "12:30 pm",
        "link": settings.PUBLIC_URL + "/l/" + "x" * 32 + "/",
        "phone": "+1 212 555 0100",
    }


def _text_message_problems(subject: str, body: str, longest_site: str) -> list[str]:
    found = []
    if subject.strip():
        found.append("A text message has no subject; leave it empty.")
    if strange := gsm.foreign(body):
        listed = " ".join(strange)
        found.append(f"A plain text message cannot hold {listed}; write it otherwise.")
    size = gsm.length(fill(body, sample(longest_site)))
    if size > gsm.ONE_MESSAGE:
        over = size - gsm.ONE_MESSAGE
        found.append(
            f"With the longest name and link this is {size} characters; "
            f"take out {over} to stay within {gsm.ONE_MESSAGE}."
        )
    return found
