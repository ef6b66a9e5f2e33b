"""From starts to a proposal: who takes each visit, what it costs, what was traded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import timedelta

from sessions.rules.plan_results import (
    Assigned,
    Cost,
    Proposal,
    Trade,
    TradeCode,
    Visit,
)
from sessions.rules.plan_types import PlanRequest, RoleNeed, StepSpec
from sessions.rules.planner_domains import Diaries, Team
from sessions.rules.planner_masks import Availability, span
from sessions.rules.planner_model import Model
from sessions.rules.planner_tables import Prices

STANDS_ALREADY = -1


def proposal(
    model: Model,
    price: Prices,
    team: Team,
    starts: Sequence[int],
    packed: int,
) -> Proposal:
    diaries = price.diaries
    deviation, fragments, total = price.packing.parts(packed)
    deviation += away_from_wish(diaries.request, team)
    trades = list(_trades(model, price, starts))
    trades += _people(diaries.request, team)
    return Proposal(
        visits=_visits(model, diaries, team, starts),
        cost=Cost(diaries.days.date(starts[model.finish]), deviation, fragments, total),
        team=dict(team),
        trades=tuple(trades),
    )


def away_from_wish(request: PlanRequest, team: Team) -> int:
    return sum(trade.units for trade in _people(request, team))


def _people(request: PlanRequest, team: Team) -> list[Trade]:
    """Roles kept throughout that went to somebody else than wished."""
    asked: dict[str, set[str]] = {}
    steps: dict[str, str] = {}
    for step in request.steps:
        for need in step.needs:
            if need.same_throughout:
                asked.setdefault(need.role, set()).update(need.candidates)
                steps.setdefault(need.role, step.key)
    return [
        Trade(TradeCode.PERSON, steps[role], request.preferred_weight)
        for role, who in team.items()
        if asked[role] & request.preferred and who not in request.preferred
    ]


def _trades(model: Model, price: Prices, starts: Sequence[int]) -> Iterator[Trade]:
    grid = price.diaries.request.grid
    for link in model.links:
        apart = starts[link.later] - starts[link.earlier]
        off = link.deviation(apart)
        if off:
            ideal = link.ideal_low if apart < link.ideal_low else link.ideal_high
            yield Trade(
                TradeCode.GAP,
                model.steps[link.later].key,
                off,
                model.steps[link.earlier].key,
                apart * grid.grid_min,
                ideal * grid.grid_min,
            )
    for step, start in zip(model.steps, starts, strict=True):
        if step.ideal_time is not None:
            away = price.away(step.ideal_time)[start]
            if away:
                code, minutes = TradeCode.TIME_OF_DAY, away * grid.grid_min
                yield Trade(code, step.key, away, actual_min=minutes)
        if price.outside(step) >> start & 1:
            yield Trade(TradeCode.WISHED_TIMES, step.key, step.wish_weight)


def _visits(
    model: Model, diaries: Diaries, team: Team, starts: Sequence[int]
) -> tuple[Visit, ...]:
    grid = diaries.request.grid
    before: dict[str, str] = dict(team)
    visits: dict[int, Visit] = {}
    for index in sorted(range(len(starts)), key=starts.__getitem__):
        step, start = model.steps[index], starts[index]
        people = _who(diaries, step, start, team, before)
        before.update(people)
        begin = grid.at(start)
        visits[index] = Visit(
            step_key=step.key,
            kind=step.kind,
            start=begin,
            end=begin + timedelta(minutes=step.duration_min),
            resources=tuple(_assigned(diaries, step, start, people)),
            pinned=step.key in diaries.pins,
        )
    return tuple(visits[index] for index in range(len(starts)))


def assigned_at(
    diaries: Diaries, step: StepSpec, start: int, team: Team
) -> tuple[Assigned, ...]:
    """Who takes the step at a start that is known to be free."""
    people = _who(diaries, step, start, team, {})
    return tuple(_assigned(diaries, step, start, people))


def _who(
    diaries: Diaries,
    step: StepSpec,
    start: int,
    team: Team,
    before: Mapping[str, str],
) -> Mapping[str, str]:
    pin = diaries.pins.get(step.key)
    if pin is not None and pin.resources is not None:
        return pin.resources
    people = {n.role: team[n.role] for n in step.needs if n.same_throughout}
    wished = diaries.request.preferred
    ranked: list[tuple[str, list[str]]] = []
    for need in step.needs:
        if not need.same_throughout:
            free = _free_people(diaries.known, need, step.duration_min, start)
            ranked.append((need.role, _ordered(free, wished, before.get(need.role))))
    return _distinct(ranked, people) or people


def _ordered(people: Sequence[str], wished: Set[str], last: str | None) -> list[str]:
    """Those wished for first, then whoever had the visit before, then as listed."""
    return sorted(people, key=lambda who: (who not in wished, who != last))


def _free_people(
    known: Availability, need: RoleNeed, duration_min: int, start: int
) -> list[str]:
    first, end = span(need, duration_min, known.grid)
    return [
        who
        for who in need.candidates
        if known.free_lane(who, start + first, start + end) is not None
        and known.is_calm(need, who, start)
    ]


def _distinct(
    ranked: Sequence[tuple[str, list[str]]], people: dict[str, str]
) -> dict[str, str] | None:
    """The first way, in order of liking, to give every role somebody of its own."""
    if not ranked:
        return people
    role, order = ranked[0]
    for who in order:
        if who not in people.values():
            found = _distinct(ranked[1:], {**people, role: who})
            if found is not None:
                return found
    return None


def _assigned(
    diaries: Diaries, step: StepSpec, start: int, people: Mapping[str, str]
) -> Iterator[Assigned]:
    grid = diaries.request.grid
    pin = diaries.pins.get(step.key)
    stands = pin is not None and pin.resources is not None
    for need in step.needs:
        if need.role not in people:
            continue
        first, end = span(need, step.duration_min, grid)
        first, end = start + first, start + end
        who = people[need.role]
        lane = None if stands else diaries.known.free_lane(who, first, end)
        yield Assigned(
            role=need.role,
            resource_id=who,
            lane=STANDS_ALREADY if lane is None else lane,
            start=grid.at(first),
            end=grid.at(end),
        )
