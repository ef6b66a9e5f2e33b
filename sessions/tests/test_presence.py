"""Presence and ratio over a day: both sides of each edge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random

import pytest

from sessions.rules.presence import (
    DEFAULT_PRESENCE_POLICY as POLICY,
    Day,
    PresenceCode,
    Watched,
    Work,
    check,
    most_watched,
)

NINE = datetime(2026, 11, 23, 14, tzinfo=UTC)
ALL_DAY = {"dr": [(NINE - timedelta(hours=2), NINE + timedelta(hours=10))]}


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def dose(
    key="a", start=0, length=150, *, nurse="kit", therapist="theo", **also
) -> Watched:
    span = (at(start), at(start + length))
    people = {
        "therapist": (therapist, span),
        "nurse": (nurse, (at(start - 15), span[1])),
    }
    return Watched(
        key=key, start=span[0], end=span[1], route="im", people=people, **also
    )


def codes(*doses, on_site=ALL_DAY, work=()) -> list[PresenceCode]:
    return [f.code for f in check(Day(doses=doses, on_site=on_site, work=work))]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param([(0, 150)], [], id="just-the-visit"),
        pytest.param(
            [(0, 149)], [PresenceCode.NO_PRESCRIBER], id="leaves-a-minute-early"
        ),
        pytest.param(
            [(1, 150)], [PresenceCode.NO_PRESCRIBER], id="comes-a-minute-late"
        ),
        pytest.param([(0, 60), (60, 150)], [], id="two-in-turn"),
        pytest.param([(0, 60), (61, 150)], [PresenceCode.NO_PRESCRIBER], id="a-gap"),
        pytest.param([], [PresenceCode.NO_PRESCRIBER], id="nobody"),
    ],
)
def test_a_prescriber_is_on_site_for_the_whole_observation(spans, expected):
    on_site = {f"dr-{n}": [(at(a), at(b))] for n, (a, b) in enumerate(spans)}

    assert codes(dose(), on_site=on_site) == expected


def test_a_sublingual_dose_needs_no_prescriber_on_site():
    one = dose()
    by_mouth = Watched(
        key="a", start=one.start, end=one.end, route="sl", people=one.people
    )

    assert codes(by_mouth, on_site={}) == []


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        pytest.param([0, 0], [], id="two-at-the-peak"),
        pytest.param([0, 0, 0], [PresenceCode.TOO_MANY], id="three-at-the-peak"),
        pytest.param(
            [0, 60, 120], [PresenceCode.TOO_MANY], id="third-peaks-beside-two"
        ),
        pytest.param(
            [0, 0, 150], [], id="third-comes-when-they-leave-but-set-up-overlaps"
        ),
        pytest.param([0, 30, 165], [], id="one-after-another"),
    ],
)
def test_a_nurse_watches_two_at_the_peak_and_three_in_recovery(starts, expected):
    doses = [dose(f"d{n}", start, therapist=f"t{n}") for n, start in enumerate(starts)]

    assert codes(*doses) == expected


def test_the_ratio_is_right_for_every_pair_of_counts():
    for peaks, others in product(range(5), repeat=2):
        allowed = peaks + others <= (2 if peaks else 3)
        assert most_watched(peaks, others, POLICY) == allowed


@pytest.mark.parametrize("seed", range(40))
def test_the_ratio_agrees_with_looking_at_every_minute(seed):
    rng = Random(seed)
    doses = [
        dose(
            f"d{n}", rng.randrange(0, 240, 15), rng.choice([90, 150]), therapist=f"t{n}"
        )
        for n in range(rng.randint(1, 5))
    ]

    def broken(minute: int) -> bool:
        now = at(minute)
        there = [d for d in doses if d.people["nurse"][1][0] <= now < d.end]
        peaks = sum(d.start <= now < d.peak(POLICY)[1] for d in there)
        return not most_watched(peaks, len(there) - peaks, POLICY)

    expected = any(broken(minute) for minute in range(-15, 400))
    assert (PresenceCode.TOO_MANY in codes(*doses)) == expected


def test_the_therapist_stays_and_is_not_the_only_watcher():
    leaves = dose()
    early = {**leaves.people, "therapist": ("theo", (at(0), at(140)))}
    gone = Watched(key="a", start=at(0), end=at(150), route="im", people=early)

    assert codes(gone) == [PresenceCode.NO_THERAPIST]
    assert codes(dose(nurse="theo")) == [PresenceCode.ALONE]


def test_a_group_has_two_therapists_and_enough_nurses():
    def group(healers, nurses):
        return [
            dose(
                f"d{n}",
                therapist=healers[n % len(healers)],
                nurse=nurses[n % len(nurses)],
                group="g",
            )
            for n in range(4)
        ]

    assert codes(*group(["t0", "t1"], ["n0", "n1"])) == []
    assert codes(*group(["t0"], ["n0", "n1"])) == [PresenceCode.GROUP]
    assert PresenceCode.GROUP in codes(*group(["t0", "t1"], ["n0"]))


def stretch(start: int, end: int, site: str = "north") -> Work:
    return Work(person="kit", site=site, start=at(start), end=at(end))


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        pytest.param([stretch(0, 360)], [], id="six-hours"),
        pytest.param([stretch(0, 361)], [PresenceCode.NO_BREAK], id="longer"),
        pytest.param([stretch(0, 200), stretch(230, 500)], [], id="half-an-hour-off"),
        pytest.param(
            [stretch(0, 200), stretch(229, 500)],
            [PresenceCode.NO_BREAK],
            id="too-short",
        ),
        pytest.param([stretch(0, 60), stretch(90, 120, "south")], [], id="travels"),
        pytest.param(
            [stretch(0, 60), stretch(89, 120, "south")],
            [PresenceCode.NO_TRAVEL],
            id="cannot-be-there",
        ),
    ],
)
def test_breaks_and_travel(work, expected):
    found = check(Day(doses=(), work=work))

    assert [f.code for f in found] == expected
    assert all(f.is_hard == (f.code is PresenceCode.NO_TRAVEL) for f in found)
