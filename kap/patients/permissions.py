"""Who may register, change a record, and move an episode."""

from __future__ import annotations

from kap.accounts.enums import CLINICAL, SCHEDULING, Role
from kap.accounts.models import User
from kap.core.errors import NotAllowed


def check_may_register(user: User) -> None:
    """Everybody who books visits registers patients and keeps their contact details."""
    if not user.has_role(*SCHEDULING):
        raise NotAllowed("The front desk and clinicians register patients.")


def check_may_import(user: User) -> None:
    """Taking records over from another system is an admin's work."""
    if not user.has_role(Role.ADMIN):
        raise NotAllowed("Admins import patients.")


def check_may_move_phase(user: User) -> None:
    """The phase of care is a clinical fact."""
    if not user.has_role(*CLINICAL):
        raise NotAllowed("A clinician moves a patient to another phase.")


def check_may_issue_links(user: User) -> None:
    """Links are sent by those who book visits."""
    if not user.has_role(*SCHEDULING):
        raise NotAllowed("The front desk and clinicians give out links.")
