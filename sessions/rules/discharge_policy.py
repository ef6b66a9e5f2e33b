"""The criteria for leaving that ship.

Clinical reference 6.11 and 6.16, edition 2026.11; seed S-39 for the escort.  Criteria
with ``measured`` are judged from figures, the others are ticked by a named person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    key: str
    title: str
    measured: bool = False
    overridable: bool = True
    """By a prescriber with a reason."""


CRITERIA: Final = (
    Criterion(key="time", title="Least time has passed", measured=True),
    Criterion(key="aldrete", title="Aldrete score", measured=True),
    Criterion(key="awake", title="Awake scale (MOAA/S)", measured=True),
    Criterion(key="pressure", title="Blood pressure", measured=True),
    Criterion(key="pulse", title="Pulse", measured=True),
    Criterion(key="oxygen", title="Oxygen (SpO\u2082)", measured=True),
    Criterion(key="oriented", title="Oriented, dissociation gone", measured=True),
    Criterion(key="gait", title="Walks steadily"),
    Criterion(key="nausea", title="Nausea mild at most, a sip stays down"),
    Criterion(key="mood", title="Mood asked, no danger of suicide"),
    Criterion(key="escort", title="Escort is here", overridable=False),
    Criterion(key="site", title="Cannula out, skin looks well"),
    Criterion(key="instructions", title="Instructions given and said back"),
    Criterion(key="next-visit", title="Integration booked"),
    Criterion(key="closing", title="Closing talk with the therapist"),
    Criterion(key="signatures", title="Two signatures", overridable=False),
)
"""In the order of 6.11.  The escort and the signatures are never waived: who leaves
against advice leaves by another form (vector V17)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargePolicy:
    version: str = "2026.11"
    source: str = "6.11, 6.16 ID; seed S-39; V SPRAVATO, REMS"
    criteria: tuple[Criterion, ...] = CRITERIA
    systolic_below_mmhg: int = 160
    diastolic_below_mmhg: int = 100
    within_percent_of_baseline: int = 20
    high_baseline_above_mmhg: int = 140
    high_baseline_allowance_mmhg: int = 20
    """From a high baseline the systolic may lie this much above it."""
    pulse_from_per_min: int = 50
    pulse_to_per_min: int = 110
    spo2_from_percent: int = 94
    moaas: int = 5
    aldrete_from: int = 9
    aldrete_item_from: int = 1
    dissociation_to: int = 1
    """0 to 10."""


DEFAULT_DISCHARGE_POLICY: Final = DischargePolicy()
