"""Is the weight plausible, and which weight should the dose rest on?

Clinical reference 2.3 (cross checks) and 2.7 (Devine ideal weight, in kg from cm).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from sessions.rules.dose_compare import Figure, compare
from sessions.rules.dose_policy import WeightPolicy
from sessions.rules.dose_types import DoseCheck, DoseLevel
from sessions.rules.dose_units import half_up, lb_to_kg, plain, with_unit

_DEVINE_BASE_KG: Final = {"male": Decimal(50), "female": Decimal("45.5")}
_DEVINE_KG_PER_CM: Final = Decimal("0.91")
_DEVINE_FROM_CM: Final = Decimal("152.4")
_CM_PER_M: Final = Decimal(100)
_TENTH: Final = Decimal("0.1")


def body_mass_index(weight_kg: Decimal, height_cm: Decimal) -> Decimal:
    """kg/m², to one decimal."""
    return half_up(weight_kg * _CM_PER_M**2 / height_cm**2, _TENTH)


def ideal_weight_kg(height_cm: Decimal, sex: str) -> Decimal | None:
    """Devine; None when the formula has no constants for the person."""
    base = _DEVINE_BASE_KG.get(sex)
    if base is None:
        return None
    return half_up(base + _DEVINE_KG_PER_CM * (height_cm - _DEVINE_FROM_CM), _TENTH)


def adjusted_weight_kg(
    weight_kg: Decimal, height_cm: Decimal, sex: str, policy: WeightPolicy
) -> Decimal | None:
    """Ideal weight plus a share (0.4) of what lies above it."""
    ideal = ideal_weight_kg(height_cm, sex)
    if ideal is None:
        return None
    return half_up(ideal + policy.adjustment_factor * (weight_kg - ideal), _TENTH)


def weight_checks(
    *,
    weight_kg: Decimal,
    previous_kg: Decimal | None,
    height_cm: Decimal | None,
    sex: str,
    policy: WeightPolicy,
) -> Iterator[DoseCheck]:
    """The weight itself, its change since last time, and the body mass index."""
    figure = Figure(code="weight", name="Weight", value=weight_kg, unit="kg", places=1)
    yield compare(figure, policy.kg)
    if previous_kg is not None:
        yield from _change(weight_kg, previous_kg, policy)
    if height_cm is not None:
        yield from _size(weight_kg, height_cm, sex, policy)


def _change(
    weight_kg: Decimal, previous_kg: Decimal, policy: WeightPolicy
) -> Iterator[DoseCheck]:
    percent = 100 * abs(weight_kg - previous_kg) / previous_kg
    if percent <= policy.change_percent:
        return
    yield DoseCheck(
        DoseLevel.SOFT,
        "weight-change",
        f"Weight {with_unit(weight_kg, 'kg', places=1)} differs by "
        f"{with_unit(percent, '%', places=0)} from "
        f"{with_unit(previous_kg, 'kg', places=1)}. Confirm kg or lb: "
        f"{with_unit(weight_kg, 'lb', places=1)} is "
        f"{with_unit(lb_to_kg(weight_kg), 'kg', places=1)}.",
        policy.change_source,
    )


def _size(
    weight_kg: Decimal, height_cm: Decimal, sex: str, policy: WeightPolicy
) -> Iterator[DoseCheck]:
    bmi = body_mass_index(weight_kg, height_cm)
    if bmi < policy.bmi_prompt_from:
        return
    adjusted = adjusted_weight_kg(weight_kg, height_cm, sex, policy)
    offer = (
        "Think of an adjusted body weight."
        if adjusted is None
        else f"Adjusted body weight is {with_unit(adjusted, 'kg', places=1)}."
    )
    yield DoseCheck(
        DoseLevel.SOFT,
        "bmi",
        f"Body mass index {plain(bmi)} has reached {plain(policy.bmi_prompt_from)}. "
        f"{offer} A reason is needed to dose by actual weight.",
        policy.bmi_source,
    )
