"""Reading documents: newest first, page by page, only the kinds a user may open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from kap.accounts.models import User
from kap.core.outbox import OutboxStatus
from kap.documents.models import DocumentQuerySet, DocumentReference, RenderJob
from kap.documents.progress import JobRow, job_rows

PAGE: Final = 50
MOST_JOBS: Final = 100


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the page before ended."""

    made_at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.made_at.isoformat()}_{self.id}"


def cursor_from(text: str) -> Cursor | None:
    """A cursor from an address; what is none begins at the top."""
    moment, _, key = text.partition("_")
    try:
        made_at, row_id = datetime.fromisoformat(moment), UUID(key)
    except ValueError:
        return None
    return Cursor(made_at, row_id) if made_at.tzinfo else None


@dataclass(frozen=True, slots=True)
class DocumentPage:
    documents: list[DocumentReference]
    older: Cursor | None


def page(
    found: DocumentQuerySet, *, after: Cursor | None, size: int = PAGE
) -> DocumentPage:
    """One query, however far down the list."""
    rows = found.select_related("patient").order_by("-made_at", "-id")
    if after is not None:
        rows = rows.filter(
            Q(made_at__lt=after.made_at) | Q(made_at=after.made_at, id__lt=after.id)
        )
    got = list(rows[: size + 1])
    shown = got[:size]
    last = shown[-1] if len(got) > size else None
    return DocumentPage(shown, Cursor(last.made_at, last.id) if last else None)


def unfinished(user: User, *, patient_id: UUID | None = None) -> list[JobRow]:
    """What is being made and what failed, the latter first; one query."""
    ended = (OutboxStatus.COMPLETED, OutboxStatus.STOPPED)
    jobs = RenderJob.objects.visible_to(user).exclude(status__in=ended)
    if patient_id is not None:
        jobs = jobs.filter(patient_id=patient_id)
    newest = jobs.select_related("patient", "asked_by").order_by("-created_at")
    rows = job_rows(newest[:MOST_JOBS])
    return sorted(rows, key=lambda row: row.state != "failed")


def failed_count(user: User) -> int:
    """For the badge beside Documents."""
    return (
        RenderJob.objects.visible_to(user).filter(status=OutboxStatus.NOT_DONE).count()
    )
