"""Independent answers to plan requests: OR-Tools CP-SAT, and trying everything.

Nothing of the planner is used but its shapes: starts are tested one by one against the
diaries with real people in every role, and the model is written anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from math import ceil, floor

from ortools.sat.python import cp_model

from sessions.rules.plan_types import (
    Anchor,
    Gap,
    PlanRequest,
    RoleNeed,
    StepKind,
    StepSpec,
    Times,
)

Team = dict[str, str]
Answer = tuple[int, int, int, int]
"""Finish day (ordinal), deviation, fragments, sum of starts."""


def bounds(request: PlanRequest, step: StepSpec, need: RoleNeed) -> tuple[int, int]:
    at = {Anchor.START: 0, Anchor.END: step.duration_min}
    grid = request.grid.grid_min
    first = floor((at[need.from_anchor] + need.from_min) / grid)
    return first, ceil((at[need.to_anchor] + need.to_min) / grid)


def outline(request: PlanRequest, step: StepSpec) -> tuple[int, int]:
    every = [bounds(request, step, need) for need in step.needs]
    every.append((0, ceil(step.duration_min / request.grid.grid_min)))
    return min(a for a, _ in every), max(b for _, b in every)


def lane_is_free(request: PlanRequest, lane: int, first: int, end: int) -> bool:
    if first < 0 or end > request.grid.slots:
        return False
    return (lane >> first) & ((1 << (end - first)) - 1) == 0


def is_calm(request: PlanRequest, need: RoleNeed, who: str, start: int) -> bool:
    """Slot by slot: the peak of the visit lies outside the one's full moments."""
    (busy,) = {d.peak_busy for d in request.diaries if d.resource_id == who}
    length = ceil(need.peak_min / request.grid.grid_min)
    return not any(busy >> slot & 1 for slot in range(start, start + length))


def people_fit(request: PlanRequest, step: StepSpec, team: Team, start: int) -> bool:
    lanes = {diary.resource_id: diary.lanes for diary in request.diaries}

    def fill(needs: tuple[RoleNeed, ...], taken: tuple[str, ...]) -> bool:
        if not needs:
            return True
        need = needs[0]
        first, end = bounds(request, step, need)
        choice = (team[need.role],) if need.same_throughout else need.candidates
        for who in choice:
            if who in taken:
                continue
            if (
                any(
                    lane_is_free(request, lane, start + first, start + end)
                    for lane in lanes[who]
                )
                and is_calm(request, need, who, start)
                and fill(needs[1:], (*taken, who))
            ):
                return True
        return False

    return fill(step.needs, ())


def local(request: PlanRequest, slot: int) -> datetime:
    grid = request.grid
    at = grid.origin + timedelta(minutes=slot * grid.grid_min)
    return at.astimezone(grid.zone)


def fits(request: PlanRequest, times: Times, step: StepSpec, slot: int) -> bool:
    begin = local(request, slot)
    zone = request.grid.zone
    if times.weekdays is not None and begin.weekday() not in times.weekdays:
        return False
    if times.from_time is not None:
        opening = datetime.combine(begin.date(), times.from_time, zone)
        if begin.timestamp() < opening.timestamp():
            return False
    if times.to_time is not None:
        closing = datetime.combine(begin.date(), times.to_time, zone)
        if begin.timestamp() + 60 * step.duration_min > closing.timestamp():
            return False
    return True


def domain(request: PlanRequest, step: StepSpec, team: Team) -> list[int]:
    for pin in request.pins:
        if pin.step_key == step.key:
            slot = request.grid.floor(pin.start)
            fixed = pin.resources is not None
            return [slot] if fixed or people_fit(request, step, team, slot) else []
    first, last = request.grid.ceil(request.earliest), request.grid.slots
    is_finish = request.steps[finish_index(request)].key == step.key
    if is_finish and request.finish_by is not None:
        last = min(last, request.grid.ceil(request.finish_by))
    return [
        slot
        for slot in range(max(first, 0), last)
        if people_fit(request, step, team, slot)
        and fits(request, step.allowed, step, slot)
    ]


def own_deviation(request: PlanRequest, step: StepSpec, slot: int) -> int:
    cost = 0
    if step.ideal_time is not None:
        wish = datetime.combine(
            local(request, slot).date(), step.ideal_time, request.grid.zone
        )
        away = (wish.timestamp() - request.grid.origin.timestamp()) / 60
        cost += abs(slot - floor(away / request.grid.grid_min))
    if not fits(request, step.wished, step, slot):
        cost += step.wish_weight
    return cost


def own_fragments(request: PlanRequest, step: StepSpec, team: Team, slot: int) -> int:
    least = request.fragment_min // request.grid.grid_min
    lanes = {diary.resource_id: diary.lanes for diary in request.diaries}
    if any(pin.step_key == step.key and pin.resources for pin in request.pins):
        return 0
    found = 0
    for need in step.needs:
        if need.same_throughout and len(lanes[team[need.role]]) == 1:
            busy = lanes[team[need.role]][0]
            first, end = bounds(request, step, need)
            for beside, direction in ((slot + first - 1, -1), (slot + end, 1)):
                found += 0 < _free_beside(request, busy, beside, direction) < least
    return found


