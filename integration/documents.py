"""The treatment summary as a document kind, and what a note's signature covers."""

from __future__ import annotations

from uuid import UUID

from integration.models import IntegrationNote
from integration.queries.summary import summary_facts
from integration.services.notes import content_of
from integration.services.summaries import KIND
from kap.accounts.enums import CLINICAL
from kap.documents.registry import DocumentKind, register, register_signed_content


def _signed_note(object_id: UUID, meaning: str) -> str:  # noqa: ARG001 -- one meaning only
    return content_of(IntegrationNote.objects.get(pk=object_id))


register(
    DocumentKind(
        key=KIND,
        title="Treatment summary",
        template="integration/pdf_summary.html",
        facts=summary_facts,
        roles=frozenset(CLINICAL),
    )
)
register_signed_content("IntegrationNote", _signed_note)
