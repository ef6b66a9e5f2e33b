"""The kinds of work there are: each app says what its items are called and where they lead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from kap.accounts.enums import Role

if TYPE_CHECKING:
    from kap.accounts.models import User
    from kap.worklist.models import WorkItem

PUBLIC_WORDS = "Clinical review needed"


@dataclass(frozen=True, slots=True)
class WorkKind:
    """One kind of work.

    ``label`` heads its group ("Reviews due").  ``tone`` danger stands apart on top.
    ``roles`` may take it on and close it besides the item's own role.
    ``is_clinical``: whoever holds no clinical role reads ``public_label`` instead.
    ``closes_itself``: done where it leads (a note signed); there is no "Done" button.
    """

    key: str
    label: str
    tone: str = ""
    roles: frozenset[str] = frozenset()
    url: Callable[[WorkItem], str] | None = None
    icon: str = "checklist"
    order: int = 50
    is_clinical: bool = True
    public_label: str = PUBLIC_WORDS
    cover_role: str = Role.MEDICAL_DIRECTOR
    """Who sees it too when an urgent one is overdue."""
    closes_itself: bool = False
    next_person: Callable[[WorkItem, Sequence[UUID], datetime], User | None] | None = (
        None
    )
    """Who is told next, given whom was told so far; for work with ``escalate_every``."""
    tell: Callable[[WorkItem, User, int, datetime], None] | None = None
    """Writes to that person, inside the transaction: item, person, step, now."""
    after_taken: Callable[[WorkItem, datetime], datetime | None] | None = None
    """Once somebody has it: when it is passed on again because it is still open."""
    check_close: Callable[[WorkItem, User, datetime], None] | None = None
    """Raises a DomainError as long as it may not be closed, by whatever page."""


_kinds: dict[str, WorkKind] = {}


def register(kind: WorkKind) -> WorkKind:
    """Add a kind; the same key again replaces it."""
    _kinds[kind.key] = kind
    return kind


def kind_of(key: str) -> WorkKind:
    """The kind, or a plain one for work whose app is gone."""
    return _kinds.get(key) or WorkKind(
        key=key, label=key.replace("-", " ").capitalize()
    )
