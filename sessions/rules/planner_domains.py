"""Where each step can still start for one team: masks, cut by gaps until nothing changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from sessions.rules.plan_types import Pin, PlanRequest, RoleNeed, StepSpec
from sessions.rules.planner_bits import lowest, spread
from sessions.rules.planner_days import LocalDays, local_days, starts_within
from sessions.rules.planner_masks import Availability, availability, role_starts
from sessions.rules.planner_model import ENDLESS, Link, Model

Team = Mapping[str, str]


@dataclass(slots=True)
class Diaries:
    """The request's diaries and clock, and the start masks found so far."""

    request: PlanRequest
    known: Availability
    days: LocalDays
    pins: Mapping[str, Pin]
    needs: Mapping[str, tuple[RoleNeed, ...]]
    """Equal needs as one object, so that a mask is looked up by identity."""
    _times: dict[tuple[object, int], int] = field(default_factory=dict)
    _roles: dict[tuple[object, int, tuple[tuple[str, str], ...]], int] = field(
        default_factory=dict
    )

    @property
    def in_time(self) -> int:
        """Starts of the finish step before ``finish_by``."""
        grid, latest = self.request.grid, self.request.finish_by
        return grid.full if latest is None else grid.stretch(0, grid.ceil(latest))

    def allowed(self, step: StepSpec) -> int:
        """Starts that the clock, the earliest start and the pin leave."""
        pin = self.pins.get(step.key)
        if pin is not None:
            return 1 << self.pinned_slot(pin)
        grid = self.request.grid
        key = (step.allowed, step.duration_min)
        if key not in self._times:
            fits = starts_within(self.days, step.allowed, step.duration_min)
            later = grid.stretch(grid.ceil(self.request.earliest), grid.slots)
            self._times[key] = fits & later
        return self._times[key]

    def pinned_slot(self, pin: Pin) -> int:
        grid = self.request.grid
        slot = grid.floor(pin.start)
        if not 0 <= slot < grid.slots or grid.at(slot) != pin.start:
            message = "A pinned start must lie on the grid."
            raise ValueError(message)
        return slot

    def free(self, step: StepSpec, roles: Sequence[RoleNeed], team: Team) -> int:
        """Starts at which these needs of the step are met."""
        pin = self.pins.get(step.key)
        if pin is not None and pin.resources is not None:
            return self.request.grid.full
        held = tuple((n.role, team[n.role]) for n in roles if n.same_throughout)
        key = (tuple(map(id, roles)), step.duration_min, held)
        if key not in self._roles:
            self._roles[key] = role_starts(
                self.known, roles, step.duration_min, dict(held)
            )
        return self._roles[key]

    def starts(self, step: StepSpec, team: Team) -> int:
        return self.allowed(step) & self.free(step, self.needs[step.key], team)


def read_diaries(request: PlanRequest) -> Diaries:
    same: dict[RoleNeed, RoleNeed] = {}
    return Diaries(
        request=request,
        known=availability(request.grid, request.diaries),
        days=local_days(request.grid),
        pins={pin.step_key: pin for pin in request.pins},
        needs={
            step.key: tuple(same.setdefault(need, need) for need in step.needs)
            for step in request.steps
        },
    )


def teams(request: PlanRequest) -> Iterator[Team]:
    """Every way to fill the roles that are kept throughout, in the order given.

    A visit that stands already keeps its person, if that person may go on at all.
    """
    choices = kept_throughout(request.steps)
    for pin in request.pins:
        for role, who in (pin.resources or {}).items():
            if who in choices.get(role, ()):
                choices[role] = (who,)
    for people in product(*choices.values()):
        team = dict(zip(choices, people, strict=True))
        if _one_role_each(request.steps, team):
            yield team


def kept_throughout(steps: Sequence[StepSpec]) -> dict[str, tuple[str, ...]]:
    """For each role that keeps its person, those who may take it in every step."""
    choices: dict[str, tuple[str, ...]] = {}
    for step in steps:
        for need in step.needs:
            if need.same_throughout:
                known = choices.get(need.role, need.candidates)
                choices[need.role] = tuple(w for w in known if w in need.candidates)
    return choices


def _one_role_each(steps: Sequence[StepSpec], team: Team) -> bool:
    for step in steps:
        held = [team[need.role] for need in step.needs if need.same_throughout]
        if len(set(held)) < len(held):
            return False
    return True


def after(domain: int, link: Link, full: int) -> int:
    """Starts of the later step that some start of the earlier one allows."""
    if link.low <= -ENDLESS and link.high >= ENDLESS:
        return full
    if link.high >= ENDLESS:
        return full & ~((1 << max(lowest(domain) + link.low, 0)) - 1)
    if link.low <= -ENDLESS:
        return full & ((1 << max(domain.bit_length() + link.high, 0)) - 1)
    return spread(domain, link.low, link.high) & full


def before(domain: int, link: Link, full: int) -> int:
    """Starts of the earlier step that some start of the later one allows."""
    if link.low <= -ENDLESS and link.high >= ENDLESS:
        return full
    if link.high >= ENDLESS:
        return full & ((1 << max(domain.bit_length() - link.low, 0)) - 1)
    if link.low <= -ENDLESS:
        return full & ~((1 << max(lowest(domain) - link.high, 0)) - 1)
    return spread(domain, -link.high, -link.low) & full


def forward(model: Model, domains: Sequence[int], full: int) -> tuple[list[int], int]:
    """Cut each domain by the steps before it; also how many steps stayed open."""
    cut = list(domains)
    for index in range(len(cut)):
        for link in model.into[index]:
            cut[index] &= after(cut[link.earlier], link, full)
        if not cut[index]:
            return cut, index
    return cut, len(cut)


def settle(model: Model, domains: list[int], full: int) -> bool:
    """Cut the domains by every link, both ways, until nothing changes.

    False as soon as one is empty.  Fewer domains than steps: the course's beginning.
    """
    links = [link for link in model.links if link.later < len(domains)]
    order = (*links, *reversed(links))
    stale = set(range(len(domains)))
    while stale:
        fresh: set[int] = set()
        for link in order:
            a, b = link.earlier, link.later
            if a not in stale and b not in stale:
                continue
            new_b = domains[b] & after(domains[a], link, full)
            new_a = domains[a] & before(new_b, link, full) if new_b else 0
            if not new_a:
                return False
            if new_a != domains[a]:
                domains[a] = new_a
                fresh.add(a)
            if new_b != domains[b]:
                domains[b] = new_b
                fresh.add(b)
            stale |= fresh
        stale = fresh
    return True
