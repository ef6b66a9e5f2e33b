"""The sixteen criteria for leaving: vectors V15 and V17, and every edge."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessions.rules.discharge import (
    CriterionState,
    DischargeFacts,
    assess_discharge,
)
from sessions.rules.discharge_policy import DEFAULT_DISCHARGE_POLICY as POLICY
from sessions.rules.dose_types import Route
from sessions.rules.vitals_types import Reading

ZONE = ZoneInfo("America/New_York")
EARLIEST = datetime(2026, 11, 23, 11, 40, tzinfo=ZONE)
NB = "\u00a0"
TICKS = {one.key: True for one in POLICY.criteria if not one.measured}
GOOD = Reading(
    taken_at=EARLIEST,
    systolic_mmhg=128,
    diastolic_mmhg=80,
    heart_rate_bpm=72,
    spo2_percent=98,
    sedation_moaas=5,
    dissociation_0_10=0,
)
READY = DischargeFacts(
    route=Route.IV,
    now=EARLIEST,
    earliest_at=EARLIEST,
    zone=ZONE,
    reading=GOOD,
    baseline=replace(GOOD, systolic_mmhg=124),
    aldrete_items=(2, 2, 2, 2, 1),
    is_oriented=True,
    ticks=TICKS,
)


def gaps(facts: DischargeFacts) -> list[str]:
    return [gap.key for gap in assess_discharge(facts, POLICY).gaps]


def result_of(key: str, facts: DischargeFacts):
    results = assess_discharge(facts, POLICY).results
    return next(one for one in results if one.key == key)


def with_reading(**values) -> DischargeFacts:
    return replace(READY, reading=replace(GOOD, **values))


def test_sixteen_criteria_and_all_met():
    result = assess_discharge(READY, POLICY)

    assert len(result.results) == 16
    assert result.may_leave


def test_v15_all_ticked_but_too_early():
    facts = replace(READY, now=EARLIEST - timedelta(minutes=20))

    assert gaps(facts) == ["time"]
    assert result_of("time", facts).sentence == f"Earliest time is 11:40, in 20{NB}min."
    assert result_of("time", READY).sentence == "Earliest time 11:40 has passed."


def test_part_of_a_minute_counts_as_one():
    facts = replace(READY, now=EARLIEST - timedelta(seconds=30))

    assert result_of("time", facts).sentence == f"Earliest time is 11:40, in 1{NB}min."


def test_v17_without_an_escort_nobody_leaves():
    ticks = {**TICKS, "escort": False}
    facts = replace(READY, ticks=ticks, overrides={"escort": "wants to go"})

    assert gaps(facts) == ["escort"]
    assert not result_of("escort", facts).overridable


@pytest.mark.parametrize("key", sorted(TICKS))
def test_what_is_not_ticked_is_a_gap(key):
    ticks = {name: yes for name, yes in TICKS.items() if name != key}

    assert gaps(replace(READY, ticks=ticks)) == [key]


def test_what_is_not_measured_is_a_gap():
    facts = replace(
        READY, reading=None, baseline=None, aldrete_items=(), is_oriented=None
    )

    assert gaps(facts) == [
        "aldrete",
        "awake",
        "pressure",
        "pulse",
        "oxygen",
        "oriented",
    ]


@pytest.mark.parametrize(
    ("items", "is_gap"),
    [
        pytest.param((2, 2, 2, 2, 1), False, id="nine"),
        pytest.param((2, 2, 1, 2, 1), True, id="eight"),
        pytest.param((2, 2, 2, 2, 2), False, id="ten"),
        pytest.param((2, 2, 2, 3, 0), True, id="nine-with-a-zero"),
    ],
)
def test_aldrete(items, is_gap):
    assert ("aldrete" in gaps(replace(READY, aldrete_items=items))) is is_gap


@pytest.mark.parametrize(
    ("values", "gap"),
    [
        pytest.param({"sedation_moaas": 4}, ["awake"], id="moaas-4"),
        pytest.param({"sedation_moaas": None}, ["awake"], id="moaas-none"),
        pytest.param({"heart_rate_bpm": 49}, ["pulse"], id="hr-49"),
        pytest.param({"heart_rate_bpm": 50}, [], id="hr-50"),
        pytest.param({"heart_rate_bpm": 110}, [], id="hr-110"),
        pytest.param({"heart_rate_bpm": 111}, ["pulse"], id="hr-111"),
        pytest.param({"spo2_percent": 93}, ["oxygen"], id="spo2-93"),
        pytest.param({"spo2_percent": 94}, [], id="spo2-94"),
        pytest.param({"dissociation_0_10": 1}, [], id="dissociation-1"),
        pytest.param({"dissociation_0_10": 2}, ["oriented"], id="dissociation-2"),
        pytest.param({"dissociation_0_10": None}, ["oriented"], id="dissociation-no"),
        pytest.param({"diastolic_mmhg": 99}, [], id="dia-99"),
        pytest.param({"diastolic_mmhg": 100}, ["pressure"], id="dia-100"),
        pytest.param({"diastolic_mmhg": None}, ["pressure"], id="dia-none"),
    ],
)
def test_measured_criteria(values, gap):
    assert gaps(with_reading(**values)) == gap


@pytest.mark.parametrize(
    ("before", "now", "is_gap"),
    [
        pytest.param(120, 144, False, id="20-percent-above"),
        pytest.param(120, 145, True, id="more-than-20-percent-above"),
        pytest.param(120, 96, False, id="20-percent-below"),
        pytest.param(120, 95, True, id="more-than-20-percent-below"),
        pytest.param(140, 159, False, id="below-160"),
        pytest.param(140, 160, True, id="at-160"),
        pytest.param(141, 159, False, id="high-baseline-within-20-mmhg"),
        pytest.param(None, 128, True, id="baseline-not-known"),
    ],
)
def test_pressure_against_the_baseline(before, now, is_gap):
    facts = replace(
        with_reading(systolic_mmhg=now), baseline=replace(GOOD, systolic_mmhg=before)
    )

    assert (gaps(facts) == ["pressure"]) is is_gap


def test_a_high_baseline_allows_20_mmhg():
    policy = replace(POLICY, systolic_below_mmhg=190)
    baseline = replace(GOOD, systolic_mmhg=150)
    at, above = (
        assess_discharge(
            replace(with_reading(systolic_mmhg=value), baseline=baseline), policy
        )
        for value in (170, 171)
    )

    assert at.may_leave
    assert [gap.key for gap in above.gaps] == ["pressure"]


@pytest.mark.parametrize(
    ("before", "is_gap"),
    [
        pytest.param(92, False, id="no-worse-than-before"),
        pytest.param(93, True, id="worse-than-before"),
        pytest.param(None, True, id="before-not-known"),
    ],
)
def test_oxygen_may_be_as_low_as_before_the_dose(before, is_gap):
    facts = replace(
        with_reading(spo2_percent=92), baseline=replace(GOOD, spo2_percent=before)
    )

    assert (gaps(facts) == ["oxygen"]) is is_gap


def test_oxygen_without_a_baseline_needs_94_percent():
    facts = replace(with_reading(spo2_percent=93), baseline=None)

    assert "oxygen" in gaps(facts)


def test_not_oriented_is_a_gap():
    assert gaps(replace(READY, is_oriented=False)) == ["oriented"]


def test_a_prescriber_may_override_with_a_reason():
    facts = replace(
        READY, ticks={**TICKS, "gait": False}, overrides={"gait": "uses a cane"}
    )
    result = result_of("gait", facts)

    assert result.state is CriterionState.OVERRIDDEN
    assert result.sentence == "Not ticked yet. Reason: uses a cane"
    assert gaps(facts) == []


def test_an_empty_reason_overrides_nothing():
    facts = replace(READY, ticks={**TICKS, "gait": False}, overrides={"gait": "  "})

    assert gaps(facts) == ["gait"]


@pytest.mark.parametrize(
    ("route", "gap"),
    [
        pytest.param(Route.IM, [], id="racemic-time-may-be-overridden"),
        pytest.param(Route.IN_ESK, ["time"], id="esketamine-time-may-not"),
    ],
)
def test_override_of_the_time(route, gap):
    facts = replace(
        READY,
        route=route,
        now=EARLIEST - timedelta(minutes=1),
        overrides={"time": "walks and talks"},
    )

    assert gaps(facts) == gap


def test_a_met_criterion_is_not_overridden():
    facts = replace(READY, overrides={"gait": "not needed"})

    assert result_of("gait", facts).state is CriterionState.MET
