"""The reasons for signing anew, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from screening.rules.consent_standing import Trigger

TRIGGER_WORDS: Final[dict[Trigger, str]] = {
    Trigger.EDITION: "the text changed",
    Trigger.SMALL_EDITION: "the text has a small change",
    Trigger.ROUTE: "another route is planned",
    Trigger.PRODUCT: "another product is ordered",
    Trigger.HOME: "doses at home are planned",
    Trigger.INDICATION: "the reason for treatment changed",
    Trigger.AGE: "more than 12 months have passed",
    Trigger.EPISODE: "a new course began",
}
"""Clinical reference 8.1, CR-05."""


def trigger_words(triggers: Iterable[Trigger]) -> str:
    return ", ".join(TRIGGER_WORDS[trigger] for trigger in triggers)


def day_words(day: date) -> str:
    return f"{day:%d %b %Y}".lstrip("0")
