"""Who may write and read integration notes."""

from __future__ import annotations

from integration.models import IntegrationNote, NoteStatus
from kap.accounts.enums import CLINICAL, PRESCRIBING, Role
from kap.accounts.models import User
from kap.core.errors import NotAllowed


def check_may_write_note(user: User) -> None:
    if not user.has_role(Role.THERAPIST, *PRESCRIBING):
        raise NotAllowed("Therapists and prescribers write integration notes.")


def check_may_change_note(user: User, note: IntegrationNote) -> None:
    check_may_write_note(user)
    if note.author_id != user.pk:
        raise NotAllowed("Only its author changes a draft.")
    if note.status != NoteStatus.PRELIMINARY:
        raise NotAllowed("This note is signed. Add to it instead.")


def check_may_make_summary(user: User) -> None:
    if not user.has_role(*CLINICAL):
        raise NotAllowed("Clinicians make treatment summaries.")
