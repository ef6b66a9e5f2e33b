"""What the limits of each route say of a dose that has been worked out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sessions.rules.dose_compare import Figure, check, compare
from sessions.rules.dose_esketamine import esketamine_checks
from sessions.rules.dose_policy import DosePolicy, Limits
from sessions.rules.dose_types import (
    NO_TIME,
    NO_WEIGHT,
    DoseCheck,
    DoseLevel,
    DoseRequest,
    Route,
    Site,
    needed,
)
from sessions.rules.dose_units import with_unit
from sessions.rules.dose_weight import weight_checks

PER_KG: Final = "mg-per-kg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The dose after rounding, in full precision, as the limits see it."""

    dose_mg: Decimal
    session_mg: Decimal
    slack_mg: Decimal
    """The most that rounding may have added."""
    mg_per_kg: Decimal | None
    session_mg_per_kg: Decimal | None
    volume_ml: Decimal | None


def route_checks(
    request: DoseRequest, drawn: Drawn, policy: DosePolicy
) -> tuple[DoseCheck, ...]:
    """Every check of the route, then those that hold for all routes."""
    if request.route is Route.IN_ESK:
        checks = esketamine_checks(request, drawn.dose_mg, policy.in_esk)
    elif request.route is Route.IV:
        checks = _iv(request, drawn, policy)
    elif request.route is Route.IM:
        checks = _im(request, drawn, policy)
    else:
        checks = _sl(request, drawn, policy)
    return (*checks, *_common(request, drawn, policy))


def _per_kg(
    request: DoseRequest, drawn: Drawn, limits: Limits, step: Limits
) -> Iterator[DoseCheck]:
    per_kg = needed(drawn.mg_per_kg, NO_WEIGHT)
    dose = Figure(code=PER_KG, name="Dose", value=per_kg, unit="mg/kg")
    yield compare(dose, limits, first_session=request.is_first_session)
    if request.previous_mg_per_kg is not None:
        rise = per_kg - request.previous_mg_per_kg
        yield compare(
            Figure(
                code="step", name="Step since the last dose", value=rise, unit="mg/kg"
            ),
            step,
        )


def _iv(request: DoseRequest, drawn: Drawn, policy: DosePolicy) -> Iterator[DoseCheck]:
    limits = policy.iv
    yield from _per_kg(request, drawn, limits.mg_per_kg, limits.step_mg_per_kg)
    minutes = needed(request.infusion_min, NO_TIME)
    per_min = needed(request.weight_kg, NO_WEIGHT) * minutes
    yield compare(
        Figure(
            code="infusion-time",
            name="Infusion time",
            value=minutes,
            unit="min",
            places=1,
        ),
        limits.infusion_min,
    )
    yield compare(
        Figure(
            code="rate",
            name="Rate",
            value=drawn.dose_mg / per_min,
            unit="mg/kg/min",
            places=4,
        ),
        limits.mg_per_kg_min,
        soft_slack=drawn.slack_mg / per_min,
    )
    yield compare(_session_mg(drawn), limits.total_mg)
    strength = request.strength_mg_per_ml
    if strength is not None and strength >= limits.dilution_from_mg_per_ml:
        yield _dilution(request, strength, policy)


def _dilution(request: DoseRequest, strength: Decimal, policy: DosePolicy) -> DoseCheck:
    text = with_unit(strength, "mg/mL")
    if request.is_diluted:
        return check(
            DoseLevel.OK,
            "dilution",
            f"{text} is diluted before the infusion.",
            policy.iv.dilution_source,
        )
    return check(
        DoseLevel.HARD,
        "dilution",
        f"{text} must be diluted with at least an equal volume before it goes IV.",
        policy.iv.dilution_source,
    )


def _im(request: DoseRequest, drawn: Drawn, policy: DosePolicy) -> Iterator[DoseCheck]:
    limits = policy.im
    yield from _per_kg(request, drawn, limits.mg_per_kg, limits.step_mg_per_kg)
    yield compare(
        Figure(
            code="session-mg-per-kg",
            name="Session total",
            value=needed(drawn.session_mg_per_kg, NO_WEIGHT),
            unit="mg/kg",
        ),
        limits.session_mg_per_kg,
    )
    yield compare(_session_mg(drawn), limits.session_mg)
    if request.minutes_since_last is not None:
        yield compare(
            Figure(
                code="booster-gap",
                name="Time since the last injection",
                value=request.minutes_since_last,
                unit="min",
                places=1,
            ),
            limits.booster_gap_min,
        )
    if drawn.volume_ml is not None:
        is_deltoid = request.site is Site.DELTOID
        yield compare(
            Figure(
                code="volume",
                name="Volume, one deltoid" if is_deltoid else "Volume, one site",
                value=drawn.volume_ml,
                unit="mL",
                places=2,
            ),
            limits.deltoid_ml if is_deltoid else limits.other_site_ml,
        )


