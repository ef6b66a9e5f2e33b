"""What the dose calculator is asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Route(StrEnum):
    IV = "iv"
    IM = "im"
    SL = "sl"
    IN_ESK = "in_esk"


class Site(StrEnum):
    """Where an intramuscular injection goes."""

    DELTOID = "deltoid"
    OTHER = "other"
    """Gluteus or vastus."""


class Indication(StrEnum):
    """As far as the esketamine label sets a first dose by it."""

    TRD = "trd"
    MDD_SI = "mdd_si"


class DoseLevel(StrEnum):
    """How far a check stands in the way."""

    OK = "ok"
    SOFT = "soft"
    """Needs a written reason."""
    HARD = "hard"
    """Stops, unless a second prescriber signs."""
    ABSOLUTE = "absolute"
    """Not possible, for anybody."""

    @property
    def rank(self) -> int:
        return list(DoseLevel).index(self)


class DoseRefused(ValueError):
    """An input from which no dose can be worked out; the sentence says what to do."""


NO_WEIGHT: Final = "Enter the weight in kg first."
NO_TIME: Final = "Enter the infusion time in minutes."
NO_STRENGTH: Final = "Choose the product first: a volume needs its strength."


def needed(value: Decimal | None, sentence: str) -> Decimal:
    """The value, or DoseRefused with the sentence that says what to enter."""
    if value is None:
        raise DoseRefused(sentence)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRequest:
    """One dose as the prescriber thinks of it.

    Exactly one of ``mg_per_kg``, ``dose_mg`` and ``volume_ml`` is given.
    """

    route: Route
    mg_per_kg: Decimal | None = None
    dose_mg: Decimal | None = None
    volume_ml: Decimal | None = None
    weight_kg: Decimal | None = None
    strength_mg_per_ml: Decimal | None = None
    unit_mg: Decimal | None = None
    """Milligrams in one lozenge or one nasal device."""
    unit_word: str = "lozenge"
    infusion_min: Decimal | None = None
    bag_ml: Decimal | None = None
    is_diluted: bool = False
    site: Site = Site.DELTOID
    is_first_session: bool = False
    previous_mg_per_kg: Decimal | None = None
    previous_dose_mg: Decimal | None = None
    previous_weight_kg: Decimal | None = None
    given_before_mg: Decimal = Decimal(0)
    """Already given in this session."""
    minutes_since_last: Decimal | None = None
    """Since the injection or the device before this one."""
    age_years: int | None = None
    height_cm: Decimal | None = None
    sex: str = ""
    """male or female, for the ideal weight only."""
    indication: Indication = Indication.TRD
    is_at_home: bool = False
    stock_mg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DoseCheck:
    """What one limit says of the dose."""

    level: DoseLevel
    code: str
    sentence: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """The dose after rounding to what can be drawn up, and what the limits say."""

    dose_mg: Decimal
    exact_mg: Decimal
    """Before rounding."""
    mg_per_kg: Decimal | None
    volume_ml: Decimal | None
    units: Decimal | None
    """Number of lozenges or devices."""
    session_total_mg: Decimal
    mg_per_min: Decimal | None
    mg_per_kg_min: Decimal | None
    bag_ml_per_h: Decimal | None
    sum_text: str
    """How the milligrams came about: mg/kg times kg."""
    order_text: str
    """What is drawn up: “35 mg = 0.7 mL of 50 mg/mL”."""
    checks: tuple[DoseCheck, ...]

    @property
    def level(self) -> DoseLevel:
        """The gravest of the checks."""
        levels = [check.level for check in self.checks]
        return max(levels, key=lambda level: level.rank, default=DoseLevel.OK)

    @property
    def breaches(self) -> tuple[DoseCheck, ...]:
        """The checks that are not ok, gravest first."""
        found = [check for check in self.checks if check.level is not DoseLevel.OK]
        return tuple(sorted(found, key=lambda check: -check.level.rank))
