"""The course planner beside CP-SAT: ``python -m bench.planner [--instances N]``.

Courses of 13 visits over six weeks in clinics of 4 rooms, 6 therapists, 3 prescribers and
3 nurses whose diaries are 40 to 80 % full.  Both answer for all therapists; CP-SAT is
given the start masks ready made, two search workers, and only finish date and deviation to
minimise, and its time is that of building and solving.  The planner's time is all of it.
The ratio is judged where a course exists: where none does, CP-SAT is often told by an empty
start mask and does not name the step, and the planner answers in a few milliseconds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from time import perf_counter

from sessions.rules.plan_results import Planned, PlanResult
from sessions.rules.plan_types import PlanRequest
from sessions.rules.planner import plan_course
from sessions.tests.planner_clinics import HOUR, Clinic, standard_request
from sessions.tests.planner_oracle import all_teams, prepare, solve

FILLS = (0.4, 0.5, 0.6, 0.7, 0.8)
MOST_MS = 50.0
MOST_RATIO = 0.1


@dataclass(frozen=True)
class Run:
    feasible: bool
    equal: bool
    ours_ms: float
    three_ms: float
    cp_sat_ms: float


def timed(request: PlanRequest) -> tuple[PlanResult, float]:
    """The answer, and the median of three times in milliseconds."""
    times: list[float] = []
    for _ in range(3):
        start = perf_counter()
        answer = plan_course(request)
        times.append(1000 * (perf_counter() - start))
    return answer, median(times)


def measure(request: PlanRequest) -> Run:
    answer, ours_ms = timed(replace(request, proposals=1))
    _, three_ms = timed(replace(request, proposals=3))
    ready = [prepare(request, team) for team in all_teams(request)]
    start = perf_counter()
    solved = [solve(request, team, full=False, workers=2) for team in ready]
    stop = perf_counter()
    best = min((found[:2] for found in solved if found is not None), default=None)
    ours = None
    if isinstance(answer, Planned):
        cost = answer.proposals[0].cost
        ours = (cost.finish.toordinal(), cost.deviation)
    return Run(
        feasible=best is not None,
        equal=ours == best,
        ours_ms=ours_ms,
        three_ms=three_ms,
        cp_sat_ms=1000 * (stop - start),
    )


def clinics(instances: int, fill: float) -> list[PlanRequest]:
    """Diaries in blocks of half a session, of a session, and in small random pieces."""
    requests: list[PlanRequest] = []
    for seed in range(instances):
        block = (90, 180, None)[seed % 3]
        clinic = Clinic(fill=fill, block_min=block, set_up_min=15 * (seed % 2))
        gap = (72, 48)[seed // 3 % 2] * HOUR
        requests.append(standard_request(seed, clinic, min_gap_min=gap))
    return requests


def p95(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def row(name: str, runs: Sequence[Run]) -> str:
    if not runs:
        return f"{name:<24}    0"
    ours = [run.ours_ms for run in runs]
    three = [run.three_ms for run in runs]
    other = [run.cp_sat_ms for run in runs]
    ratios = [run.ours_ms / run.cp_sat_ms for run in runs]
    equal = sum(run.equal for run in runs)
    return (
        f"{name:<24} {len(runs):4} {equal:6} "
        f"{median(ours):7.1f} {p95(ours):7.1f} {max(ours):7.1f} {max(three):8.1f} "
        f"{median(other):9.0f} {max(other):7.0f} {median(ratios):8.3f} "
        f"{sum(ours) / sum(other):8.3f}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instances", type=int, default=12, help="for each fill")
    instances = parser.parse_args().instances
    plan_course(clinics(1, 0.4)[0])
    say = sys.stdout.write
    say(
        f"{'calendars':<24}    n  equal  p50 ms  p95 ms  max ms  3 plans "
        "CP-SAT p50     max    ratio    total\n"
    )
    every: list[Run] = []
    for fill in FILLS:
        runs = [measure(request) for request in clinics(instances, fill)]
        every += runs
        for exists, word in ((True, "a course"), (False, "none")):
            part = [run for run in runs if run.feasible is exists]
            say(row(f"{fill:.0%} full, {word}", part) + "\n")
    feasible = [run for run in every if run.feasible]
    say(row("all with a course", feasible) + "\n")
    say(row("all", every) + "\n")
    ratio = median([run.ours_ms / run.cp_sat_ms for run in feasible])
    slow = max(run.ours_ms for run in every) > MOST_MS or ratio > MOST_RATIO
    return int(slow or not all(run.equal for run in every))


if __name__ == "__main__":
    sys.exit(main())
