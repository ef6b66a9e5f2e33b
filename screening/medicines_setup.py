"""What the medicines add: the facts that the rules read, the patient's paper, what is signed."""

from __future__ import annotations

from uuid import UUID

from kap.accounts.enums import CLINICAL
from kap.documents.registry import DocumentKind, register, register_signed_content
from screening.models import MedicationReconciliation
from screening.queries.medicine_sheet import paper_facts
from screening.queries.medicines import medicine_facts  # noqa: F401 -- registers itself
from screening.services.medicines import signed_content

SHEET = "medicine-sheet"

register(
    DocumentKind(
        key=SHEET,
        title="Your medicines and your visit",
        template="screening/pdf_medicine_sheet.html",
        facts=paper_facts,
        roles=frozenset(CLINICAL),
    )
)


def _list(object_id: UUID, _meaning: str) -> str:
    return signed_content(MedicationReconciliation.objects.get(pk=object_id))


register_signed_content("MedicationReconciliation", _list)
