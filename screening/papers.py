"""Papers of screening, and what stands under screening's signatures."""

from __future__ import annotations

from uuid import UUID

from kap.accounts.enums import CLINICAL
from kap.clinic.models import PolicyEdition
from kap.documents.registry import DocumentKind, register, register_signed_content
from screening.models import (
    EligibilityDetermination,
    OverrideSignature,
    PreparationRecord,
    SafetyPlan,
)
from screening.queries import plans
from screening.services.eligibility_decide import signed_content as decision_content
from screening.services.eligibility_override import override_content
from screening.services.policy_edit import edition_content
from screening.services.preparation import signed_content as preparation_content
from screening.services.safety_plan import plan_content

register(
    DocumentKind(
        key="safety-plan",
        title="Safety plan",
        template="screening/pdf_safety_plan.html",
        facts=plans.paper_facts,
        roles=frozenset(CLINICAL),
    )
)


def _decision(object_id: UUID, _meaning: str) -> str:
    row = EligibilityDetermination.objects.select_related("evaluation").get(
        pk=object_id
    )
    return decision_content(row, list(row.rule_decisions.all()))


def _edition(object_id: UUID, _meaning: str) -> str:
    return edition_content(PolicyEdition.objects.get(pk=object_id))


def _override(object_id: UUID, _meaning: str) -> str:
    row = OverrideSignature.objects.select_related("determination").get(pk=object_id)
    return override_content(row)


def _preparation(object_id: UUID, _meaning: str) -> str:
    return preparation_content(PreparationRecord.objects.get(pk=object_id))


def _plan(object_id: UUID, _meaning: str) -> str:
    return plan_content(SafetyPlan.objects.get(pk=object_id))


register_signed_content("EligibilityDetermination", _decision)
register_signed_content("OverrideSignature", _override)
register_signed_content("PolicyEdition", _edition)
register_signed_content("PreparationRecord", _preparation)
register_signed_content("SafetyPlan", _plan)
