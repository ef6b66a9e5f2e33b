"""The consent as a paper, and what stands under screening's signatures."""

from __future__ import annotations

from uuid import UUID

from kap.accounts.enums import SCHEDULING
from kap.documents.registry import DocumentKind, register, register_signed_content
from screening.models import (
    Consent,
    EligibilityDetermination,
    OverrideSignature,
    PreparationRecord,
)
from screening.queries.consents import paper_facts
from screening.rules.consent_text import frozen_html
from screening.services.eligibility_decide import signed_content as decision_content
from screening.services.eligibility_override import override_content
from screening.services.preparation import signed_content as preparation_content

register(
    DocumentKind(
        key="consent",
        title="Consent to treatment",
        template="screening/pdf_consent.html",
        facts=paper_facts,
        roles=frozenset(SCHEDULING),
    )
)


def _consent(object_id: UUID, _meaning: str) -> str:
    consent = Consent.objects.select_related("template").get(pk=object_id)
    return frozen_html(
        title=consent.template.title,
        edition=consent.template.edition,
        sections=consent.template.sections,
        acknowledgements=consent.acknowledgements,
    )


def _decision(object_id: UUID, _meaning: str) -> str:
    row = EligibilityDetermination.objects.select_related("evaluation").get(
        pk=object_id
    )
    return decision_content(row, list(row.rule_decisions.all()))


def _override(object_id: UUID, _meaning: str) -> str:
    row = OverrideSignature.objects.select_related("determination").get(pk=object_id)
    return override_content(row)


def _preparation(object_id: UUID, _meaning: str) -> str:
    return preparation_content(PreparationRecord.objects.get(pk=object_id))


register_signed_content("Consent", _consent)
register_signed_content("EligibilityDetermination", _decision)
register_signed_content("OverrideSignature", _override)
register_signed_content("PreparationRecord", _preparation)
