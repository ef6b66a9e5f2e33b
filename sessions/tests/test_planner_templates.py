"""Every shipped protocol in a clinic of the demo's size; against CP-SAT; across clock changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from sessions.rules.plan_results import Planned
from sessions.rules.plan_types import ResourceKind, Times
from sessions.rules.planner import plan_course
from sessions.rules.protocol_catalogue import CATALOGUE
from sessions.tests.planner_clinics import (
    TWICE_A_WEEK,
    Clinic,
    busy_lane,
    odd_request,
)
from sessions.tests.planner_oracle import answers
from sessions.tests.planner_templates import by_wishes, request_of
from sessions.tests.test_planner_oracle import best_of_each_team

LONG = {"biweekly_sl_6_8": 130, "maintenance_only": 160, "spravato_trd": 100}
CLINIC = Clinic(days=35, grid_min=30, block_min=90)
BODIES = {body.code: body for body in CATALOGUE}


@pytest.mark.parametrize("code", BODIES)
def test_every_template_has_a_course_in_the_demo_clinic(code):
    request = request_of(BODIES[code], days=LONG.get(code, 70))

    answer = plan_course(replace(request, proposals=1))

    assert isinstance(answer, Planned)
    plan = answer.proposals[0]
    assert plan.proven_optimal
    visits = {visit.step_key: visit for visit in plan.visits}
    for step in BODIES[code].steps:
        for relation in step.relations:
            other = visits[relation.to]
            since = other.end if relation.from_end else other.start
            apart = visits[step.key].start - since
            assert timedelta(minutes=relation.least_min or 0) <= apart
            assert apart <= timedelta(minutes=relation.most_min or 0)


SHORT = ["intensive_retreat", "group_im_3", "numinus_like_3", "iv_mwf_6"]


@pytest.mark.parametrize("wishes_first", [False, True])
@pytest.mark.parametrize("code", SHORT)
def test_templates_have_the_optimum_of_cp_sat(code, wishes_first):
    """Retreat days, a group room, video visits and two preparations, on a coarser grid."""
    request = request_of(BODIES[code], 1, days=45, grid_min=30, therapists=2, fill=0.45)
    request = by_wishes(request) if wishes_first else request

    assert best_of_each_team(request) == answers(request)


@pytest.mark.parametrize("block", range(3))
def test_odd_courses_have_the_optimum_also_when_wishes_come_first(block):
    for seed in range(block * 5, block * 5 + 5):
        request = by_wishes(odd_request(seed))
        request = replace(request, limits=(TWICE_A_WEEK,))

        assert best_of_each_team(request) == answers(request), f"seed {seed}"


@pytest.mark.parametrize("wishes_first", [False, True])
def test_nurses_who_are_full_at_peaks_give_the_optimum_of_cp_sat(wishes_first):
    """Some moments of each nurse take nobody whose dose is at its peak."""
    for seed in range(3):
        request = request_of(
            BODIES["standard_4"], seed, days=35, grid_min=30, therapists=1, fill=0.35
        )
        rng = Random(seed)
        diaries = tuple(
            replace(one, peak_busy=busy_lane(rng, CLINIC, request.grid, 0.4))
            if one.kind is ResourceKind.NURSE
            else one
            for one in request.diaries
        )
        steps = tuple(
            replace(step, needs=tuple(_peaked(need) for need in step.needs))
            for step in request.steps
        )
        request = replace(
            request, steps=steps, diaries=diaries, wishes_first=wishes_first
        )

        assert best_of_each_team(request) == answers(request), f"seed {seed}"


def _peaked(need):
    return replace(need, peak_min=60) if need.role == "nurse" else need


def test_a_finish_that_must_come_early_is_kept_and_the_optimum_stays_exact():
    for seed in range(12):
        request = odd_request(seed)
        latest = request.grid.at(request.grid.slots * 2 // 3)
        request = replace(by_wishes(request), finish_by=latest)

        assert best_of_each_team(request) == answers(request), f"seed {seed}"


@pytest.mark.parametrize(
    ("zone", "origin"),
    [
        pytest.param("America/New_York", datetime(2026, 10, 26), id="falls-back"),
        pytest.param("America/New_York", datetime(2027, 3, 8), id="springs-forward"),
        pytest.param("America/Phoenix", datetime(2026, 10, 26), id="never-changes"),
        pytest.param("Australia/Lord_Howe", datetime(2026, 9, 28), id="half-an-hour"),
        pytest.param("Australia/Lord_Howe", datetime(2027, 3, 29), id="half-back"),
    ],
)
def test_gaps_are_real_hours_and_wishes_are_the_walls_clock_across_a_change(
    zone, origin
):
    local = ZoneInfo(zone)
    start = origin.replace(tzinfo=local).astimezone(UTC)
    request = request_of(
        BODIES["standard_4"], 2, days=42, fill=0.1, zone=zone, origin=start
    )
    morning = Times(None, time(9), time(13))
    steps = tuple(replace(step, allowed=morning) for step in request.steps)
    request = replace(request, steps=steps, proposals=1)

    answer = plan_course(request)

    assert isinstance(answer, Planned)
    visits = answer.proposals[0].visits
    doses = [visit for visit in visits if visit.step_key.startswith("dose")]
    for before, after in zip(doses, doses[1:], strict=False):
        assert after.start - before.start >= timedelta(hours=72)
    for visit in visits:
        here, until = visit.start.astimezone(local), visit.end.astimezone(local)
        assert time(9) <= here.time()
        assert until.time() <= time(13)
    assert len({visit.start.astimezone(local).utcoffset() for visit in visits}) == (
        1 if zone == "America/Phoenix" else 2
    )
