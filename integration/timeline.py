"""What the timeline tells of integration notes."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse

from integration.models import IntegrationNote, NoteStatus
from kap.accounts.models import User
from kap.patients.timeline import Page, TimelineEntry, register


def _notes(patient_id: UUID, user: User, page: Page) -> Iterator[TimelineEntry]:
    rows = IntegrationNote.objects.visible_to(user).filter(patient_id=patient_id)
    if page.before is not None:
        rows = rows.filter(saved_at__lt=page.before)
    for note in rows.select_related("author").order_by("-saved_at")[: page.limit]:
        is_signed = note.status == NoteStatus.FINAL
        yield TimelineEntry(
            at=note.saved_at,
            icon="message-2",
            phase="integration",
            title=f"Integration note by {note.author.name}",
            meta=note.themes,
            url=reverse("integration:note", args=[note.pk]),
            chip="Signed" if is_signed else "Not signed",
            chip_tone="quiet" if is_signed else "warn",
        )


register(_notes, kind="sessions")