def _free_beside(request: PlanRequest, busy: int, slot: int, direction: int) -> int:
    free = 0
    while 0 <= slot < request.grid.slots and not busy >> slot & 1:
        free += 1
        slot += direction
    return free


def all_teams(request: PlanRequest) -> Iterator[Team]:
    roles: dict[str, list[str]] = {}
    for step in request.steps:
        for need in step.needs:
            if need.same_throughout:
                known = roles.get(need.role, list(need.candidates))
                roles[need.role] = [who for who in known if who in need.candidates]
    for pin in request.pins:
        for role, who in (pin.resources or {}).items():
            if who in roles.get(role, ()):
                roles[role] = [who]
    for people in product(*roles.values()):
        yield dict(zip(roles, people, strict=True))


def wish_cost(request: PlanRequest, team: Team) -> int:
    total = 0
    for role, who in team.items():
        asked = {
            name
            for step in request.steps
            for need in step.needs
            if need.role == role and need.same_throughout
            for name in need.candidates
        }
        if asked & request.preferred and who not in request.preferred:
            total += request.preferred_weight
    return total


def apart(request: PlanRequest, gap: Gap, to: StepSpec) -> tuple[int, int, int, int]:
    """Least, most, and the ideal range of the difference, in slots."""
    grid = request.grid.grid_min
    base = to.duration_min if gap.anchor is Anchor.END else 0
    far = 10 * request.grid.slots
    low = -far if gap.min_min is None else ceil((base + gap.min_min) / grid)
    high = far if gap.max_min is None else floor((base + gap.max_min) / grid)
    if gap.ideal_min is None:
        return low, high, -far, far
    ideal = base + gap.ideal_min
    return (
        low,
        high,
        floor((ideal - gap.slack_min) / grid + 0.5),
        floor((ideal + gap.slack_min) / grid + 0.5),
    )


def finish_index(request: PlanRequest) -> int:
    keys = [step.key for step in request.steps]
    if request.finish_step is not None:
        return keys.index(request.finish_step)
    dosings = [i for i, s in enumerate(request.steps) if s.kind is StepKind.DOSING]
    return dosings[-1] if dosings else len(keys) - 1


def counted(request: PlanRequest) -> Iterator[tuple[list[int], int, int]]:
    for limit in request.limits:
        places = [i for i, s in enumerate(request.steps) if s.kind is limit.kind]
        yield places, limit.most, ceil(limit.window_min / request.grid.grid_min)


@dataclass(frozen=True)
class Prepared:
    """One team's starts with their own costs; what CP-SAT is given."""

    team: Team
    domains: list[list[int]]
    own: list[dict[int, tuple[int, int, int]]]
    """For each step and start: day ordinal, deviation, fragments."""


def prepare(request: PlanRequest, team: Team) -> Prepared:
    domains = [domain(request, step, team) for step in request.steps]
    own = [
        {
            slot: (
                local(request, slot).date().toordinal(),
                own_deviation(request, step, slot),
                own_fragments(request, step, team, slot),
            )
            for slot in slots
        }
        for step, slots in zip(request.steps, domains, strict=True)
    ]
    return Prepared(team, domains, own)


def solve(
    request: PlanRequest, ready: Prepared, *, full: bool = True, workers: int = 1
) -> Answer | None:
    """CP-SAT's proven optimum for one team; ``full`` False: day and deviation only."""
    if not all(ready.domains):
        return None
    model = cp_model.CpModel()
    starts = [
        model.new_int_var_from_domain(cp_model.Domain.from_values(slots), f"s{i}")
        for i, slots in enumerate(ready.domains)
    ]
    _hold_apart(request, model, starts)
    deviations = _gap_costs(request, model, starts)
    fragments: list[cp_model.LinearExpr] = []
    for i, own in enumerate(ready.own):
        for part, into in ((1, deviations), (2, fragments)):
            if any(costs[part] for costs in own.values()):
                into.append(_looked_up(model, starts[i], own, part))
    finish = finish_index(request)
    day = _looked_up(model, starts[finish], ready.own[finish], 0)
    base = min(costs[0] for costs in ready.own[finish].values())
    total = sum(starts) if full else 0
    pieces = sum(fragments) if full else 0
    low, middle = (len(starts) * request.grid.slots, 100) if full else (1, 1)
    objective = sum(deviations) * low * middle + pieces * low + total
    late = 0 if request.wishes_first else day - base
    model.minimize(late * (low * middle * 200_000) + objective)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    assert status == cp_model.OPTIMAL
    deviation = sum(solver.value(part) for part in deviations)
    return (
        0 if request.wishes_first else solver.value(day),
        deviation + wish_cost(request, ready.team),
        sum(solver.value(part) for part in fragments),
        sum(solver.value(start) for start in starts),
    )


