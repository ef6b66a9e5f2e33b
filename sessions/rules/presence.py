"""Is everybody there who must be?  Presence and ratio over one day of a site.

Clinical reference 1.3 (a nurse watches at most two at the peak, three in recovery; a group
has two therapists), 6.6 (a prescriber on site for every injected or infused dose, the
therapist throughout, never one person as therapist and only watcher) and 6.10.  Breaks and
travel between sites are the clinic's own (marked ours).  Times are instants; stretches are
half-open, so one visit may begin the moment another ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class PresencePolicy:
    """How many, how long; minutes."""

    peak_min: int = 60
    """From the dose's start (ours; infusion of 40 min and its end, 1.3)."""
    nurse_peak: int = 2
    nurse_recovery: int = 3
    group_per_nurse: int = 3
    group_therapists: int = 2
    longest_without_break_min: int = 360
    break_min: int = 30
    travel_min: int = 30
    """Ours: between two sites."""
    on_site_routes: frozenset[str] = frozenset({"iv", "im", "in_esk"})
    """Sublingual: within five minutes by telephone (6.6)."""


DEFAULT_PRESENCE_POLICY: Final = PresencePolicy()


class PresenceCode(StrEnum):
    NO_PRESCRIBER = "no-prescriber"
    NO_THERAPIST = "no-therapist"
    NO_NURSE = "no-nurse"
    TOO_MANY = "too-many"
    ALONE = "alone"
    GROUP = "group"
    NO_BREAK = "no-break"
    NO_TRAVEL = "no-travel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One dosing visit and who is with it, by role; ``group``: doses taken together."""

    key: str
    start: datetime
    end: datetime
    route: str
    people: Mapping[str, tuple[str, Span]]
    """Role to person and the stretch they are there."""
    group: str = ""

    def peak(self, policy: PresencePolicy) -> Span:
        return self.start, min(
            self.start + timedelta(minutes=policy.peak_min), self.end
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A stretch of somebody's day, at a site."""

    person: str
    site: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a check looks at.  ``on_site``: stretches at which each prescriber is there."""

    doses: Sequence[Watched]
    on_site: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    work: Sequence[Work] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceFinding:
    """``is_hard``: the visit is not booked like this."""

    code: PresenceCode
    keys: tuple[str, ...]
    person: str
    start: datetime
    end: datetime
    is_hard: bool = True


def check(
    day: Day, policy: PresencePolicy = DEFAULT_PRESENCE_POLICY
) -> tuple[PresenceFinding, ...]:
    """Everything that is missing on this day; empty when all is well."""
    found: list[PresenceFinding] = []
    for dose in day.doses:
        found += _team(dose)
        if dose.route in policy.on_site_routes:
            found += _uncovered(dose, day.on_site)
    found += _ratio(day.doses, policy)
    found += _groups(day.doses, policy)
    found += _rest(day.work, policy)
    return tuple(found)


def _team(dose: Watched) -> Iterator[PresenceFinding]:
    """The therapist for the whole visit, a nurse for it, and not the same person."""
    for role, code in (
        ("therapist", PresenceCode.NO_THERAPIST),
        ("nurse", PresenceCode.NO_NURSE),
    ):
        who = dose.people.get(role)
        if who is None:
            yield _finding(code, dose)
        elif not _covers(who[1], dose):
            yield _finding(code, dose, person=who[0])
    people = [dose.people[r][0] for r in ("therapist", "nurse") if r in dose.people]
    if len(people) == 2 and len(set(people)) == 1:
        yield _finding(PresenceCode.ALONE, dose, person=people[0])


def _uncovered(
    dose: Watched, on_site: Mapping[str, Sequence[Span]]
) -> Iterator[PresenceFinding]:
    """The first stretch of the dose with no prescriber on site, whoever it is."""
    spans = sorted(span for spans in on_site.values() for span in spans)
    at = dose.start
    for start, end in spans:
        if start > at:
            break
        at = max(at, end)
    if at < dose.end:
        later = [start for start, _ in spans if start > at]
        until = min([*later, dose.end])
        yield PresenceFinding(
            code=PresenceCode.NO_PRESCRIBER,
            keys=(dose.key,),
            person="",
            start=at,
            end=min(until, dose.end),
        )


def most_watched(peaks: int, others: int, policy: PresencePolicy) -> bool:
    """Whether one nurse may watch so many at the peak and so many in recovery at once."""
    most = policy.nurse_peak if peaks else policy.nurse_recovery
    return peaks + others <= most


def _ratio(
    doses: Sequence[Watched], policy: PresencePolicy
) -> Iterator[PresenceFinding]:
    """Each nurse at each moment at which somebody begins to be watched or to peak."""
    by_nurse: dict[str, list[Watched]] = {}
    for dose in doses:
        if "nurse" in dose.people:
            by_nurse.setdefault(dose.people["nurse"][0], []).append(dose)
    for nurse, watched in by_nurse.items():
        moments = sorted(
            {m for dose in watched for m in (dose.people["nurse"][1][0], dose.start)}
        )
        for moment in moments:
            there = [d for d in watched if _at(d.people["nurse"][1], moment)]
            peaks = sum(_at(d.peak(policy), moment) for d in there)
            if not most_watched(peaks, len(there) - peaks, policy):
                yield PresenceFinding(
                    code=PresenceCode.TOO_MANY,
                    keys=tuple(d.key for d in there),
                    person=nurse,
                    start=moment,
                    end=min(d.people["nurse"][1][1] for d in there),
                )
                break


def _groups(
    doses: Sequence[Watched], policy: PresencePolicy
) -> Iterator[PresenceFinding]:
    """Two therapists for a group, and a nurse for each two or three of it."""
    groups: dict[str, list[Watched]] = {}
    for dose in doses:
        if dose.group:
            groups.setdefault(dose.group, []).append(dose)
    for together in groups.values():
        if len(together) < 2:
            continue
        nurses = {d.people["nurse"][0] for d in together if "nurse" in d.people}
        healers = {
            d.people["therapist"][0] for d in together if "therapist" in d.people
        }
        needed = -(-len(together) // policy.group_per_nurse)
        if len(nurses) < needed or len(healers) < policy.group_therapists:
            yield PresenceFinding(
                code=PresenceCode.GROUP,
                keys=tuple(d.key for d in together),
                person="",
                start=min(d.start for d in together),
                end=max(d.end for d in together),
            )


def _rest(work: Sequence[Work], policy: PresencePolicy) -> Iterator[PresenceFinding]:
    """Travel between sites is hard; a break too late is only said."""
    people: dict[str, list[Work]] = {}
    for one in sorted(work, key=lambda one: (one.start, one.end)):
        people.setdefault(one.person, []).append(one)
    for person, stretches in people.items():
        yield from _travel(person, stretches, policy)
        yield from _breaks(person, stretches, policy)


def _travel(
    person: str, stretches: Sequence[Work], policy: PresencePolicy
) -> Iterator[PresenceFinding]:
    travel = timedelta(minutes=policy.travel_min)
    last = stretches[0]
    for one in stretches[1:]:
        if one.site != last.site and one.start - last.end < travel:
            yield _of(PresenceCode.NO_TRAVEL, person, last.end, one.start, is_hard=True)
        if one.end > last.end:
            last = one


def _breaks(
    person: str, stretches: Sequence[Work], policy: PresencePolicy
) -> Iterator[PresenceFinding]:
    pause = timedelta(minutes=policy.break_min)
    longest = timedelta(minutes=policy.longest_without_break_min)
    start, end = stretches[0].start, stretches[0].end
    for one in [*stretches[1:], None]:
        if one is not None and one.start - end < pause:
            end = max(end, one.end)
            continue
        if end - start > longest:
            yield _of(PresenceCode.NO_BREAK, person, start, end, is_hard=False)
        if one is not None:
            start, end = one.start, one.end


def _of(
    code: PresenceCode, person: str, start: datetime, end: datetime, *, is_hard: bool
) -> PresenceFinding:
    return PresenceFinding(
        code=code,
        keys=(),
        person=person,
        start=min(start, end),
        end=max(start, end),
        is_hard=is_hard,
    )


def _finding(code: PresenceCode, dose: Watched, *, person: str = "") -> PresenceFinding:
    return PresenceFinding(
        code=code, keys=(dose.key,), person=person, start=dose.start, end=dose.end
    )


def _covers(span: Span, dose: Watched) -> bool:
    return span[0] <= dose.start and span[1] >= dose.end


def _at(span: Span, moment: datetime) -> bool:
    return span[0] <= moment < span[1]
