"""The clinic's dated policies as the pure rules want them, each edition read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition
from sessions.rules.discharge_policy import DEFAULT_DISCHARGE_POLICY, DischargePolicy
from sessions.rules.dose_policy import DEFAULT_DOSE_POLICY, DosePolicy
from sessions.rules.monitoring_policy import DEFAULT_MONITORING_POLICY, MonitoringPolicy
from sessions.rules.policy_json import from_json
from sessions.rules.readiness_policy import DEFAULT_READINESS_POLICY, ReadinessPolicy
from sessions.rules.spacing_policy import DEFAULT_SPACING_POLICY, SpacingPolicy
from sessions.rules.vitals_policy import DEFAULT_VITALS_POLICY, VitalsPolicy

SHIPPED: Final[Mapping[PolicyKind, Any]] = MappingProxyType(
    {
        PolicyKind.DOSE_LIMITS: DEFAULT_DOSE_POLICY,
        PolicyKind.VITAL_THRESHOLDS: DEFAULT_VITALS_POLICY,
        PolicyKind.MONITORING: DEFAULT_MONITORING_POLICY,
        PolicyKind.READINESS: DEFAULT_READINESS_POLICY,
        PolicyKind.SPACING: DEFAULT_SPACING_POLICY,
        PolicyKind.DISCHARGE: DEFAULT_DISCHARGE_POLICY,
    }
)


@dataclass(frozen=True, slots=True)
class Policies:
    """Everything a dosing day is judged by, and the editions it came from."""

    dose: DosePolicy
    vitals: VitalsPolicy
    monitoring: MonitoringPolicy
    readiness: ReadinessPolicy
    spacing: SpacingPolicy
    discharge: DischargePolicy
    editions: Mapping[str, int]


def policies_in_force(*, on: date) -> Policies:
    """The editions of a day, in one query."""
    rows = (
        PolicyEdition.objects.filter(kind__in=list(SHIPPED), effective_from__lte=on)
        .order_by("kind", "-effective_from", "-edition")
        .distinct("kind")
        .values_list("kind", "pk", "edition")
    )
    found = {kind: (pk, edition) for kind, pk, edition in rows}

    def read(kind: PolicyKind) -> Any:
        return _read(kind, found[kind][0]) if kind in found else SHIPPED[kind]

    return Policies(
        dose=read(PolicyKind.DOSE_LIMITS),
        vitals=read(PolicyKind.VITAL_THRESHOLDS),
        monitoring=read(PolicyKind.MONITORING),
        readiness=read(PolicyKind.READINESS),
        spacing=read(PolicyKind.SPACING),
        discharge=read(PolicyKind.DISCHARGE),
        editions={kind: edition for kind, (_, edition) in found.items()},
    )


@lru_cache(maxsize=64)
def _read(kind: PolicyKind, edition_id: UUID) -> Any:
    """An edition never changes, so it is read once in a process."""
    body = PolicyEdition.objects.values_list("body", flat=True).get(pk=edition_id)
    return from_json(type(SHIPPED[kind]), body)
