"""What patients said of their visits."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sessions.models import Appointment, VisitReply


def newest_reply(appointment: Appointment) -> VisitReply | None:
    """The last answer to the visit as it stands now: one query."""
    return (
        VisitReply.objects.filter(appointment=appointment, version=appointment.version)
        .order_by("-replied_at")
        .first()
    )


def newest_replies(appointment_ids: Iterable[UUID]) -> dict[UUID, VisitReply]:
    """The last answer to each of these visits, also to an earlier time of it: one query."""
    rows = (
        VisitReply.objects.filter(appointment__in=list(appointment_ids))
        .order_by("appointment", "-replied_at")
        .distinct("appointment")
    )
    return {row.appointment_id: row for row in rows}
