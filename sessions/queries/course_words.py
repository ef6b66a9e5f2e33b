"""How visits are called on a page."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from sessions.enums import VisitKind
from sessions.models import ProtocolStep

DASH: Final = "\u2013"
WORDS: Final = MappingProxyType(
    {
        VisitKind.SCREENING: "Screening visit",
        VisitKind.PREPARATION: "Preparation",
        VisitKind.DOSING: "Dose",
        VisitKind.INTEGRATION: "Integration",
        VisitKind.FOLLOW_UP: "Follow-up",
    }
)
NUMBERED: Final = frozenset({VisitKind.DOSING, VisitKind.INTEGRATION})
PHASE_CSS: Final = MappingProxyType(
    {kind: kind.value.replace("follow-up", "followup") for kind in VisitKind}
)
"""What the style sheet calls each kind."""


def step_label(step: ProtocolStep) -> str:
    """``Dose 3``, ``Integration 2``, ``Preparation``, or the protocol's own word."""
    if step.title:
        return step.title
    return visit_label(step.kind, step.number)


def visit_label(kind: str, number: int, of_total: int = 0) -> str:
    """``Dose 3 of 6`` where there is more than one, else the kind's word."""
    word = WORDS[VisitKind(kind)]
    if kind not in NUMBERED:
        return word
    return f"{word} {number} of {of_total}" if of_total > 1 else f"{word} {number}"
