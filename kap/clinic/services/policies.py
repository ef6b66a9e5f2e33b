"""A new edition of a policy; the old ones stay as they were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition, Site
from kap.core.errors import DomainError, NotAllowed
from kap.core.locks import lock_in_order

Body = dict[str, Any]
Check = Callable[[Body], None]
LOCK = 7_236_003

_checks: dict[PolicyKind, Check] = {}


def register_check(kind: PolicyKind, check: Check) -> None:
    """The phase that reads a policy says what its body must hold, and keeps locked rules locked.

    ``check(body)`` raises DomainError with a sentence.
    """
    _checks[kind] = check


def check_body(kind: PolicyKind, body: Body) -> None:
    if not isinstance(body, dict) or not body:
        raise DomainError("A policy is a JSON object with at least one entry.")
    if kind in _checks:
        _checks[kind](body)


@transaction.atomic
def new_edition(
    *,
    kind: PolicyKind,
    effective_from: date,
    body: Body,
    source: str,
    reason: str,
    by: User,
    now: datetime,
    site: Site | None = None,
) -> PolicyEdition:
    """Sign the next edition; it may not reach back before today."""
    if not by.has_role(Role.ADMIN, Role.MEDICAL_DIRECTOR):
        raise NotAllowed("Policies are signed by the medical director or an admin.")
    if effective_from < now.date():
        raise DomainError("An edition begins today or later; the past stays as it was.")
    check_body(kind, body)
    lock_in_order([LOCK])
    last = PolicyEdition.objects.filter(kind=kind).aggregate(last=Max("edition"))[
        "last"
    ]
    edition = PolicyEdition.objects.create(
        kind=kind,
        site=site,
        edition=(last or 0) + 1,
        effective_from=effective_from,
        body=body,
        source=source,
        reason=reason,
        signed_by=by,
        signed_at=now,
    )
    record(
        by=by,
        action=Action.SETTINGS,
        category=Category.SYSTEM,
        object_type="clinic.policyedition",
        object_id=edition.pk,
        reason_code=kind,
    )
    return edition
