"""How much is that in milligrams and millilitres, and what do the limits say?

Clinical reference 2.7: decimal arithmetic throughout; the dose is rounded to what can
be drawn up or counted out, shown again, and the limits are tested on the rounded dose.

One limit needs care.  0.5 mg/kg over 40 min, the founding protocol's own dose, lies
exactly on the soft limit of the rate, so drawing up to the nearest 0.01 mL would push
every second patient over it (vector D3).  The soft limit of the rate therefore ignores
what rounding may have added; the hard and absolute ones do not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from sessions.rules.dose_limits import PER_KG, Drawn, route_checks
from sessions.rules.dose_policy import DosePolicy
from sessions.rules.dose_types import (
    NO_STRENGTH,
    NO_TIME,
    NO_WEIGHT,
    Dose,
    DoseCheck,
    DoseLevel,
    DoseRefused,
    DoseRequest,
    Route,
    needed,
)
from sessions.rules.dose_units import half_up, plain, with_unit

_MINUTES_PER_HOUR: Final = Decimal(60)
_PER_KG_STEP: Final = Decimal("0.0001")
_HALF: Final = Decimal("0.5")
_TIMES: Final = "\u00d7"


@dataclass(frozen=True, slots=True)
class _Rounded:
    dose_mg: Decimal
    volume_ml: Decimal | None
    units: Decimal | None
    step_mg: Decimal
    """Milligrams in the smallest step that can be drawn up or counted out."""


def calculate(request: DoseRequest, policy: DosePolicy) -> Dose:
    """Work out a dose; DoseRefused when something it needs is missing."""
    _check_request(request)
    exact = _exact_mg(request)
    rounded = _round(request, exact, policy)
    if rounded.dose_mg <= 0:
        raise DoseRefused("The dose is too small to draw up. Enter a larger one.")
    drawn = _drawn(request, rounded)
    checks = route_checks(request, drawn, policy)
    return Dose(
        dose_mg=rounded.dose_mg,
        exact_mg=exact,
        mg_per_kg=_shown(drawn.mg_per_kg),
        volume_ml=rounded.volume_ml,
        units=rounded.units,
        session_total_mg=drawn.session_mg,
        mg_per_min=_divided(rounded.dose_mg, request.infusion_min),
        mg_per_kg_min=_divided(drawn.mg_per_kg, request.infusion_min),
        bag_ml_per_h=_bag_rate(request),
        sum_text=_sum_text(request, exact, rounded, drawn, policy),
        order_text=_order_text(request, rounded),
        checks=tuple(
            _with_lower(check, request, rounded, policy)
            if rounded.dose_mg > exact
            else check
            for check in checks
        ),
    )


def _check_request(request: DoseRequest) -> None:
    amounts = (request.mg_per_kg, request.dose_mg, request.volume_ml)
    given = [amount for amount in amounts if amount is not None]
    if len(given) != 1:
        raise DoseRefused("Enter the dose once: in mg/kg, in mg or in mL.")
    figures = (
        *given,
        request.weight_kg,
        request.previous_weight_kg,
        request.height_cm,
        request.strength_mg_per_ml,
        request.unit_mg,
        request.infusion_min,
        request.bag_ml,
    )
    for figure in figures:
        if figure is not None and not (figure.is_finite() and figure > 0):
            raise DoseRefused("Every figure of a dose is a number above 0.")
    _check_route(request)


def _check_route(request: DoseRequest) -> None:
    if request.route is Route.IN_ESK and request.dose_mg is None:
        raise DoseRefused("Nasal esketamine is ordered in mg. Enter 56 or 84 mg.")
    if request.route in {Route.IV, Route.IM}:
        needed(request.weight_kg, NO_WEIGHT)
    if request.route is Route.IV:
        needed(request.infusion_min, NO_TIME)


def _exact_mg(request: DoseRequest) -> Decimal:
    if request.dose_mg is not None:
        return request.dose_mg
    if request.mg_per_kg is not None:
        return request.mg_per_kg * needed(request.weight_kg, NO_WEIGHT)
    strength = needed(request.strength_mg_per_ml, NO_STRENGTH)
    return needed(request.volume_ml, NO_STRENGTH) * strength


def _round(request: DoseRequest, exact: Decimal, policy: DosePolicy) -> _Rounded:
    if request.route is Route.IN_ESK:
        return _Rounded(exact, None, exact / policy.in_esk.device_mg, Decimal(0))
    if request.strength_mg_per_ml is not None:
        return _round_volume(exact, request.strength_mg_per_ml, policy)
    if request.unit_mg is not None:
        part = policy.sl.unit_part
        units = half_up(exact / request.unit_mg, part)
        return _Rounded(units * request.unit_mg, None, units, part * request.unit_mg)
    step = policy.mg_step
    return _Rounded(half_up(exact, step), None, None, step)


def _round_volume(exact: Decimal, strength: Decimal, policy: DosePolicy) -> _Rounded:
    volume = exact / strength
    is_fine = volume <= policy.fine_syringe_ml
    step = policy.fine_step_ml if is_fine else policy.coarse_step_ml
    volume = half_up(volume, step)
    return _Rounded(volume * strength, volume, None, step * strength)


def _drawn(request: DoseRequest, rounded: _Rounded) -> Drawn:
    session_mg = rounded.dose_mg + request.given_before_mg
    weight = request.weight_kg
    return Drawn(
        dose_mg=rounded.dose_mg,
        session_mg=session_mg,
        slack_mg=rounded.step_mg * _HALF,
        mg_per_kg=None if weight is None else rounded.dose_mg / weight,
        session_mg_per_kg=None if weight is None else session_mg / weight,
        volume_ml=rounded.volume_ml,
    )


def _shown(per_kg: Decimal | None) -> Decimal | None:
    return None if per_kg is None else half_up(per_kg, _PER_KG_STEP)


def _divided(amount: Decimal | None, minutes: Decimal | None) -> Decimal | None:
    if amount is None or minutes is None:
        return None
    return half_up(amount / minutes, _PER_KG_STEP)


def _bag_rate(request: DoseRequest) -> Decimal | None:
    """Pump rate of a whole bag over the infusion time, in mL/h."""
    if request.bag_ml is None or request.infusion_min is None:
        return None
    hours = request.infusion_min / _MINUTES_PER_HOUR
    return half_up(request.bag_ml / hours, Decimal("0.1"))


def _sum_text(
    request: DoseRequest,
    exact: Decimal,
    rounded: _Rounded,
    drawn: Drawn,
    policy: DosePolicy,
) -> str:
    shown = half_up(exact, policy.mg_step)
    if request.mg_per_kg is None:
        return with_unit(rounded.dose_mg, "mg") + _per_kg_text(drawn)
    weight = needed(request.weight_kg, NO_WEIGHT)
    text = (
        f"{with_unit(request.mg_per_kg, 'mg/kg')} {_TIMES} {with_unit(weight, 'kg')} = "
        f"{with_unit(shown, 'mg')}"
    )
    if rounded.dose_mg == shown:
        return text
    return f"{text}. Given as {_order_text(request, rounded)}{_per_kg_text(drawn)}"


def _per_kg_text(drawn: Drawn) -> str:
    if drawn.mg_per_kg is None:
        return ""
    return f" ({with_unit(drawn.mg_per_kg, 'mg/kg')})"


def _order_text(request: DoseRequest, rounded: _Rounded) -> str:
    dose = with_unit(rounded.dose_mg, "mg")
    if rounded.volume_ml is not None:
        each_ml = rounded.dose_mg / rounded.volume_ml
        strength = with_unit(each_ml, "mg/mL")
        return f"{dose} = {with_unit(rounded.volume_ml, 'mL')} of {strength}"
    if rounded.units is None:
        return dose
    is_device = request.route is Route.IN_ESK
    word = "device" if is_device else request.unit_word
    ending = "" if rounded.units == 1 else "s"
    each = rounded.dose_mg / rounded.units
    return f"{dose} = {plain(rounded.units)} {word}{ending} of {with_unit(each, 'mg')}"


def _with_lower(
    check: DoseCheck, request: DoseRequest, rounded: _Rounded, policy: DosePolicy
) -> DoseCheck:
    """Add the next lower volume when rounding up broke the soft limit per kg."""
    if check.code != PER_KG or check.level is not DoseLevel.SOFT:
        return check
    if rounded.volume_ml is None or rounded.dose_mg <= rounded.step_mg:
        return check
    lower = _round(request, rounded.dose_mg - rounded.step_mg, policy)
    drawn = _drawn(request, lower)
    level = {found.code: found.level for found in route_checks(request, drawn, policy)}
    if level[PER_KG] is not DoseLevel.OK:
        return check
    hint = f"{_order_text(request, lower)} would do{_per_kg_text(drawn)}"
    return replace(check, sentence=f"{check.sentence} {hint}.")
