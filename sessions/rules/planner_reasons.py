"""Why no course exists: the first step that cannot be placed, and what closes the way."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sessions.rules.plan_results import Impossible, Reason, ReasonCode
from sessions.rules.plan_types import RoleNeed
from sessions.rules.planner_bits import lowest, positions
from sessions.rules.planner_domains import (
    Diaries,
    Team,
    after,
    forward,
    kept_throughout,
    settle,
)
from sessions.rules.planner_frontier import Frontier, Seen
from sessions.rules.planner_model import ENDLESS, Link, Model
from sessions.rules.planner_search import Effort, OutOfEffortError, Starts


@dataclass(frozen=True, slots=True)
class Failure:
    """How far one team got: ``reached`` steps can be placed together, one more cannot."""

    team: Team
    domains: Sequence[int]
    reached: int
    decided: bool = True


def furthest(
    model: Model,
    fronts: Sequence[Frontier],
    opened: Sequence[tuple[Team, Sequence[int]]],
    diaries: Diaries,
) -> Failure:
    """The team that can hold the longest beginning of the course; the first of equals."""
    full = diaries.request.grid.full
    effort = Effort(diaries.request.effort)
    ranked: list[tuple[int, Team, Sequence[int]]] = []
    for team, domains in opened:
        ranked.append((forward(model, domains, full)[1], team, domains))
    ranked.sort(key=lambda entry: -entry[0])
    best = Failure(*ranked[0][1:], 0)
    for most, team, domains in ranked:
        if most <= best.reached:
            break
        try:
            reached = _deepest(model, fronts, domains[:most], full, effort)
        except OutOfEffortError:
            return Failure(team, domains, most - 1, decided=False)
        if reached > best.reached:
            best = Failure(team, domains, reached)
    return best


def _deepest(
    model: Model,
    fronts: Sequence[Frontier],
    domains: Sequence[int],
    full: int,
    effort: Effort,
) -> int:
    """How many of these steps, from the first, can be placed together."""
    for count in range(len(domains), 1, -1):
        cut = list(domains[:count])
        if settle(model, cut, full) and _placeable(model, fronts, cut, effort):
            return count
    return 1


def _placeable(
    model: Model, fronts: Sequence[Frontier], domains: Sequence[int], effort: Effort
) -> bool:
    """Depth first, earliest starts first, each state once."""
    at = [positions(domain) for domain in domains]
    firsts = [starts[0] for starts in at]
    firsts += [0] * (len(model.steps) - len(firsts))
    seen = [Seen() for _ in model.steps]
    stack: list[Starts] = [()]
    while stack:
        placed = stack.pop()
        effort.spend(1)
        index = len(placed)
        if index == len(at):
            return True
        key = fronts[index].key(placed, model, firsts)
        if not seen[index].is_new(key, fronts[index].rest(placed)):
            continue
        starts = _open(model, at[index], placed)
        if starts and index + 1 < len(at):
            ahead = fronts[index + 1]
            first = (*placed, starts[0])
            if ahead.forgets(index, ahead.key(first, model, firsts)):
                starts = starts[:1]
        stack += [(*placed, start) for start in reversed(starts)]
    return False


def _open(model: Model, at: list[int], placed: Sequence[int]) -> list[int]:
    """Starts of the next step that suit every step placed."""
    index = len(placed)
    low, high = 0, ENDLESS
    for link in model.into[index]:
        start = placed[link.earlier]
        low, high = max(low, start + link.low), min(high, start + link.high)
    starts = at[bisect_left(at, low) : bisect_right(at, high)]
    for clash in model.clashes:
        if clash.later == index and starts:
            start = placed[clash.earlier]
            above, below = start + clash.above, start + clash.below
            starts = [s for s in starts if not above < s < below]
    return starts


def contradiction(model: Model, index: int) -> Impossible:
    step = model.steps[index]
    to_steps = _named(model, model.into[index])
    reason = Reason(ReasonCode.CONTRADICTION, to_steps=to_steps)
    return Impossible(step.key, reason)


def no_team(model: Model) -> Impossible:
    """Nobody can be kept throughout: no candidate is common, or all are one person."""
    for index, step in enumerate(model.steps):
        people = kept_throughout(model.steps[: index + 1])
        closed = tuple(role for role, who in people.items() if not who)
        if closed:
            return Impossible(step.key, Reason(ReasonCode.NEVER_FREE, closed))
    roles = tuple(kept_throughout(model.steps))
    return Impossible(model.steps[0].key, Reason(ReasonCode.NEVER_FREE, roles))


def undecided(model: Model, team: Team) -> Impossible:
    return Impossible(model.steps[0].key, Reason(ReasonCode.UNDECIDED), team)


def impossible(model: Model, diaries: Diaries, failed: Failure) -> Impossible:
    step = model.steps[failed.reached]
    return Impossible(step.key, _reason(model, diaries, failed), dict(failed.team))


def _reason(model: Model, diaries: Diaries, failed: Failure) -> Reason:
    grid = diaries.request.grid
    index = failed.reached
    links = model.into[index]
    cut, _ = forward(model, failed.domains[:index], grid.full)
    window, tight = grid.full, []
    for link in links:
        left = after(cut[link.earlier], link, grid.full)
        if left != grid.full:
            tight.append(link)
        window &= left
    to_steps = _named(model, tight)
    past = any(_runs_past(link, cut[link.earlier], grid.slots) for link in links)
    if not failed.decided:
        return Reason(ReasonCode.UNDECIDED, to_steps=to_steps)
    if not window:
        return Reason(ReasonCode.HORIZON, to_steps=to_steps, past_horizon=past)
    bounds = (grid.at(lowest(window)), grid.at(window.bit_length()))
    code, roles = _closed_by(model, diaries, failed, window)
    return Reason(code, roles, to_steps, *bounds, past_horizon=past)


def _closed_by(
    model: Model, diaries: Diaries, failed: Failure, window: int
) -> tuple[ReasonCode, tuple[str, ...]]:
    step = model.steps[failed.reached]
    if failed.domains[failed.reached] & window:
        return ReasonCode.SPACING, ()
    allowed = diaries.allowed(step)
    if not failed.domains[failed.reached]:
        return ReasonCode.NEVER_FREE, _smallest(diaries, failed, allowed)
    return ReasonCode.WINDOW, _smallest(diaries, failed, allowed & window)


def _smallest(diaries: Diaries, failed: Failure, where: int) -> tuple[str, ...]:
    """A set of roles that is never free together there, and none of it can be spared.

    Empty when the allowed times alone leave nothing.
    """
    step = diaries.request.steps[failed.reached]
    kept = list(diaries.needs[step.key])
    for need in tuple(kept):
        without = [other for other in kept if other is not need]
        if not where & _free(diaries, failed, without):
            kept = without
    return tuple(need.role for need in kept)


def _free(diaries: Diaries, failed: Failure, needs: Sequence[RoleNeed]) -> int:
    step = diaries.request.steps[failed.reached]
    return diaries.free(step, tuple(needs), failed.team)


def _runs_past(link: Link, domain: int, slots: int) -> bool:
    """Whether the window that the link leaves is cut by the end of the grid."""
    return domain.bit_length() - 1 + min(link.high, ENDLESS) >= slots


def _named(model: Model, links: Iterable[Link]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(model.steps[link.earlier].key for link in links))
