"""What sessions tells screening so that a signature is guarded: the plan, and the day's dose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Max

from kap.core import prepared
from kap.pharmacy.models import Route
from screening import consent_hooks
from screening.consent_hooks import PlannedCare
from screening.rules.consent_signing import FULLY_AWAKE, UnderEffect
from sessions.models import Encounter, PreSessionCheck, VitalSigns

_LOOK_BACK: Final = timedelta(days=2)
"""Enough for "today" in any time zone."""

_PLANS: Final = prepared.Statement(
    "kap_consent_plans",
    ("uuid[]",),
    """
SELECT wanted.id, plan.route, given.product, given.route, first.starts_at
FROM unnest($1) AS wanted(id)
LEFT JOIN LATERAL (
  SELECT protocol.route FROM kap_sessions_careplan AS own
  JOIN kap_sessions_protocol AS protocol ON protocol.id = own.protocol_id
  WHERE own.episode_id = wanted.id AND own.status <> 'revoked'
  ORDER BY own.created_at DESC LIMIT 1
) AS plan ON true
LEFT JOIN LATERAL (
  SELECT product.code AS product, ordered.route
  FROM kap_sessions_medicationrequest AS ordered
  JOIN kap_sessions_appointment AS visit ON visit.id = ordered.appointment_id
  JOIN pharmacy_product AS product ON product.id = ordered.product_id
  WHERE visit.episode_id = wanted.id AND ordered.status IN ('active', 'completed')
  ORDER BY ordered.ordered_at DESC LIMIT 1
) AS given ON true
LEFT JOIN LATERAL (
  SELECT starts_at FROM kap_sessions_appointment AS visit
  WHERE visit.episode_id = wanted.id AND visit.kind = 'dosing'
    AND visit.status NOT IN ('cancelled', 'noshow')
  ORDER BY starts_at LIMIT 1
) AS first ON true
""",
)


def planned(episode_ids: Sequence[UUID]) -> Mapping[UUID, PlannedCare]:
    """Route, product and first dose of each episode, in one query.

    The newest order counts before the plan: it is what will be given.
    """
    rows = prepared.rows((_PLANS, [[str(episode) for episode in episode_ids]]))
    return {
        episode: _care(ordered_route or route, product, first)
        for episode, route, product, ordered_route, first in rows
    }


def _care(
    route: str | None, product: str | None, first: datetime | None
) -> PlannedCare:
    return PlannedCare(
        route=route,
        product=product,
        is_compounded=None if route is None else route == Route.SL,
        first_dose_at=first,
    )


def under_effect(patient_id: UUID, now: datetime) -> UnderEffect:
    """The newest dose, sedative and low reading of the last two days."""
    since = now - _LOOK_BACK
    dose = Encounter.objects.filter(
        patient=patient_id, kind="dosing", started_at__range=(since, now)
    ).aggregate(at=Max("started_at"))["at"]
    said = PreSessionCheck.objects.filter(
        appointment__patient=patient_id,
        said_at__range=(since, now),
        substances_24h__isnull=False,
    ).order_by("-said_at", "-pk")
    newest = said.values_list("said_at", "substances_24h").first()
    low = VitalSigns.objects.filter(
        encounter__patient=patient_id,
        taken_at__range=(since, now),
        sedation_moaas__lt=FULLY_AWAKE,
        voids=None,
        voided_by_row=None,
    ).aggregate(at=Max("taken_at"))["at"]
    return UnderEffect(
        dose_started_at=dose,
        sedative_said_at=newest[0] if newest and newest[1] else None,
        lowest_moaas_at=low,
    )


def register() -> None:
    consent_hooks.register_plan(planned)
    consent_hooks.register_effect(under_effect)
