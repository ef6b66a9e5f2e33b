"""Can this protocol be followed at all?  What contradicts itself, and what is only missing.

Gaps are a system of differences between starts; a cycle of negative length means that
they exclude each other, and the two visits named are the shortest such pair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sessions.rules.maintenance import TAPERS
from sessions.rules.protocol_types import (
    DAY,
    DEVICES,
    FEATURES,
    HOUR,
    KINDS,
    MEASURES,
    REMINDERS,
    ROLES,
    ProtocolBody,
    Relation,
    StepBody,
)

LONGEST_VISIT_MIN: Final = 720
MOST_STEPS: Final = 60
RACEMIC_LEAST_H, RETREAT_LEAST_H = 48, 24
"""SP-01."""
DOSE_ROLES: Final = ("room", "therapist", "nurse", "prescriber")
"""Clinical reference 1.3 and 6.6."""
Edge = tuple[str, str, int, int]
"""``start[to] <= start[from] + minutes``, and which step's gap says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """``is_hard``: the protocol cannot be published.  ``steps``: whom it is about."""

    sentence: str
    steps: tuple[str, ...] = ()
    is_hard: bool = True


def check_protocol(
    body: ProtocolBody,
    *,
    features: Sequence[str] = FEATURES,
    devices: Sequence[str] = DEVICES,
) -> tuple[Problem, ...]:
    """Everything that is wrong, the hard ones first; empty when nothing is."""
    found = [
        *_whole(body),
        *(
            problem
            for step in body.steps
            for problem in _step(step, body, features, devices)
        ),
    ]
    if not any(problem.is_hard for problem in found):
        found += _contradiction(body)
    found += [*_missing(body), *_doses(body)]
    return tuple(sorted(found, key=lambda problem: not problem.is_hard))


def _whole(body: ProtocolBody) -> Iterator[Problem]:
    if not body.steps:
        yield Problem(sentence="A protocol needs at least one visit. Add one.")
    if len(body.steps) > MOST_STEPS:
        yield Problem(sentence=f"A protocol holds at most {MOST_STEPS} visits.")
    for key, count in Counter(step.key for step in body.steps).items():
        if count > 1:
            yield Problem(
                sentence=f"Two visits are called “{key}”. Give one another key.",
                steps=(key,),
            )
    if body.maintenance and body.maintenance not in TAPERS:
        yield Problem(sentence="The maintenance pattern is not known. Choose another.")
    if body.min_hours_between_doses < RACEMIC_LEAST_H and not (
        body.is_retreat
        and body.needs_director_approval
        and body.min_hours_between_doses >= RETREAT_LEAST_H
    ):
        yield Problem(
            sentence="Doses lie at least 48 hours apart; 24 hours only in a retreat that "
            "a medical director approves for each patient."
        )


def _step(
    step: StepBody, body: ProtocolBody, features: Sequence[str], devices: Sequence[str]
) -> Iterator[Problem]:
    def problem(sentence: str) -> Problem:
        return Problem(sentence=sentence, steps=(step.key,))

    label = step.label
    if step.kind not in KINDS:
        yield problem(f"{label}: this kind of visit is not known.")
    if not 0 < step.minutes <= LONGEST_VISIT_MIN:
        yield problem(f"{label} must last from 5 minutes to 12 hours.")
    yield from _needs(step)
    for word, given, known in (
        ("room feature", step.room_features, features),
        ("device", step.devices, devices),
        ("measure", step.measures, MEASURES),
        ("reminder", step.reminders, REMINDERS),
    ):
        for unknown in sorted(set(given) - set(known)):
            yield problem(f"{label}: the {word} “{unknown}” is not known here.")
    yield from _relations(step, {other.key: other for other in body.steps})


def _needs(step: StepBody) -> Iterator[Problem]:
    roles = [need.role for need in step.needs]
    for role in sorted(set(roles) - set(ROLES)):
        yield _of(step, f"{step.label}: the role “{role}” is not known.")
    for role, count in Counter(roles).items():
        if count > 1:
            yield _of(step, f"{step.label} asks twice for a {role}. Remove one line.")
    if "patient" not in roles:
        yield _of(step, f"{step.label} has no patient.")
    for need in step.needs:
        first = need.from_min + (step.minutes if need.from_end else 0)
        end = need.to_min + (step.minutes if need.to_end else 0)
        if end <= first:
            yield _of(step, f"{step.label} needs the {need.role} for no time at all.")
    lacking = [role for role in DOSE_ROLES if role not in roles]
    if step.kind == "dosing" and lacking:
        words = " and a ".join(lacking)
        yield _of(step, f"{step.label} needs a {words}: no dose is given without.")


