"""Dose limits that ship, with their sources.

Clinical reference 2.3 and 2.9, edition 2026.11.  A limit is breached when the value
lies above it (below it for ``low``); equality is allowed.  Marks: seed, V (checked),
GK (general knowledge), ID (implementation default).  The medical director signs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """One quantity's limits.  None: there is no such limit."""

    soft_low: Decimal | None = None
    hard_low: Decimal | None = None
    absolute_low: Decimal | None = None
    soft_first: Decimal | None = None
    """Upper soft limit in a first session, in place of ``soft``."""
    soft: Decimal | None = None
    hard: Decimal | None = None
    absolute: Decimal | None = None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IvPolicy:
    mg_per_kg: Limits = Limits(
        soft_low=Decimal("0.1"),
        soft_first=Decimal("0.5"),
        soft=Decimal("0.75"),
        hard=Decimal("1.0"),
        absolute=Decimal("1.5"),
        source="seed S-30 (0.5); V ANDRADE17 (0.75), PASWFL (1.0), KETALAR",
    )
    step_mg_per_kg: Limits = Limits(soft=Decimal("0.25"), source="seed S-39; 0.25 ID")
    infusion_min: Limits = Limits(
        absolute_low=Decimal(10),
        hard_low=Decimal(20),
        soft_low=Decimal(40),
        soft=Decimal(100),
        source="seed S-30 (40 min); V ANDRADE17, KETALAR (slow administration)",
    )
    mg_per_kg_min: Limits = Limits(
        soft=Decimal("0.0125"),
        hard=Decimal("0.025"),
        absolute=Decimal("0.05"),
        source="seed S-30 (0.5 mg/kg in 40 min); double is ID",
    )
    total_mg: Limits = Limits(
        soft=Decimal(100),
        hard=Decimal(150),
        absolute=Decimal(200),
        source="ID, guards against a mix-up of lb and kg",
    )
    dilution_from_mg_per_ml: Decimal = Decimal(100)
    dilution_source: str = "V KETALAR (dilute with at least an equal volume)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImPolicy:
    mg_per_kg: Limits = Limits(
        soft_first=Decimal("0.75"),
        soft=Decimal("1.2"),
        hard=Decimal("1.5"),
        absolute=Decimal("2.0"),
        source="seed S-31 (1.2); V KETALAR; margins ID",
    )
    step_mg_per_kg: Limits = Limits(soft=Decimal("0.25"), source="seed S-39; 0.25 ID")
    session_mg_per_kg: Limits = Limits(
        soft=Decimal("1.2"),
        hard=Decimal("1.5"),
        absolute=Decimal("2.0"),
        source="seed S-31 (1.2); ID",
    )
    session_mg: Limits = Limits(
        soft=Decimal(120), hard=Decimal(150), absolute=Decimal(200), source="ID"
    )
    booster_gap_min: Limits = Limits(
        soft_low=Decimal(10), hard_low=Decimal(5), source="ID"
    )
    deltoid_ml: Limits = Limits(
        soft=Decimal(2), hard=Decimal(3), source="GK nursing reference"
    )
    other_site_ml: Limits = Limits(hard=Decimal(5), source="GK nursing reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlPolicy:
    mg: Limits = Limits(
        soft_low=Decimal(50),
        soft_first=Decimal(150),
        soft=Decimal(300),
        hard=Decimal(400),
        absolute=Decimal(600),
        source="seed S-32 (300); V KTC (400), HULL22 (450 with co-signature); 600 ID",
    )
    step_mg: Limits = Limits(soft=Decimal(100), source="seed S-39; 100 mg ID")
    mg_per_kg: Limits = Limits(
        soft=Decimal(5),
        hard=Decimal(7),
        absolute=Decimal(10),
        source="V HULL22, ANDRADE17",
    )
    home_enabled: bool = False
    home_mg: Limits = Limits(hard=Decimal(300), absolute=Decimal(450), source="ID")
    unit_part: Decimal = Decimal("0.25")
    """Lozenges are scored in quarters (V KTC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EsketaminePolicy:
    device_mg: Decimal = Decimal(28)
    allowed_mg: tuple[Decimal, ...] = (Decimal(56), Decimal(84))
    low_mg: Decimal = Decimal(28)
    """Allowed from ``low_from_age_years``, or with a documented reason."""
    low_from_age_years: int = 65
    first_trd_mg: Decimal = Decimal(56)
    first_mdd_si_mg: Decimal = Decimal(84)
    device_gap_min: Limits = Limits(
        soft_low=Decimal(5), source="V SPRAVATO (5 min between devices)"
    )
    source: str = "V SPRAVATO; 28 mg from 65 years V SMPC"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightPolicy:
    kg: Limits = Limits(
        soft_low=Decimal(40), soft=Decimal(200), source="ID, confirm the unit"
    )
    change_percent: Decimal = Decimal(10)
    change_source: str = "ID, confirm the unit"
    bmi_prompt_from: Decimal = Decimal(30)
    adjustment_factor: Decimal = Decimal("0.4")
    bmi_source: str = "ID; GK (ketamine in obesity)"


@dataclass(frozen=True, slots=True, kw_only=True)
class DosePolicy:
    """Everything the calculator compares with."""

    version: str = "2026.11"
    iv: IvPolicy = field(default_factory=IvPolicy)
    im: ImPolicy = field(default_factory=ImPolicy)
    sl: SlPolicy = field(default_factory=SlPolicy)
    in_esk: EsketaminePolicy = field(default_factory=EsketaminePolicy)
    weight: WeightPolicy = field(default_factory=WeightPolicy)
    small_volume_ml: Decimal = Decimal("0.05")
    small_volume_source: str = "2.3 cross checks, ID"
    fine_syringe_ml: Decimal = Decimal(1)
    """Up to this volume it is drawn to ``fine_step_ml``, above it to the coarse step."""
    fine_step_ml: Decimal = Decimal("0.01")
    coarse_step_ml: Decimal = Decimal("0.1")
    mg_step: Decimal = Decimal("0.1")
    elderly_from_years: int = 65
    elderly_first_dose_factor: Decimal = Decimal("0.5")
    elderly_source: str = "ID, in the spirit of SMPC"


DEFAULT_DOSE_POLICY: Final = DosePolicy()
