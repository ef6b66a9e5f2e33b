"""May this dose begin?  Every gate is asked, none is hidden because it passed.

Clinical reference 1.4.  The gates of later work (G-01, 05, 07, 13, 16, 18) join
``GATES`` in the same shape.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from sessions.rules import readiness_gates, readiness_room
from sessions.rules.readiness_policy import ReadinessPolicy
from sessions.rules.readiness_types import GateResult, ReadinessFacts

GateRule = Callable[[ReadinessFacts, ReadinessPolicy], GateResult]

GATES: Final[Mapping[str, GateRule]] = MappingProxyType(
    {
        "G-02": readiness_gates.eligibility,
        "G-03": readiness_gates.consent,
        "G-04": readiness_gates.preparation,
        "G-06": readiness_gates.spacing,
        "G-08": readiness_gates.measures,
        "G-09": readiness_gates.medicines,
        "G-10": readiness_gates.fasting,
        "G-11": readiness_gates.escort,
        "G-12": readiness_gates.weight,
        "G-14": readiness_room.vitals,
        "G-15": readiness_room.order,
        "G-17": readiness_room.presence,
        "G-19": readiness_room.time_out,
    }
)


def assess_readiness(
    facts: ReadinessFacts, policy: ReadinessPolicy
) -> tuple[GateResult, ...]:
    """The answer of every gate, in the order of the clinical reference."""
    return tuple(rule(facts, policy) for rule in GATES.values())


def holding(
    results: Iterable[GateResult], overridden: Collection[str] = ()
) -> tuple[GateResult, ...]:
    """The gates that hold the dose back; an override counts only where it may."""
    return tuple(
        gate
        for gate in results
        if gate.holds_the_dose and not (gate.overridable_by and gate.code in overridden)
    )
