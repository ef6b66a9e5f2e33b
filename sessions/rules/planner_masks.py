"""At which slots a visit can start: everybody it needs is free for the whole stretch.

Rooms, nurses and prescribers need no identity while the course is searched: the patient
is in one place at a time and visits never overlap, set-up and clean-up included, so
"some one of them is free for the whole length" is enough, and who it is follows later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from sessions.rules.plan_types import Anchor, Diary, Grid, RoleNeed, StepSpec
from sessions.rules.planner_bits import runs, shifted


def floor_slots(minutes: int, grid: Grid) -> int:
    return minutes // grid.grid_min


def ceil_slots(minutes: int, grid: Grid) -> int:
    return -(-minutes // grid.grid_min)


def span(need: RoleNeed, duration_min: int, grid: Grid) -> tuple[int, int]:
    """The need's stretch as slots relative to the start: first, and end (exclusive)."""
    base = {Anchor.START: 0, Anchor.END: duration_min}
    first = floor_slots(base[need.from_anchor] + need.from_min, grid)
    end = ceil_slots(base[need.to_anchor] + need.to_min, grid)
    if end <= first:
        message = f"The role {need.role} is needed for no time at all."
        raise ValueError(message)
    return first, end


def hull(step: StepSpec, grid: Grid) -> tuple[int, int]:
    """From the first set-up to the last clean-up, as slots relative to the start."""
    spans = [span(need, step.duration_min, grid) for need in step.needs]
    spans.append((0, ceil_slots(step.duration_min, grid)))
    return min(first for first, _ in spans), max(end for _, end in spans)


@dataclass(slots=True)
class Availability:
    """The diaries, with every run of free time looked up once."""

    grid: Grid
    diaries: Mapping[str, Diary]
    _free: dict[tuple[str, int], int] = field(default_factory=dict)

    def lanes_free(self, resource_id: str) -> tuple[int, ...]:
        full = self.grid.full
        return tuple(full & ~busy for busy in self.diaries[resource_id].lanes)

    def free_runs(self, resource_id: str, length: int) -> int:
        """Where some one lane is free for ``length`` slots."""
        key = (resource_id, length)
        if key not in self._free:
            found = 0
            for free in self.lanes_free(resource_id):
                found |= runs(free, length)
            self._free[key] = found
        return self._free[key]

    def starts(self, resource_id: str, first: int, end: int) -> int:
        """Visit starts at which the resource is free from ``first`` to ``end``."""
        return shifted(self.free_runs(resource_id, end - first), -first) & (
            self.grid.full
        )

    def starts_for(self, need: RoleNeed, who: str, duration_min: int) -> int:
        """Visit starts at which this one can take the need, its peak included."""
        found = self.starts(who, *span(need, duration_min, self.grid))
        if need.peak_min and self.diaries[who].peak_busy:
            calm = self.grid.full & ~self.diaries[who].peak_busy
            found &= runs(calm, ceil_slots(need.peak_min, self.grid))
        return found

    def is_calm(self, need: RoleNeed, who: str, start: int) -> bool:
        """Whether the peak of a visit that starts there can be watched by this one."""
        end = start + ceil_slots(need.peak_min, self.grid)
        return not self.diaries[who].peak_busy & self.grid.stretch(start, end)

    def free_lane(self, resource_id: str, first: int, end: int) -> int | None:
        """The lowest lane free over these slots, which must lie on the grid."""
        wanted = ((1 << (end - first)) - 1) << first
        for lane, busy in enumerate(self.diaries[resource_id].lanes):
            if not busy & wanted:
                return lane
        return None


def availability(grid: Grid, diaries: Iterable[Diary]) -> Availability:
    return Availability(grid, {diary.resource_id: diary for diary in diaries})


def role_starts(
    known: Availability,
    needs: Sequence[RoleNeed],
    duration_min: int,
    held: Mapping[str, str],
) -> int:
    """Starts at which all ``needs`` can be met together; ``held`` fixes some roles.

    Needs that share a candidate are met by different people: each group of such needs is
    tried over all ways to fill it.
    """
    starts = known.grid.full
    taken = {held[need.role] for need in needs if need.role in held}
    loose: list[tuple[RoleNeed, tuple[str, ...]]] = []
    for need in needs:
        if need.role in held:
            starts &= known.starts_for(need, held[need.role], duration_min)
        else:
            free = tuple(who for who in need.candidates if who not in taken)
            loose.append((need, free))
    for group in _entangled(loose):
        starts &= _group_starts(known, group, duration_min)
    return starts


def _group_starts(
    known: Availability,
    group: Sequence[tuple[RoleNeed, tuple[str, ...]]],
    duration_min: int,
) -> int:
    found = 0
    for people in product(*(candidates for _, candidates in group)):
        if len(set(people)) == len(people):
            together = known.grid.full
            for who, (need, _) in zip(people, group, strict=True):
                together &= known.starts_for(need, who, duration_min)
            found |= together
    return found


def _entangled(
    loose: Sequence[tuple[RoleNeed, tuple[str, ...]]],
) -> Iterator[list[tuple[RoleNeed, tuple[str, ...]]]]:
    """The needs in groups that share no candidate with each other."""
    groups: list[tuple[set[str], list[tuple[RoleNeed, tuple[str, ...]]]]] = []
    for need, candidates in loose:
        people, members = set(candidates), [(need, candidates)]
        apart: list[tuple[set[str], list[tuple[RoleNeed, tuple[str, ...]]]]] = []
        for other in groups:
            if other[0] & people:
                people |= other[0]
                members = other[1] + members
            else:
                apart.append(other)
        groups = [*apart, (people, members)]
    for _, members in groups:
        yield members
