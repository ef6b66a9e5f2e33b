"""Does a signed consent still count, or must it be signed anew, and by when?

Source: clinical reference 1.4 (G-03) and 8.1, rule CR-05.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

GRACE_DAYS: Final = 30
"""For an edition that is not material (G-03, ID)."""
VALID_MONTHS: Final = 12
"""CR-05: more than twelve months since the signature (ID)."""
WITH_OWN_PARTS: Final = frozenset({"sl", "in_esk"})
"""Routes whose parts are not in a text that was signed before a route was chosen."""
RENEW_BEFORE_DAYS: Final = 30
"""When a renewal is planned before the end (R-20)."""


class State(StrEnum):
    NONE = "none"
    CURRENT = "current"
    GRACE = "grace"
    OVERDUE = "overdue"
    """A small change whose grace is over: a prescriber may pass it."""
    RENEW = "renew"


class Trigger(StrEnum):
    """Why it must be signed anew."""

    EDITION = "edition"
    SMALL_EDITION = "small-edition"
    ROUTE = "route"
    PRODUCT = "product"
    HOME = "home"
    INDICATION = "indication"
    AGE = "age"
    EPISODE = "episode"


@dataclass(frozen=True, slots=True)
class Edition:
    edition: int
    is_material: bool
    effective_from: date


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed, when, and for what."""

    edition: int
    on: date
    facts: Mapping[str, Any]
    episode: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    state: State
    triggers: tuple[Trigger, ...] = ()
    until: date | None = None
    """The last day on which it counts, as far as is known today."""
    since: date | None = None
    """The day on which the reason arose, where it has one."""

    @property
    def counts(self) -> bool:
        return self.state in (State.CURRENT, State.GRACE)


def consent_standing(
    signed: Signed | None,
    *,
    on: date,
    editions: Iterable[Edition] = (),
    facts: Mapping[str, Any] | None = None,
    episode: str = "",
    grace_days: int = GRACE_DAYS,
    valid_months: int = VALID_MONTHS,
) -> Standing:
    """Where a signed consent stands on a day.

    ``editions``: of the same text and language.  ``facts``: the treatment as it is
    planned now; what is not known on either side is no reason.
    """
    if signed is None:
        return Standing(State.NONE)
    ends_on = add_months(signed.on, valid_months)
    newer = [
        one
        for one in editions
        if one.edition > signed.edition and one.effective_from <= on
    ]
    triggers, since = _hard(signed, newer, facts or {}, episode)
    if on > ends_on:
        triggers.append(Trigger.AGE)
        since = since or ends_on + timedelta(days=1)
    if triggers:
        return Standing(State.RENEW, tuple(triggers), since=since)
    if newer:
        return _small(newer, on=on, ends_on=ends_on, grace_days=grace_days)
    return Standing(State.CURRENT, until=ends_on)


def _hard(
    signed: Signed, newer: Sequence[Edition], facts: Mapping[str, Any], episode: str
) -> tuple[list[Trigger], date | None]:
    found: list[Trigger] = []
    material = [one.effective_from for one in newer if one.is_material]
    if material:
        found.append(Trigger.EDITION)
    if signed.episode and episode and signed.episode != episode:
        found.append(Trigger.EPISODE)
    for trigger in (Trigger.ROUTE, Trigger.PRODUCT, Trigger.INDICATION):
        before, after = signed.facts.get(trigger), facts.get(trigger)
        if after and (before != after if before else after in WITH_OWN_PARTS):
            found.append(trigger)
    if facts.get("home") and not signed.facts.get("home"):
        found.append(Trigger.HOME)
    return found, min(material, default=None)


def _small(
    newer: Sequence[Edition], *, on: date, ends_on: date, grace_days: int
) -> Standing:
    since = min(one.effective_from for one in newer)
    until = min(since + timedelta(days=grace_days), ends_on)
    state = State.GRACE if on <= until else State.OVERDUE
    return Standing(state, (Trigger.SMALL_EDITION,), until=until, since=since)


def add_months(day: date, months: int) -> date:
    """The same day some months later; the last of the month where there is none."""
    whole = day.month - 1 + months
    year, month = day.year + whole // 12, whole % 12 + 1
    return day.replace(
        year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])
    )


def renewal_due_on(standing: Standing) -> date | None:
    """From which day a renewal is to be planned; None: not because of time."""
    if standing.state is State.CURRENT and standing.until is not None:
        return standing.until - timedelta(days=RENEW_BEFORE_DAYS)
    return None