def _relations(step: StepBody, known: dict[str, StepBody]) -> Iterator[Problem]:
    for relation in step.relations:
        if relation.to == step.key:
            yield _of(step, f"{step.label} cannot come after itself.")
        elif relation.to not in known:
            yield _of(
                step,
                f"{step.label} comes after “{relation.to}”, which is not a visit here.",
            )
        if not _in_order(relation):
            yield _of(
                step,
                f"{step.label}: the least gap must not be longer than the wished one, "
                "nor that longer than the most.",
            )
    first = step.relations[0] if step.relations else None
    if first and None in (first.least_min, first.ideal_min, first.most_min):
        yield _of(step, f"{step.label}: say the least, the wished and the most.")


def _in_order(relation: Relation) -> bool:
    given = [
        minutes
        for minutes in (relation.least_min, relation.ideal_min, relation.most_min)
        if minutes is not None
    ]
    return given == sorted(given)


def _contradiction(body: ProtocolBody) -> Iterator[Problem]:
    """Longest paths over the differences; the shortest cycle that cannot be kept."""
    cycle = negative_cycle([step.key for step in body.steps], list(_edges(body)))
    if cycle:
        labels = {step.key: step.label for step in body.steps}
        first, second = labels[cycle[0]], labels[cycle[-1]]
        others = [labels[key] for key in cycle[1:-1]]
        through = f", by way of {', '.join(others)}" if others else ""
        yield Problem(
            sentence=f"The gaps between {first} and {second} exclude each other{through}. "
            "Widen one of them.",
            steps=tuple(cycle),
        )


def _edges(body: ProtocolBody) -> Iterator[Edge]:
    """Bounds between starts: gaps, doses in order, so many in seven days."""
    minutes = {step.key: step.minutes for step in body.steps}
    for place, step in enumerate(body.steps):
        for relation in step.relations:
            base = minutes[relation.to] if relation.from_end else 0
            if relation.most_min is not None:
                yield relation.to, step.key, base + relation.most_min, place
            if relation.least_min is not None:
                yield step.key, relation.to, -base - relation.least_min, place
    doses = [step for step in body.steps if step.kind == "dosing"]
    for before, after in pairwise(doses):
        least = max(before.minutes, body.min_hours_between_doses * HOUR)
        yield after.key, before.key, -least, 0
    most = body.max_doses_per_7_days
    for before, after in zip(doses, doses[most:], strict=False):
        yield after.key, before.key, -7 * DAY, 0


def negative_cycle(keys: Sequence[str], edges: Sequence[Edge]) -> list[str]:
    """The visits of a cycle of bounds that cannot all be kept, or an empty list.

    Bellman-Ford from all at once; the cycle is found by walking the predecessors back.
    """
    distance = dict.fromkeys(keys, 0)
    before: dict[str, str] = {}
    last = ""
    for _ in range(len(keys) + 1):
        last = ""
        for start, end, length, _ in edges:
            if distance[start] + length < distance[end]:
                distance[end] = distance[start] + length
                before[end] = start
                last = end
        if not last:
            return []
    for _ in keys:
        last = before[last]
    cycle = [last]
    while before[cycle[-1]] != last:
        cycle.append(before[cycle[-1]])
    order = {key: place for place, key in enumerate(keys)}
    return sorted(cycle, key=order.__getitem__)


def _missing(body: ProtocolBody) -> Iterator[Problem]:
    """What the reference asks for and this protocol lacks; worth a thought, no more."""
    counts = Counter(step.kind for step in body.steps)
    for kind, least, word in (
        ("preparation", body.min_preparations, "preparation"),
        ("integration", body.min_integrations, "integration"),
    ):
        if counts[kind] < least:
            yield Problem(
                sentence=f"It asks for {least} {word} visits but plans {counts[kind]}.",
                is_hard=False,
            )
    if counts["dosing"] and not counts["preparation"] and not body.maintenance:
        yield Problem(
            sentence="No preparation is planned before the first dose.", is_hard=False
        )
    if counts["dosing"] and not counts["integration"]:
        yield Problem(sentence="No integration is planned at all.", is_hard=False)


def _doses(body: ProtocolBody) -> Iterator[Problem]:
    doses = {step.key: step for step in body.steps if step.kind == "dosing"}
    least = body.min_hours_between_doses * HOUR
    for step in doses.values():
        for relation in step.relations:
            if relation.to not in doses or relation.least_min is None:
                continue
            base = doses[relation.to].minutes if relation.from_end else 0
            if relation.least_min + base < least:
                yield Problem(
                    sentence=f"{step.label} may come {relation.least_min // HOUR} h after "
                    f"{doses[relation.to].label}; the least is "
                    f"{body.min_hours_between_doses} h. The planner keeps the longer.",
                    steps=(step.key,),
                    is_hard=False,
                )


def _of(step: StepBody, sentence: str) -> Problem:
    return Problem(sentence=sentence, steps=(step.key,))
