"""The planner against two independent answers: CP-SAT, and trying everything."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from sessions.rules.plan_results import Impossible, Planned, ReasonCode
from sessions.rules.plan_types import PlanRequest
from sessions.rules.planner import plan_course
from sessions.tests.planner_clinics import (
    HOUR,
    Clinic,
    odd_request,
    standard_request,
)
from sessions.tests.planner_oracle import (
    Answer,
    all_teams,
    answers,
    domain,
    is_course,
    longest_beginning,
    prepare,
    solve,
    tried_out,
)


def best_of_each_team(request: PlanRequest) -> list[Answer]:
    answer = plan_course(replace(request, proposals=99))
    best: dict[tuple[tuple[str, str], ...], Answer] = {}
    for plan in answer.proposals if isinstance(answer, Planned) else ():
        found = plan.cost.key(wishes_first=request.wishes_first)
        team = tuple(plan.team.items())
        best[team] = min(best.get(team, found), found)
    return sorted(best.values())


def small(seed: int) -> PlanRequest:
    """Two or three steps on an hour's grid over six days, gaps drawn at random."""
    rng = Random(seed)
    clinic = Clinic(
        rooms=rng.randint(1, 2),
        therapists=2,
        prescribers=1,
        nurses=1,
        days=7,
        fill=rng.uniform(0.2, 0.6),
        block_min=60,
        grid_min=60,
    )
    request = standard_request(rng.randrange(10**6), clinic, dosings=2)
    steps = list(request.steps[: rng.randint(2, 4)])
    for place, step in enumerate(steps):
        least = rng.choice([0, 3, 24]) * HOUR
        gaps = tuple(
            replace(
                gap,
                min_min=least,
                ideal_min=least + rng.choice([0, 2, 12]) * HOUR,
                max_min=least + rng.choice([1, 24, 60]) * HOUR,
            )
            for gap in step.gaps
        )
        steps[place] = replace(step, gaps=gaps)
    return replace(request, steps=tuple(steps))


@pytest.mark.parametrize("block", range(10))
def test_random_clinics_have_the_optimum_of_cp_sat_for_every_team(block):
    for seed in range(block * 10, block * 10 + 10):
        request = odd_request(seed)

        assert best_of_each_team(request) == answers(request), f"seed {seed}"


@pytest.mark.parametrize(
    ("seed", "fill", "hours"),
    [
        (0, 0.4, 72),
        (1, 0.4, 48),
        (3, 0.4, 72),
        (1, 0.5, 72),
        (4, 0.5, 48),
        (2, 0.6, 72),
    ],
)
def test_whole_courses_have_the_optimum_of_cp_sat(seed, fill, hours):
    request = standard_request(
        seed, Clinic(fill=fill, therapists=2), min_gap_min=hours * HOUR
    )

    assert best_of_each_team(request) == answers(request)


@pytest.mark.parametrize("block", range(4))
def test_tiny_courses_have_the_optimum_found_by_trying_everything(block):
    for seed in range(block * 10, block * 10 + 10):
        request = small(seed)

        assert best_of_each_team(request) == tried_out(request), f"seed {seed}"


def test_the_step_named_is_the_first_that_no_placing_of_the_others_allows():
    named = 0
    for seed in range(80):
        request = small(seed)
        answer = plan_course(request)
        if isinstance(answer, Impossible):
            if answer.reason.code is ReasonCode.CONTRADICTION:
                continue
            named += 1
            keys = [step.key for step in request.steps]
            assert keys.index(answer.step_key) == longest_beginning(request)

    assert named > 20


def test_every_visit_of_every_proposal_keeps_every_rule_with_real_people():
    for seed in range(40):
        request = odd_request(seed)
        answer = plan_course(request)
        for plan in answer.proposals if isinstance(answer, Planned) else ():
            starts = tuple(request.grid.floor(v.start) for v in plan.visits)
            assert is_course(request, starts)
            assert_people_are_free(request, plan.visits)


def assert_people_are_free(request, visits) -> None:
    lanes = {diary.resource_id: diary.lanes for diary in request.diaries}
    for step, visit in zip(request.steps, visits, strict=True):
        if any(part.lane < 0 for part in visit.resources):
            continue
        who = [part.resource_id for part in visit.resources]
        assert len(set(who)) == len(step.needs)
        for part in visit.resources:
            taken = request.grid.mask(part.start, part.end)
            assert lanes[part.resource_id][part.lane] & taken == 0


@pytest.mark.parametrize("seed", [0, 3, 8])
def test_with_one_team_the_next_proposals_begin_dosing_on_other_days_and_are_the_best(
    seed,
):
    clinic = Clinic(therapists=1, fill=0.2, days=21)
    request = standard_request(seed, clinic, dosings=2)
    (team,) = all_teams(request)

    answer = plan_course(request)

    assert isinstance(answer, Planned)
    used: set[int] = set()
    for plan in answer.proposals:
        ready = prepare(request, team)
        kept = [s for s in ready.domains[1] if ready.own[1][s][0] not in used]
        ready.domains[1][:] = kept
        for slot in set(ready.own[1]) - set(kept):
            del ready.own[1][slot]
        cost = plan.cost
        assert solve(request, ready) == (
            cost.finish.toordinal(),
            cost.deviation,
            cost.fragments,
            cost.starts,
        )
        used.add(plan.visits[1].start.astimezone(request.grid.zone).date().toordinal())
    assert len(used) == 3


def test_the_oracle_itself_finds_no_start_outside_opening_hours():
    request = standard_request(0, Clinic(fill=0.0, days=7), dosings=1)
    (team, *_) = all_teams(request)

    starts = domain(request, request.steps[0], team)

    assert len(starts) == 5 * 37
