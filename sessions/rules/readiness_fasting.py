"""When must food and drink stop, and did they?  (Clinical reference 2.8.)

Times are worked out in elapsed hours and shown as clock times of the site.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from sessions.rules.readiness_policy import FastingRule


@dataclass(frozen=True, slots=True)
class FastingTimes:
    """The last allowed moments, in local time."""

    fatty_meal_until: datetime
    food_until: datetime
    drink_until: datetime


class Fast(StrEnum):
    KEPT = "kept"
    SHORT = "short"
    """Food too late for the rule, but before its hard floor."""
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class FastingAnswer:
    fast: Fast
    sentence: str
    possible_from: datetime
    """The earliest dose for which this fast is kept, in local time."""


def fasting_times(rule: FastingRule, dose_at: datetime, zone: tzinfo) -> FastingTimes:
    """Until when the patient may eat and drink before a dose."""
    at = dose_at.astimezone(UTC)
    return FastingTimes(
        (at - rule.fatty_meal).astimezone(zone),
        (at - rule.solids).astimezone(zone),
        (at - rule.clear_liquids).astimezone(zone),
    )


def assess_fasting(
    rule: FastingRule,
    *,
    dose_at: datetime,
    zone: tzinfo,
    last_solid_food_at: datetime | None,
    last_meal_was_fatty: bool,
    last_clear_liquid_at: datetime | None,
) -> FastingAnswer:
    """Whether the fast is long enough.  None: asked, and nothing was taken."""
    at = dose_at.astimezone(UTC)
    solids = rule.fatty_meal if last_meal_was_fatty else rule.solids
    free_from = [at]
    worst = Fast.KEPT
    if last_solid_food_at is not None:
        food = last_solid_food_at.astimezone(UTC)
        free_from.append(food + solids)
        if at - food < solids:
            is_short = rule.hard_floor is not None and at - food >= rule.hard_floor
            worst = Fast.SHORT if is_short else Fast.BROKEN
    if last_clear_liquid_at is not None:
        drink = last_clear_liquid_at.astimezone(UTC)
        free_from.append(drink + rule.clear_liquids)
        if at - drink < rule.clear_liquids:
            worst = Fast.BROKEN
    possible = max(free_from).astimezone(zone)
    times = fasting_times(rule, dose_at, zone)
    until = times.fatty_meal_until if last_meal_was_fatty else times.food_until
    sentence = (
        f"Food {_clock(last_solid_food_at, dose_at, zone)} (until {until:%H:%M}), "
        f"drink {_clock(last_clear_liquid_at, dose_at, zone)} "
        f"(until {times.drink_until:%H:%M})."
    )
    if worst is not Fast.KEPT:
        sentence += f" Long enough for a dose from {possible:%H:%M}."
    return FastingAnswer(worst, sentence, possible)


def _clock(at: datetime | None, dose_at: datetime, zone: tzinfo) -> str:
    if at is None:
        return "none"
    local = at.astimezone(zone)
    if local.date() == dose_at.astimezone(zone).date():
        return f"{local:%H:%M}"
    return f"{local.day} {local:%b %H:%M}"
