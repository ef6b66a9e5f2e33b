"""Blocking time on the calendar: which visits are hit, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import Role
from kap.clinic import services as clinic
from kap.clinic.models import Absence, Schedule
from kap.core.errors import DomainError
from kap.core.locks import lock_in_order
from kap.worklist import services as work
from sessions.models import Appointment, AppointmentParticipant

if TYPE_CHECKING:
    from kap.accounts.models import User

REPLAN_WORK: Final = "visit-to-replan"
REPLAN_WITHIN: Final = timedelta(days=1)
"""Sooner where the visit is sooner; ours."""


class VisitsInTheWay(DomainError):
    """Visits are booked in the time that was to be blocked; nothing has changed."""

    def __init__(self, hits: Sequence[Appointment]) -> None:
        self.hits = tuple(hits)
        count = len(self.hits)
        visits = "1 visit stands" if count == 1 else f"{count} visits stand"
        super().__init__(f"{visits} in this time. Nothing is blocked yet.")


@dataclass(frozen=True, slots=True)
class Blocked:
    absence: Absence
    hits: tuple[Appointment, ...]
    """Visits that stay as they are and are now somebody's work."""


def block_time(
    *,
    schedule: Schedule,
    start: datetime,
    end: datetime,
    code: str,
    reason: str,
    go_on: bool,
    by: User,
    now: datetime,
) -> Blocked:
    """Block a diary.  With ``go_on`` around the visits that stand there: each becomes work.

    No visit is ever cancelled by this.
    """
    with transaction.atomic():
        lock_in_order([schedule.pk])
        hits = visits_hit(schedule.pk, start, end)
        if hits and not go_on:
            raise VisitsInTheWay(hits)
        absence = clinic.create_absence(
            schedule=schedule,
            start=start,
            end=end,
            code=code,
            reason=reason,
            by=by,
            now=now,
            around_visits=bool(hits),
        )
        for visit in hits:
            work.open_item(
                kind=REPLAN_WORK,
                source_key=f"absence:{absence.pk}:{visit.pk}",
                role=Role.FRONT_DESK,
                due_at=max(min(now + REPLAN_WITHIN, visit.starts_at), now),
                now=now,
                patient=visit.patient,
                object_id=visit.pk,
                by=by,
            )
    return Blocked(absence, tuple(hits))


def change_block(
    *,
    absence_id: UUID,
    schedule: Schedule,
    start: datetime,
    end: datetime,
    code: str,
    reason: str,
    go_on: bool,
    by: User,
    now: datetime,
) -> Blocked:
    """Another time, diary or reason: the old one is cancelled and stays readable."""
    with transaction.atomic():
        clinic.cancel_absence(absence_id=absence_id, by=by, now=now)
        return block_time(
            schedule=schedule,
            start=start,
            end=end,
            code=code,
            reason=reason,
            go_on=go_on,
            by=by,
            now=now,
        )


def visits_hit(schedule_id: int, start: datetime, end: datetime) -> list[Appointment]:
    """Visits that hold the diary in a stretch, in order of time; one query."""
    parts = AppointmentParticipant.objects.filter(
        schedule=schedule_id,
        is_current=True,
        slot__status="busy",
        slot__period__overlap=(start, end),
    )
    return list(
        Appointment.objects.filter(pk__in=parts.values("appointment"))
        .select_related("patient", "site")
        .order_by("starts_at", "pk")
    )


__all__ = ["REPLAN_WORK", "Blocked", "VisitsInTheWay", "block_time", "change_block"]
