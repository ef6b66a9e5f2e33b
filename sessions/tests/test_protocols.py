"""Protocols as data: every shipped one is sound, and what is wrong is named."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from sessions.rules.maintenance import TAPERS, next_booster, review_reasons
from sessions.rules.policy_json import from_json, to_json
from sessions.rules.protocol_catalogue import CATALOGUE, RETREAT, STANDARD_6
from sessions.rules.protocol_check import Edge, check_protocol, negative_cycle
from sessions.rules.protocol_types import DAY, HOUR, Need, ProtocolBody, Relation

CODES = [
    "standard_6",
    "standard_4",
    "iv_mwf_6",
    "numinus_like_3",
    "biweekly_sl_6_8",
    "six_over_three_weeks",
    "intensive_retreat",
    "spravato_trd",
    "spravato_mdsi",
    "maintenance_only",
    "chronic_pain_infusion",
    "group_im_3",
]


def test_every_template_of_the_reference_ships_and_three_are_switched_off():
    assert [body.code for body in CATALOGUE] == CODES
    off = {body.code for body in CATALOGUE if not body.is_active}
    assert off == {"intensive_retreat", "chronic_pain_infusion", "group_im_3"}


@pytest.mark.parametrize("body", CATALOGUE, ids=CODES)
def test_a_shipped_protocol_has_nothing_wrong_and_survives_json(body):
    hard = [p.sentence for p in check_protocol(body) if p.is_hard]

    assert hard == []
    assert from_json(ProtocolBody, to_json(body)) == body


@pytest.mark.parametrize(
    ("code", "doses", "preparations", "talks"),
    [
        ("standard_6", 6, 1, 6),
        ("standard_4", 4, 1, 4),
        ("iv_mwf_6", 6, 1, 3),
        ("numinus_like_3", 3, 2, 4),
        ("biweekly_sl_6_8", 6, 1, 6),
        ("six_over_three_weeks", 6, 2, 3),
        ("intensive_retreat", 3, 2, 5),
        ("spravato_trd", 12, 1, 8),
        ("spravato_mdsi", 8, 1, 4),
        ("maintenance_only", 4, 0, 4),
        ("chronic_pain_infusion", 3, 1, 0),
        ("group_im_3", 3, 1, 3),
    ],
)
def test_the_counts_are_those_of_the_reference(code, doses, preparations, talks):
    body = next(body for body in CATALOGUE if body.code == code)
    kinds = [step.kind for step in body.steps]

    assert kinds.count("dosing") == doses
    assert kinds.count("preparation") == preparations
    assert kinds.count("integration") == talks


def with_step(number: int, **change) -> ProtocolBody:
    steps = list(STANDARD_6.steps)
    steps[number] = replace(steps[number], **change)
    return replace(STANDARD_6, steps=tuple(steps))


FAR = Relation(to="dose-1", least_min=0, ideal_min=DAY, most_min=2 * DAY)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param(
            replace(STANDARD_6, steps=()), "needs at least one visit", id="none"
        ),
        pytest.param(
            with_step(3, relations=(*STANDARD_6.steps[3].relations, FAR)),
            "The gaps between Dose 1 and Dose 2 exclude each other",
            id="two-gaps-that-exclude-each-other",
        ),
        pytest.param(
            with_step(3, relations=(replace(FAR, to="dose-2"),)),
            "Dose 2 cannot come after itself",
            id="after-itself",
        ),
        pytest.param(
            with_step(3, relations=(replace(FAR, to="party"),)),
            "Dose 2 comes after “party”, which is not a visit here",
            id="after-nothing",
        ),
        pytest.param(
            with_step(3, relations=(replace(FAR, least_min=3 * DAY),)),
            "the least gap must not be longer",
            id="gap-out-of-order",
        ),
        pytest.param(
            with_step(3, minutes=0), "Dose 2 must last from 5 minutes", id="no-length"
        ),
        pytest.param(
            with_step(0, needs=(*STANDARD_6.steps[0].needs, Need(role="clown"))),
            "the role “clown” is not known",
            id="unknown-role",
        ),
        pytest.param(
            with_step(0, room_features=("moat",)),
            "the room feature “moat” is not known",
            id="unknown-feature",
        ),
        pytest.param(
            with_step(0, needs=(Need(role="patient"), Need(role="room", to_end=False))),
            "needs the room for no time at all",
            id="no-time",
        ),
        pytest.param(
            with_step(1, needs=STANDARD_6.steps[0].needs),
            "needs a nurse and a prescriber: no dose is given without",
            id="dose-without-nurse",
        ),
        pytest.param(
            with_step(1, key="preparation"),
            "Two visits are called “preparation”",
            id="same-key",
        ),
        pytest.param(
            replace(STANDARD_6, min_hours_between_doses=24),
            "24 hours only in a retreat",
            id="short-gap-outside-a-retreat",
        ),
        pytest.param(
            replace(RETREAT, needs_director_approval=False),
            "24 hours only in a retreat",
            id="retreat-without-director",
        ),
    ],
)
def test_what_cannot_be_followed_is_named(body, sentence):
    hard = [p.sentence for p in check_protocol(body) if p.is_hard]

    assert any(sentence in found for found in hard), hard


def test_a_third_dose_within_seven_days_contradicts_a_short_most():
    near = Relation(
        to="dose-1", least_min=48 * HOUR, ideal_min=DAY * 4, most_min=DAY * 6
    )
    steps = list(STANDARD_6.steps)
    third = next(i for i, s in enumerate(steps) if s.key == "dose-3")
    steps[third] = replace(steps[third], relations=(*steps[third].relations, near))

    (problem,) = [
        p for p in check_protocol(replace(STANDARD_6, steps=tuple(steps))) if p.is_hard
    ]

    assert problem.sentence.startswith("The gaps between Dose 1 and Dose 3 exclude")


def test_missing_talks_are_only_a_warning():
    steps = tuple(s for s in STANDARD_6.steps if s.kind != "integration")

    found = check_protocol(replace(STANDARD_6, steps=steps))

    assert [p.is_hard for p in found] == [False, False]
    assert found[0].sentence == "It asks for 6 integration visits but plans 0."


def test_a_cycle_is_found_exactly_where_trying_every_start_finds_no_solution():
    found = 0
    for seed in range(200):
        rng = Random(seed)
        keys = ["a", "b", "c"]
        edges: list[Edge] = [
            (*rng.sample(keys, 2), rng.randint(-3, 3), 0)  # type: ignore[misc] # two keys
            for _ in range(rng.randint(2, 5))
        ]
        can = any(
            all(
                dict(zip(keys, at, strict=True))[end]
                <= dict(zip(keys, at, strict=True))[start] + length
                for start, end, length, _ in edges
            )
            for at in product(range(-9, 10), repeat=3)
        )

        assert (negative_cycle(keys, edges) == []) == can, f"seed {seed}"
        found += not can
    assert found > 20


@pytest.mark.parametrize(
    ("key", "place", "phq9", "relapsed", "days"),
    [
        ("taper_standard", -1, 8, False, 14),
        ("taper_standard", 0, 9, False, 28),
        ("taper_standard", 0, 10, False, 14),
        ("taper_standard", 2, 4, True, 28),
        ("taper_standard", 0, 4, True, 14),
        ("taper_standard", 3, 4, False, None),
        ("journey_like", 5, 4, False, 30),
        ("weekly_then_fortnightly", 3, 4, False, 14),
        ("nyk_like", 0, None, False, 28),
        ("prn", -1, 20, True, None),
    ],
)
def test_the_next_booster(key, place, phq9, relapsed, days):
    found = next_booster(TAPERS[key], place=place, phq9=phq9, has_relapsed=relapsed)

    assert (found.interval and found.interval.days) == days
    assert found.least_days == (14 if days is None else days)


def test_maintenance_is_reviewed_for_three_reasons():
    none = review_reasons(
        improvements_percent=[10, 25], days_in_remission=182, boosters_in_a_year=12
    )
    every = review_reasons(
        improvements_percent=[24, 10], days_in_remission=183, boosters_in_a_year=13
    )

    assert (len(none), len(every)) == (0, 3)
