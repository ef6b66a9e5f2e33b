"""Who may take work on and close it."""

from __future__ import annotations

from kap.accounts.models import User
from kap.core.errors import NotAllowed
from kap.worklist.models import WorkItem
from kap.worklist.registry import kind_of


def check_may_act(user: User, item: WorkItem) -> None:
    """Owner, cover, the item's role, the cover's role once escalated, and the kind's roles."""
    allowed = {item.role, item.cover_role, *kind_of(item.kind).roles} - {""}
    if user.pk in {item.owner_id, item.cover_id} or user.has_role(*allowed):
        return
    raise NotAllowed("This is for somebody with another role.")
