"""Writing the history: one row for each act, inside the transaction of its cause."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction

from kap.audit import anchors
from kap.audit.enums import Action, Category, Outcome
from kap.audit.models import AuditAnchor, AuditEvent
from kap.core.middleware import current_request

if TYPE_CHECKING:
    from kap.accounts.models import User


def record(
    *,
    by: User | None,
    action: Action,
    category: Category,
    patient_id: UUID | None = None,
    object_type: str = "",
    object_id: object = "",
    outcome: Outcome = Outcome.SUCCESS,
    reason_code: str = "",
    link_id: UUID | None = None,
    job: str = "",
) -> None:
    """Write one row; when it cannot be written, the act does not happen.

    No clinical text and no name goes in: ids and codes only.  The time is the
    database's own; where the act came from is read from the current request.
    """
    facts = current_request()
    AuditEvent.objects.create(
        actor_id=by.pk if by else None,
        actor_roles=list(by.roles) if by else [],
        link_id=link_id,
        job=job,
        patient_id=patient_id,
        action=action,
        category=category,
        object_type=object_type,
        object_id=str(object_id or "")[:40],
        outcome=outcome,
        reason_code=reason_code,
        request_id=facts.request_id if facts else None,
        ip=(facts.ip or None) if facts else None,
        agent_sha256=facts.agent_sha256 if facts else "",
        app_version=settings.KAP_VERSION,
    )


def record_read(
    *,
    by: User | None,
    category: Category,
    patient_id: UUID,
    object_type: str = "",
    object_id: object = "",
) -> None:
    """Say that a part of a chart was shown; call it before the page is rendered."""
    record(
        by=by,
        action=Action.READ,
        category=category,
        patient_id=patient_id,
        object_type=object_type,
        object_id=object_id,
    )


@transaction.atomic
def anchor(*, now: datetime) -> AuditAnchor | None:
    """Sign the chain's head, here and in the log outside; None when nothing is new."""
    line = anchors.head(now=now)
    if line is None or AuditAnchor.objects.filter(position=line.position).exists():
        return None
    row = AuditAnchor.objects.create(
        position=line.position,
        hash=bytes.fromhex(line.hash),
        anchored_at=datetime.fromisoformat(line.at),
        signature=line.signature,
    )
    anchors.append(line)
    return row
