"""`{% document_status kind="consent" source_id=consent.pk %}`: how far a document is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template

from kap.documents import registry
from kap.documents.progress import Progress, progress_of

register = template.Library()

NOTHING = Progress(title="", state="none", sentence="")


@register.inclusion_tag("documents/status.html", takes_context=True)
def document_status(
    context: template.Context, *, kind: str, source_id: UUID
) -> dict[str, Any]:
    """Nothing, or a box that moves on by itself: waits, is being made, ready, failed."""
    user = context["request"].user
    allowed = user.is_authenticated and kind in registry.kinds_for(user)
    progress = progress_of(kind=kind, source_id=source_id) if allowed else NOTHING
    return {
        "progress": progress,
        "csrf_token": context.get("csrf_token"),
        "request": context["request"],
    }
