"""Everything that writes to accounts, and the proofs that others ask for."""

from __future__ import annotations

from kap.accounts.services.mail import queue_mail, send_mail
from kap.accounts.services.people import (
    change_look,
    change_roles,
    check_may_change_roles,
    create_user,
    deactivate,
    end_other_sessions,
    reactivate,
    rename,
    reset_second_step,
)
from kap.accounts.services.proof import (
    check_credentials_valid,
    is_valid,
    prove_identity,
)

__all__ = [
    "change_look",
    "change_roles",
    "check_credentials_valid",
    "check_may_change_roles",
    "create_user",
    "deactivate",
    "end_other_sessions",
    "is_valid",
    "prove_identity",
    "queue_mail",
    "reactivate",
    "rename",
    "reset_second_step",
    "send_mail",
]
