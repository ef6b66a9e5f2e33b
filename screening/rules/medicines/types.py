"""What is known of one class of medicines (clinical reference 4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Route(StrEnum):
    """The four columns of 4.4, and a route that nobody has chosen yet."""

    IV = "iv"
    IM = "im"
    SL = "sl"
    NASAL = "in"
    UNDECIDED = "undecided"
    """The gravest of the four counts."""


class Severity(IntEnum):
    NONE = 0
    MINOR = 1
    MODERATE = 2
    MAJOR = 3
    """A prescriber decides."""
    CONTRAINDICATED = 4


class Action(StrEnum):
    """The action codes of 4.1."""

    CONTRA = "contra"
    REVIEW = "review"
    REVIEW_BLOCK = "review_block"
    """No dose before a prescriber has recorded a decision."""
    HOLD_DAY_OF = "hold_dayof"
    HOLD_HOURS = "hold_nh"
    TAKE_USUAL = "take_usual"
    TIMING_GAP = "timing_gap"
    REDUCE_DOSE = "reduce_dose"
    MONITOR = "monitor"
    ASK = "ask"
    NO_ACTION = "no_action"


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineClass:
    """One row of 4.4 with its words from 4.2; hold hours None: no automatic hold."""

    id: str
    name: str
    generics: tuple[str, ...]
    brands: tuple[str, ...]
    members: tuple[str, ...]
    """Further names by the ATC prefix of the row (ours)."""
    atc: tuple[str, ...]
    severities: Mapping[Route, Severity]
    action: Action
    hold_before_h: int | None
    hold_after_h: int | None
    has_abrupt_stop_risk: bool
    is_cns_depressant: bool
    rems_flag: str
    effect: str
    advice: str
    hold_words: str
    source: str

    def severity(self, route: Route) -> Severity:
        """By route; the gravest of all while the route is open."""
        if route == Route.UNDECIDED:
            return max(self.severities.values())
        return self.severities[route]
