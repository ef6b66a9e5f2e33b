"""The demo's mailbox as a page shows it, with its links made to work on this machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from kap.notifications.models import DemoMessage

MOST: Final = 100
ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)]")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a message's text; ``path`` when it is a link of ours."""

    text: str
    path: str = ""


def is_on() -> bool:
    """Whether a channel writes here instead of sending."""
    return "demo" in {settings.EMAIL_TRANSPORT, settings.SMS_TRANSPORT}


def newest() -> list[DemoMessage]:
    return list(
        DemoMessage.objects.select_related("communication").order_by("-sent_at")[:MOST]
    )


def parts(body: str) -> list[list[Part]]:
    """The paragraphs of a text, each in parts; our own links lead to this machine."""
    return [_parts(paragraph) for paragraph in body.split("\n\n") if paragraph.strip()]


def _parts(text: str) -> list[Part]:
    found, done = [], 0
    for match in ADDRESS.finditer(text):
        url = match.group()
        if not url.startswith(settings.PUBLIC_URL + "/"):
            continue
        found += [
            Part(text[done : match.start()]),
            Part(url, url.removeprefix(settings.PUBLIC_URL)),
        ]
        done = match.end()
    return [*found, Part(text[done:])]