def _hold_apart(request, model, starts) -> None:
    intervals = []
    for step, start in zip(request.steps, starts, strict=True):
        first, end = outline(request, step)
        intervals.append(
            model.new_fixed_size_interval_var(start + first, end - first, step.key)
        )
    model.add_no_overlap(intervals)
    for places, most, window in counted(request):
        for a, b in zip(places, places[1:], strict=False):
            model.add(starts[a] < starts[b])
        for a, b in zip(places, places[most:], strict=False):
            model.add(starts[b] - starts[a] >= window)


def _gap_costs(request, model, starts) -> list[cp_model.LinearExpr]:
    place = {step.key: i for i, step in enumerate(request.steps)}
    costs = []
    for i, step in enumerate(request.steps):
        for gap in step.gaps:
            other = place[gap.to_step]
            low, high, near, far = apart(request, gap, request.steps[other])
            difference = starts[i] - starts[other]
            model.add(difference >= low)
            model.add(difference <= high)
            if gap.ideal_min is not None:
                off = model.new_int_var(0, request.grid.slots, f"off{i}")
                model.add(off >= near - difference)
                model.add(off >= difference - far)
                costs.append(off * gap.weight)
    return costs


def _looked_up(model, start, own, part):
    values = sorted({costs[part] for costs in own.values()})
    found = model.new_int_var_from_domain(cp_model.Domain.from_values(values), "cost")
    model.add_allowed_assignments(
        [start, found], [(slot, costs[part]) for slot, costs in own.items()]
    )
    return found


def answers(request: PlanRequest) -> list[Answer]:
    """The proven optimum of every team that has one, best first."""
    found = [solve(request, prepare(request, team)) for team in all_teams(request)]
    return sorted(answer for answer in found if answer is not None)


def tried_out(request: PlanRequest) -> list[Answer]:
    """The same by trying every combination of starts; for tiny requests only."""
    found = []
    for team in all_teams(request):
        ready = prepare(request, team)
        costs = [
            _counted_out(request, ready, starts)
            for starts in product(*ready.domains)
            if is_course(request, starts)
        ]
        found += [min(costs)] if costs else []
    return sorted(found)


def is_course(request: PlanRequest, starts: tuple[int, ...]) -> bool:
    """Whether gaps, limits and apartness hold for (the beginning of) a course."""
    return (
        _apart_enough(request, starts)
        and _gaps_hold(request, starts)
        and _limits_hold(request, starts)
    )


def _apart_enough(request: PlanRequest, starts: tuple[int, ...]) -> bool:
    taken = [
        (start + first, start + end)
        for start, (first, end) in zip(
            starts, [outline(request, step) for step in request.steps], strict=False
        )
    ]
    taken.sort()
    return all(a[1] <= b[0] for a, b in zip(taken, taken[1:], strict=False))


def _gaps_hold(request: PlanRequest, starts: tuple[int, ...]) -> bool:
    place = {step.key: i for i, step in enumerate(request.steps)}
    for start, step in zip(starts, request.steps, strict=False):
        for gap in step.gaps:
            other = place[gap.to_step]
            if other < len(starts):
                low, high, _, _ = apart(request, gap, request.steps[other])
                if not low <= start - starts[other] <= high:
                    return False
    return True


def _limits_hold(request: PlanRequest, starts: tuple[int, ...]) -> bool:
    for places, most, window in counted(request):
        held = [starts[p] for p in places if p < len(starts)]
        if held != sorted(held):
            return False
        if any(b - a < window for a, b in zip(held, held[most:], strict=False)):
            return False
    return True


def _counted_out(
    request: PlanRequest, ready: Prepared, starts: tuple[int, ...]
) -> Answer:
    place = {step.key: i for i, step in enumerate(request.steps)}
    own = [ready.own[i][slot] for i, slot in enumerate(starts)]
    deviation = sum(costs[1] for costs in own) + wish_cost(request, ready.team)
    for i, step in enumerate(request.steps):
        for gap in step.gaps:
            other = place[gap.to_step]
            _, _, near, far = apart(request, gap, request.steps[other])
            difference = starts[i] - starts[other]
            if gap.ideal_min is not None:
                off = max(near - difference, difference - far, 0)
                deviation += off * gap.weight
    fragments = sum(costs[2] for costs in own)
    return own[finish_index(request)][0], deviation, fragments, sum(starts)


def longest_beginning(request: PlanRequest) -> int:
    """How many steps, from the first, can be placed together; tiny requests only."""
    reached = 0
    for team in all_teams(request):
        domains = [domain(request, step, team) for step in request.steps]
        beginnings: list[tuple[int, ...]] = [()]
        for i, slots in enumerate(domains):
            beginnings = [
                (*before, slot)
                for before in beginnings
                for slot in slots
                if is_course(request, (*before, slot))
            ]
            if not beginnings:
                break
            reached = max(reached, i + 1)
    return reached
