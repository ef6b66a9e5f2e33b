"""Boosters after the acute series: how long until the next one (clinical reference 1.7).

A pattern is a list of distances; a good course moves on by one, a relapse back by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

WEEK: Final = 7
LONGER_BELOW_PHQ9: Final = 10
"""Lengthen when PHQ-9 is below this and there is no relapse (1.7, ID)."""
PRN_LEAST_DAYS: Final = 14
"""On relapse: not before 14 days after the last dose (1.7, ID)."""
REVIEW_AFTER_WEAK: Final = 2
WEAK_BELOW_PERCENT: Final = 25
"""Two boosters in a row with less improvement than this: review (1.7, ID)."""
STOP_OFFER_DAYS: Final = 183
"""Remission held for six months: offer to stop (1.7)."""
DIRECTOR_ABOVE_A_YEAR: Final = 12
"""More boosters than this in 12 months: bladder and misuse screen, director (1.7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Days to the next booster: wished, and the most."""

    days: int
    most_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taper:
    key: str
    name: str
    intervals: tuple[Interval, ...]
    """In order; the last one repeats unless ``then_prn``.  Empty: only on relapse."""
    then_prn: bool = False
    source: str


def _each(*days: int) -> tuple[Interval, ...]:
    return tuple(Interval(days=day, most_days=day) for day in days)


TAPERS: Final[Mapping[str, Taper]] = MappingProxyType(
    {
        taper.key: taper
        for taper in (
            Taper(
                key="taper_standard",
                name="2, 4, 6, 8 weeks, then on relapse",
                intervals=_each(2 * WEEK, 4 * WEEK, 6 * WEEK, 8 * WEEK),
                then_prn=True,
                source="1.7 ID, shaped on V examples",
            ),
            Taper(
                key="nyk_like",
                name="Every 4 to 6 weeks, later every 2 to 3 months",
                intervals=(
                    Interval(days=4 * WEEK, most_days=6 * WEEK),
                    Interval(days=60, most_days=90),
                ),
                source="1.7 V PROV-NYK",
            ),
            Taper(
                key="weekly_then_fortnightly",
                name="Weekly four times, then every two weeks six times",
                intervals=_each(*[WEEK] * 4, *[2 * WEEK] * 6),
                then_prn=True,
                source="1.7 V",
            ),
            Taper(
                key="journey_like",
                name="Every 1 to 2 months",
                intervals=(Interval(days=30, most_days=60),),
                source="1.7 V PROV-JOURNEY",
            ),
            Taper(
                key="spravato_label",
                name="Weekly in weeks 5 to 8, then every 1 to 2 weeks",
                intervals=(*_each(*[WEEK] * 4), Interval(days=WEEK, most_days=14)),
                source="1.7 V SPRAVATO",
            ),
            Taper(
                key="prn",
                name="Only on relapse, after a prescriber's review",
                intervals=(),
                then_prn=True,
                source="1.7 ID",
            ),
        )
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """When the next booster is due after the last one; None: on relapse only."""

    place: int
    interval: Interval | None
    least_days: int
    sentence: str


def next_booster(
    taper: Taper, *, place: int, phq9: int | None, has_relapsed: bool
) -> Next:
    """From the booster at ``place`` (-1: the last acute dose) to the next one.

    On relapse one step back, with PHQ-9 below 10 one step on, else the same again.
    """
    if has_relapsed:
        ahead = max(place - 1, 0)
        word = "Relapse: one step closer again."
    elif place < 0 or (phq9 is not None and phq9 < LONGER_BELOW_PHQ9):
        ahead = place + 1
        word = "As planned: one step further apart." if place >= 0 else "The first one."
    else:
        ahead, word = place, "Not yet better than PHQ-9 10: the same distance again."
    if not taper.intervals:
        return Next(
            place=-1,
            interval=None,
            least_days=PRN_LEAST_DAYS,
            sentence="Only on relapse, after a prescriber's review.",
        )
    last = len(taper.intervals) - 1
    if ahead > last and taper.then_prn:
        return Next(
            place=last + 1,
            interval=None,
            least_days=PRN_LEAST_DAYS,
            sentence="The taper is at its end: from now on only on relapse.",
        )
    found = taper.intervals[min(ahead, last)]
    return Next(
        place=min(ahead, last), interval=found, least_days=found.days, sentence=word
    )


def review_reasons(
    *,
    improvements_percent: Sequence[int],
    days_in_remission: int,
    boosters_in_a_year: int,
) -> tuple[str, ...]:
    """What calls for a look at the maintenance itself (1.7), newest booster last."""
    found: list[str] = []
    latest = improvements_percent[-REVIEW_AFTER_WEAK:]
    if len(latest) == REVIEW_AFTER_WEAK and max(latest) < WEAK_BELOW_PERCENT:
        found.append("Two boosters in a row brought less than 25 %. Review the course.")
    if days_in_remission >= STOP_OFFER_DAYS:
        found.append("Remission has held for six months. Offer to stop.")
    if boosters_in_a_year > DIRECTOR_ABOVE_A_YEAR:
        found.append(
            "More than 12 boosters in 12 months: bladder and misuse screen, and the "
            "medical director."
        )
    return tuple(found)
