"""Writing the history: one row for each act, inside the transaction of its cause."""

from __future__ import annotations

import uuid
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from kap.audit import anchors
from kap.audit.enums import Action, Category, Outcome
from kap.audit.models import AuditAnchor
from kap.core import prepared
from kap.core.middleware import current_request

if TYPE_CHECKING:
    from kap.accounts.models import User

COLUMNS: Final = MappingProxyType(
    {
        "id": "uuid",
        "actor_id": "uuid",
        "actor_roles": "varchar[]",
        "link_id": "uuid",
        "job": "varchar",
        "patient_id": "uuid",
        "action": "varchar",
        "category": "varchar",
        "object_type": "varchar",
        "object_id": "varchar",
        "outcome": "varchar",
        "reason_code": "varchar",
        "request_id": "uuid",
        "ip": "inet",
        "agent_sha256": "varchar",
        "app_version": "varchar",
    }
)
"""What is written; the number and the time are the database's own."""
# By hand: every page and every act writes one, and the ORM's making of the statement
# costs more than the database's answering it.  A test holds it against the model.
_INSERT: Final = prepared.Statement(
    "kap_audit",
    tuple(COLUMNS.values()),
    f"INSERT INTO audit_auditevent ({', '.join(COLUMNS)})"  # noqa: S608 -- constants
    f" VALUES ({', '.join(f'${place + 1}' for place in range(len(COLUMNS)))})",
)


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
    prepared.run(_INSERT, values)


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
