"""The dose of an order worked out: product, weight of the day, the dose before, the limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from uuid import UUID

from kap.pharmacy.models import Product
from screening import queries as screening
from screening.codes import HEIGHT, WEIGHT
from sessions.models import Appointment, MedicationAdministration
from sessions.queries.policies import policies_in_force
from sessions.rules.dose import calculate
from sessions.rules.dose_policy import DosePolicy
from sessions.rules.dose_types import (
    Dose,
    DoseRefused,
    DoseRequest,
    Indication,
    Route,
    Site,
)

ROUTE_WORDS: Final = MappingProxyType(
    {Route.IV: "IV", Route.IM: "IM", Route.SL: "sublingual", Route.IN_ESK: "nasal"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """An order as it is being written.  One of mg/kg, mg and mL is given."""

    product_id: UUID | None
    route: str
    mg_per_kg: Decimal | None = None
    dose_mg: Decimal | None = None
    volume_ml: Decimal | None = None
    infusion_min: int | None = None
    is_diluted: bool = False
    body_site: str = ""
    max_total_mg: Decimal | None = None
    """Most for the whole session; None: this dose."""
    as_needed: str = ""
    weight_kg: Decimal | None = None
    """Measured now; None: the newest one that is young enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """The dose with what it was worked out from."""

    dose: Dose
    product: Product
    weight_kg: Decimal | None
    weight_at: datetime | None
    max_total_mg: Decimal


@dataclass(frozen=True, slots=True)
class Previous:
    """The patient's last dose by this route."""

    dose_mg: Decimal
    mg_per_kg: Decimal | None
    weight_kg: Decimal | None
    given_at: datetime


def previous_dose(appointment: Appointment, route: str) -> Previous | None:
    row = (
        MedicationAdministration.objects.filter(
            encounter__patient=appointment.patient_id,
            route=route,
            voids=None,
            voided_by_row=None,
        )
        .exclude(encounter__appointment=appointment)
        .order_by("-given_at")
        .values_list("dose_mg", "dose_mg_per_kg", "order__weight_kg", "given_at")
        .first()
    )
    return Previous(*row) if row else None


def work_out(draft: OrderDraft, appointment: Appointment, *, now: datetime) -> Worked:
    """Calculate and test against the limits in force; DoseRefused says what is missing."""
    product = _product(draft)
    route = Route(draft.route)
    today = now.astimezone(appointment.site.zone).date()
    policies = policies_in_force(on=today)
    values = screening.latest_scores([appointment.patient_id], [WEIGHT, HEIGHT])
    height = values.get((appointment.patient_id, HEIGHT))
    weight_kg, weight_at = draft.weight_kg, now if draft.weight_kg else None
    stored = values.get((appointment.patient_id, WEIGHT))
    if weight_kg is None and stored is not None:
        longest = policies.readiness.weight_max_age_days[route]
        age = (
            today - stored.effective_at.astimezone(appointment.site.zone).date()
        ).days
        if longest is None or age <= longest:
            weight_kg, weight_at = stored.value, stored.effective_at
    before = previous_dose(appointment, draft.route)
    request = DoseRequest(
        route=route,
        mg_per_kg=draft.mg_per_kg,
        dose_mg=draft.dose_mg,
        volume_ml=draft.volume_ml,
        weight_kg=weight_kg,
        strength_mg_per_ml=product.strength_mg_per_ml,
        unit_mg=product.unit_mg,
        unit_word=product.unit_word or "lozenge",
        infusion_min=Decimal(draft.infusion_min) if draft.infusion_min else None,
        is_diluted=draft.is_diluted,
        site=Site.OTHER if draft.body_site == Site.OTHER else Site.DELTOID,
        is_first_session=before is None,
        previous_mg_per_kg=before.mg_per_kg if before else None,
        previous_dose_mg=before.dose_mg if before else None,
        previous_weight_kg=_weight_before(before, stored, draft),
        age_years=appointment.patient.age_years(on=today),
        height_cm=height.value if height else None,
        sex=appointment.patient.sex,
        indication=_indication(appointment),
    )
    dose = calculate(request, policies.dose)
    most = draft.max_total_mg if draft.max_total_mg is not None else dose.dose_mg
    if most < dose.dose_mg:
        raise DoseRefused("The most for today cannot be less than this dose.")
    if most > dose.dose_mg:
        dose = _with_total(request, dose, most, policies.dose)
    return Worked(
        dose=dose,
        product=product,
        weight_kg=weight_kg,
        weight_at=weight_at,
        max_total_mg=most,
    )


def _product(draft: OrderDraft) -> Product:
    found = Product.objects.filter(is_active=True)
    product = found.filter(pk=draft.product_id).first() if draft.product_id else None
    if product is None:
        raise DoseRefused("Choose the product first.")
    if draft.route not in product.routes:
        raise DoseRefused(
            f"{product.name} is not for {ROUTE_WORDS[Route(draft.route)]} use."
        )
    return product


def _weight_before(
    before: Previous | None, stored: screening.ScoreValue | None, draft: OrderDraft
) -> Decimal | None:
    """The weight to compare with: the last dose's, else the stored one beside a new one."""
    if before is not None and before.weight_kg is not None:
        return before.weight_kg
    return stored.value if stored is not None and draft.weight_kg is not None else None


def _indication(appointment: Appointment) -> Indication:
    episode = appointment.episode
    is_mdd_si = episode is not None and episode.indication == Indication.MDD_SI
    return Indication.MDD_SI if is_mdd_si else Indication.TRD


def _with_total(
    request: DoseRequest, dose: Dose, most: Decimal, policy: DosePolicy
) -> Dose:
    """The same dose, its limits tested on the most for the session as well."""
    whole = replace(request, given_before_mg=most - dose.dose_mg)
    tested = calculate(whole, policy)
    return replace(dose, checks=tested.checks, session_total_mg=most)
