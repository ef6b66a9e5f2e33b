"""A practitioner or a room that is away: every lane of the diary is blocked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from kap.accounts.enums import SCHEDULING, Role
from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.clinic.enums import AbsenceCode, SlotStatus
from kap.clinic.models import Absence, Schedule, Slot
from kap.core.constraints import breaks
from kap.core.errors import DomainError, NotAllowed
from kap.core.locks import lock_in_order

TAKEN_MEANWHILE = (
    "A visit was booked in this time just now. Move it first, then try again."
)


def create_absence(
    *,
    schedule: Schedule,
    start: datetime,
    end: datetime,
    reason: str,
    by: User,
    now: datetime,
    code: str = AbsenceCode.OTHER,
    around_visits: bool = False,
) -> Absence:
    """Block every lane from ``start`` to ``end``; refused while visits stand there.

    ``around_visits``: visits stay, and what is free around them is blocked; call
    ``fill_absences`` when one of them goes.
    """
    _check_may_plan(by)
    if end <= start:
        raise DomainError("The absence ends before it begins. Change one of the times.")
    if end <= now:
        raise DomainError("This time is over. An absence is for the time to come.")
    try:
        return _create(
            schedule,
            start,
            end,
            code=code,
            reason=reason,
            by=by,
            now=now,
            around_visits=around_visits,
        )
    except IntegrityError as error:
        if breaks(error, constraint="slot_schedule_never_double_booked"):
            raise DomainError(TAKEN_MEANWHILE) from error
        raise


@transaction.atomic
def _create(
    schedule: Schedule,
    start: datetime,
    end: datetime,
    *,
    code: str,
    reason: str,
    by: User,
    now: datetime,
    around_visits: bool,
) -> Absence:
    lock_in_order([schedule.pk])
    _check_is_free(schedule, start, end, around_visits=around_visits)
    absence = Absence.objects.create(
        schedule=schedule,
        period=DateTimeTZRange(start, end),
        code=code,
        reason=reason,
        created_at=now,
        created_by=by,
    )
    _block_what_is_free(absence, start, end)
    _tell(by, Action.CREATE, absence)
    return absence


def _block_what_is_free(absence: Absence, start: datetime, end: datetime) -> None:
    """Every lane, between what is taken already; two queries."""
    schedule = absence.schedule
    taken: dict[int, list[tuple[datetime, datetime]]] = {}
    rows = schedule.slots.taken().within(start=start, end=end).order_by("period")
    for lane, period in rows.values_list("lane", "period"):
        if period.lower and period.upper:
            taken.setdefault(lane, []).append((period.lower, period.upper))
    Slot.objects.bulk_create(
        Slot(
            schedule=schedule,
            lane=lane,
            period=DateTimeTZRange(first, last),
            status=SlotStatus.BUSY_UNAVAILABLE,
            absence=absence,
        )
        for lane in range(schedule.capacity)
        for first, last in _gaps(taken.get(lane, ()), start, end)
    )


def _gaps(
    taken: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    at = start
    for first, last in taken:
        if first > at:
            yield at, first
        at = max(at, last)
    if at < end:
        yield at, end


def fill_absences(schedule_ids: Iterable[int], *, now: datetime) -> None:
    """Visits have left these diaries: block what an absence to come left free for them.

    In the transaction that freed the time; one query when nobody is away.
    """
    found = list(
        Absence.objects.filter(
            schedule__in=list(schedule_ids),
            cancelled_at=None,
            period__endswith__gt=now,
        ).select_related("schedule")
    )
    if found:
        lock_in_order([absence.schedule_id for absence in found])
    for absence in found:
        if absence.period.lower and absence.period.upper:
            _block_what_is_free(absence, absence.period.lower, absence.period.upper)


@transaction.atomic
def cancel_absence(*, absence_id: UUID, by: User, now: datetime) -> Absence:
    """Free the time again; what was planned stays readable."""
    _check_may_plan(by)
    absence = Absence.objects.select_for_update().get(pk=absence_id)
    if absence.cancelled_at is not None:
        raise DomainError("This absence was cancelled before.")
    lock_in_order([absence.schedule_id])
    absence.cancelled_at = now
    absence.save(update_fields=["cancelled_at"])
    absence.slots.update(status=SlotStatus.FREE)
    _tell(by, Action.VOID, absence)
    return absence


def _check_may_plan(by: User) -> None:
    if not by.has_role(*SCHEDULING, Role.ADMIN):
        raise NotAllowed(
            "Absences are planned by the front desk, clinicians and admins."
        )


def _check_is_free(
    schedule: Schedule, start: datetime, end: datetime, *, around_visits: bool
) -> None:
    standing = schedule.slots.taken().within(start=start, end=end)
    if standing.filter(absence__isnull=False).exists():
        raise DomainError("Another absence covers part of this time. Cancel it first.")
    booked = 0 if around_visits else standing.count()
    if booked:
        visits = "1 visit is" if booked == 1 else f"{booked} visits are"
        it = "it" if booked == 1 else "them"
        raise DomainError(f"{visits} booked in this time. Move {it} first.")


def _tell(by: User, action: Action, absence: Absence) -> None:
    record(
        by=by,
        action=action,
        category=Category.SCHEDULE,
        object_type="clinic.absence",
        object_id=absence.pk,
    )
