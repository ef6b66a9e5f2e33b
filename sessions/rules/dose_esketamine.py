"""Nasal esketamine is counted in devices of 28 mg, never a free number.

Clinical reference 2.3, 2.4 and 2.9: the label allows 56 mg and 84 mg.  The founding
protocol's “50 to 100 mg” cannot be given with the approved device.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sessions.rules.dose_compare import Figure, check, compare
from sessions.rules.dose_policy import EsketaminePolicy
from sessions.rules.dose_types import DoseCheck, DoseLevel, DoseRequest, Indication
from sessions.rules.dose_units import with_unit


def esketamine_checks(
    request: DoseRequest, dose_mg: Decimal, policy: EsketaminePolicy
) -> Iterator[DoseCheck]:
    """Device count, first dose, and the gap between two devices."""
    yield _amount(request, dose_mg, policy)
    if request.is_first_session:
        yield _first_dose(request, dose_mg, policy)
    if request.minutes_since_last is not None:
        yield device_gap(request.minutes_since_last, policy)


def device_gap(minutes: Decimal, policy: EsketaminePolicy) -> DoseCheck:
    """Between two devices the nose needs a rest of 5 min."""
    figure = Figure(
        code="device-gap",
        name="Time since the last device",
        value=minutes,
        unit="min",
        places=1,
    )
    return compare(figure, policy.device_gap_min)


def _amount(
    request: DoseRequest, dose_mg: Decimal, policy: EsketaminePolicy
) -> DoseCheck:
    dose, device = with_unit(dose_mg, "mg"), with_unit(policy.device_mg, "mg")
    level, fact = DoseLevel.HARD, f"Dose {dose} is not on the label."
    if dose_mg % policy.device_mg:
        level = DoseLevel.ABSOLUTE
        fact = f"Dose {dose} is not a multiple of {device}: one device holds {device}."
    elif dose_mg in policy.allowed_mg:
        level, fact = DoseLevel.OK, f"Dose {dose} is on the label."
    elif dose_mg == policy.low_mg:
        level, fact = _low(request, dose, policy)
    return check(level, "devices", fact, policy.source)


def _low(
    request: DoseRequest, dose: str, policy: EsketaminePolicy
) -> tuple[DoseLevel, str]:
    from_age = policy.low_from_age_years
    if request.age_years is not None and request.age_years >= from_age:
        return DoseLevel.OK, f"Dose {dose}: usual from {from_age} years."
    return DoseLevel.SOFT, f"Dose {dose} is for people from {from_age} years."


def _first_dose(
    request: DoseRequest, dose_mg: Decimal, policy: EsketaminePolicy
) -> DoseCheck:
    is_trd = request.indication is Indication.TRD
    label = policy.first_trd_mg if is_trd else policy.first_mdd_si_mg
    if dose_mg == label:
        fact = f"First dose {with_unit(label, 'mg')}, as on the label."
        return check(DoseLevel.OK, "first-dose", fact, policy.source)
    fact = f"A first dose is {with_unit(label, 'mg')} on the label."
    return check(DoseLevel.SOFT, "first-dose", fact, policy.source)