def _session_mg(drawn: Drawn) -> Figure:
    return Figure(
        code="session-mg",
        name="Session total",
        value=drawn.session_mg,
        unit="mg",
        places=1,
    )


def _sl(request: DoseRequest, drawn: Drawn, policy: DosePolicy) -> Iterator[DoseCheck]:
    limits = policy.sl
    dose = Figure(
        code="mg", name="Session total", value=drawn.session_mg, unit="mg", places=1
    )
    yield compare(dose, limits.mg, first_session=request.is_first_session)
    if request.previous_dose_mg is not None:
        rise = drawn.dose_mg - request.previous_dose_mg
        yield compare(
            Figure(
                code="step",
                name="Step since the last dose",
                value=rise,
                unit="mg",
                places=1,
            ),
            limits.step_mg,
        )
    if drawn.session_mg_per_kg is None:
        yield check(
            DoseLevel.SOFT,
            PER_KG,
            "Weight is not known, so the dose per kg was not tested.",
            limits.mg_per_kg.source,
        )
    else:
        yield compare(
            Figure(
                code=PER_KG,
                name="Session total",
                value=drawn.session_mg_per_kg,
                unit="mg/kg",
            ),
            limits.mg_per_kg,
        )
    if request.is_at_home:
        yield _home(request, dose, policy)


def _home(request: DoseRequest, dose: Figure, policy: DosePolicy) -> DoseCheck:
    limits = policy.sl.home_mg
    if not policy.sl.home_enabled:
        fact = "Doses at home are switched off in this clinic."
        return check(DoseLevel.ABSOLUTE, "home", fact, limits.source)
    if request.is_first_session:
        fact = "A first dose is never taken at home."
        return check(DoseLevel.ABSOLUTE, "home", fact, limits.source)
    return compare(
        Figure(
            code="home",
            name="Dose at home",
            value=dose.value,
            unit=dose.unit,
            places=dose.places,
        ),
        limits,
    )


def _common(
    request: DoseRequest, drawn: Drawn, policy: DosePolicy
) -> Iterator[DoseCheck]:
    if request.route is not Route.IN_ESK:
        yield from _elderly(request, drawn, policy)
        if request.weight_kg is not None:
            yield from weight_checks(
                weight_kg=request.weight_kg,
                previous_kg=request.previous_weight_kg,
                height_cm=request.height_cm,
                sex=request.sex,
                policy=policy.weight,
            )
    if drawn.volume_ml is not None and drawn.volume_ml < policy.small_volume_ml:
        yield check(
            DoseLevel.SOFT,
            "small-volume",
            f"Volume {with_unit(drawn.volume_ml, 'mL')} is below "
            f"{with_unit(policy.small_volume_ml, 'mL')}.",
            policy.small_volume_source,
        )
    if request.stock_mg is not None and drawn.dose_mg > request.stock_mg:
        yield check(
            DoseLevel.HARD,
            "stock",
            f"Dose {with_unit(drawn.dose_mg, 'mg')} is more than the "
            f"{with_unit(request.stock_mg, 'mg')} in stock.",
            policy.small_volume_source,
        )


def _elderly(
    request: DoseRequest, drawn: Drawn, policy: DosePolicy
) -> Iterator[DoseCheck]:
    """From 65 years a first racemic dose starts at half of a first dose."""
    age = request.age_years
    if not request.is_first_session or age is None or age < policy.elderly_from_years:
        return
    limits = {
        Route.IV: policy.iv.mg_per_kg,
        Route.IM: policy.im.mg_per_kg,
        Route.SL: policy.sl.mg,
    }[request.route]
    if limits.soft_first is None:
        return
    is_by_weight = request.route is not Route.SL
    value = needed(drawn.mg_per_kg, NO_WEIGHT) if is_by_weight else drawn.dose_mg
    unit = "mg/kg" if is_by_weight else "mg"
    start = limits.soft_first * policy.elderly_first_dose_factor
    if value > start:
        yield check(
            DoseLevel.SOFT,
            "age",
            f"From {policy.elderly_from_years} years a first dose is up to "
            f"{with_unit(start, unit)}; this is {with_unit(value, unit)}.",
            policy.elderly_source,
        )
