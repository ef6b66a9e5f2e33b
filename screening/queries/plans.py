"""A patient's safety plan as pages and the paper show it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kap.documents.models import Signature
from kap.patients.models import Patient
from screening.models import SafetyPlan
from screening.plan_words import PLAN_STEPS, Words


def versions_of(patient: Patient) -> list[SafetyPlan]:
    """Newest first; one query."""
    return list(
        SafetyPlan.objects.filter(patient=patient)
        .select_related("written_by")
        .order_by("-version")
    )


def steps_of(plan: SafetyPlan) -> list[tuple[int, Words, str]]:
    """Number, heading and what was written."""
    return [
        (number, label, getattr(plan, name))
        for number, (name, label, _hint) in enumerate(PLAN_STEPS, start=1)
    ]


def signature_of(plan: SafetyPlan) -> Signature | None:
    return (
        Signature.objects.filter(object_type="SafetyPlan", object_id=plan.pk)
        .order_by("signed_at")
        .first()
    )


def paper_facts(plan_id: UUID) -> dict[str, Any]:
    """What the paper names."""
    plan = SafetyPlan.objects.select_related("patient__site", "written_by").get(
        pk=plan_id
    )
    return {
        "plan": plan,
        "steps": steps_of(plan),
        "site": plan.patient.site,
        "signed": signature_of(plan),
        "edition": f"version {plan.version}",
    }
