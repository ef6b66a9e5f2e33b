"""Writing the history: one row for each act, inside the transaction of its cause."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from kap.audit import anchors
from kap.audit.enums import Action, Category, Outcome
from kap.audit.models import AuditAnchor
from kap.core.middleware import current_request

if TYPE_CHECKING:
    from kap.accounts.models import User

COLUMNS: Final = (
    "id",
    "actor_id",
    "actor_roles",
    "link_id",
    "job",
    "patient_id",
    "action",
    "category",
    "object_type",
    "object_id",
    "outcome",
    "reason_code",
    "request_id",
    "ip",
    "agent_sha256",
    "app_version",
)
"""What is written; the number and the time are the database's own."""
# By hand: every page and every act writes one, and the ORM's making of the statement
# costs more than the database's answering it.  A test holds it against the model.
_INSERT: Final = f"""
INSERT INTO audit_auditevent ({", ".join(COLUMNS)})
VALUES ({", ".join(["%s"] * len(COLUMNS))})
"""  # noqa: S608 -- constants of this module


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
    values = (
        str(uuid.uuid4()),
        str(by.pk) if by else None,
        [str(role) for role in by.roles] if by else [],
        link_id and str(link_id),
        job,
        patient_id and str(patient_id),
        str(action),
        str(category),
        object_type,
        str(object_id or "")[:40],
        str(outcome),
        reason_code,
        str(facts.request_id) if facts else None,
        (facts.ip or None) if facts else None,
        facts.agent_sha256 if facts else "",
        settings.KAP_VERSION,
    )
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)


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
