"""Moving a visit on the calendar: what was bent and why, what is told, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from kap.clinic import services as clinic
from kap.clinic.models import WorkingHours
from kap.core.errors import ChangedMeanwhile, DomainError
from kap.core.outbox import OutboxStatus
from kap.notifications.models import Communication
from sessions import reminders
from sessions.enums import ParticipantRole
from sessions.models import Appointment, AppointmentMove, AppointmentStatusChange
from sessions.permissions import check_may_schedule
from sessions.rules.spacing import SpacingLevel
from sessions.services.booking import locked, move_appointment, with_patient
from sessions.services.booking_checks import check_drafts
from sessions.services.booking_lanes import all_or_nothing
from sessions.services.booking_types import CannotBook, Draft, Part
from sessions.services.spacing_checks import spacing_findings

if TYPE_CHECKING:
    from kap.accounts.models import User

UNDO_FOR: Final = timedelta(minutes=5)
"""How long a message about a move is held, so that the move can be taken back; ours."""
OUT_OF_HOURS: Final = "hours"
HeldPart = Sequence[Any]
"""Role, diary, first and last minute from the visit's start."""


class NeedsReason(DomainError):
    """The new place bends rules that may be bent; ``rules`` are their codes."""

    def __init__(self, sentences: Sequence[str], rules: Sequence[str]) -> None:
        self.rules = tuple(rules)
        super().__init__(f"{' '.join(sentences)} Write why it goes there all the same.")


def move_visit(
    *,
    appointment_id: UUID,
    starts_at: datetime,
    changed: Mapping[str, int],
    expected_version: int,
    is_told: bool,
    by: User,
    now: datetime,
    reason: str = "",
    undoes: AppointmentMove | None = None,
) -> AppointmentMove:
    """Give a visit another start, and other diaries for some of its roles.

    ``changed``: role to diary; everybody else stays.  Raises NeedsReason,
    ChangedMeanwhile, and what ``move_appointment`` raises; then nothing has changed.
    """
    check_may_schedule(by)
    with all_or_nothing():
        appointment = locked(appointment_id)
        _check_version(appointment, expected_version)
        old_start, old_end = appointment.starts_at, appointment.ends_at
        old = held_parts(appointment)
        new = [[role, changed.get(role, diary), *mins] for role, diary, *mins in old]
        if starts_at == old_start and new == old:
            raise CannotBook("The visit stands there already. Choose another place.")
        rules = check_place(appointment, starts_at, new, reason=reason, now=now)
        moved = move_appointment(
            appointment_id=appointment_id,
            starts_at=starts_at,
            ends_at=starts_at + (old_end - old_start),
            participants=parts_at(new, starts_at),
            by=by,
            now=now,
            reason=reason.strip()[:300],
            spacing_reason=reason.strip(),
        )
        hold_message(moved, is_told=is_told, now=now)
        clinic.fill_absences([diary for _, diary, *_ in old], now=now)
        return AppointmentMove.objects.create(
            appointment=moved,
            version=moved.version,
            old_starts_at=old_start,
            old_ends_at=old_end,
            old_parts=old,
            rules=[code for code, _ in rules],
            reason=reason.strip()[:300],
            is_told=is_told,
            moved_at=now,
            moved_by=by,
            undoes=undoes,
        )


def take_back(*, move_id: UUID, by: User, now: datetime) -> AppointmentMove:
    """Put the visit back where it stood; the message that waited is never sent."""
    check_may_schedule(by)
    move = AppointmentMove.objects.select_related("appointment").get(pk=move_id)
    if now - move.moved_at > UNDO_FOR:
        raise DomainError(
            "This move is too old to be taken back. Move the visit again."
        )
    if AppointmentMove.objects.filter(undoes=move).exists():
        raise DomainError("This move has been taken back already.")
    now_held = {role: diary for role, diary, *_ in held_parts(move.appointment)}
    before = {role: diary for role, diary, *_ in move.old_parts}
    return move_visit(
        appointment_id=move.appointment_id,
        starts_at=move.old_starts_at,
        changed={r: d for r, d in before.items() if now_held.get(r) != d},
        expected_version=move.version,
        is_told=False,
        by=by,
        now=now,
        reason="Taken back",
        undoes=move,
    )


def held_parts(appointment: Appointment) -> list[HeldPart]:
    """Everybody but the patient, in minutes from the start; one query."""
    start = appointment.starts_at
    rows = (
        appointment.participants.filter(is_current=True)
        .exclude(role=ParticipantRole.PATIENT)
        .order_by("role")
        .values_list("role", "schedule", "slot__period")
    )
    return [
        [role, diary, _minutes(period.lower - start), _minutes(period.upper - start)]
        for role, diary, period in rows
        if period.lower and period.upper
    ]


def parts_at(parts: Iterable[HeldPart], starts_at: datetime) -> list[Part]:
    """The same people and rooms around another start."""
    return [
        Part(
            role,
            diary,
            starts_at + timedelta(minutes=first),
            starts_at + timedelta(minutes=last),
        )
        for role, diary, first, last in parts
    ]


def hold_message(appointment: Appointment, *, is_told: bool, now: datetime) -> None:
    """Hold what says "booked" while the move can be taken back, or never send it."""
    waiting = Communication.objects.filter(
        key__startswith=reminders.prefix(appointment) + reminders.CONFIRM,
        status=OutboxStatus.PREPARATION,
    )
    if is_told:
        waiting.update(due_at=now + UNDO_FOR)
    else:
        waiting.update(
            status=OutboxStatus.STOPPED, finished_at=now, problem="not-wanted"
        )


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def _check_version(appointment: Appointment, expected: int) -> None:
    if appointment.version == expected:
        return
    step = (
        AppointmentStatusChange.objects.filter(appointment=appointment)
        .select_related("changed_by")
        .order_by("-changed_at", "-pk")
        .first()
    )
    who = step.changed_by.name if step and step.changed_by else "Somebody else"
    start = appointment.starts_at.astimezone(appointment.site.zone)
    raise ChangedMeanwhile(
        f"{who} has changed this visit since you opened it: it stands at "
        f"{start:%a %-d %b %H:%M} now. Look again."
    )


def check_place(
    appointment: Appointment,
    starts_at: datetime,
    parts: Sequence[HeldPart],
    *,
    reason: str,
    now: datetime,
) -> list[tuple[str, str]]:
    """Refuse what can never be, then ask for a reason where a rule is bent; the rules."""
    there = _moved(appointment, starts_at)
    everybody = with_patient(
        appointment.patient, there.starts_at, there.ends_at, parts_at(parts, starts_at)
    )
    check_drafts([Draft(there, everybody)], site=appointment.site, now=now)
    rules = bent_rules(appointment, starts_at, parts, now=now)
    if rules and not reason.strip():
        raise NeedsReason([words for _, words in rules], [code for code, _ in rules])
    return rules


def _moved(appointment: Appointment, starts_at: datetime) -> Appointment:
    """The visit as it would be; not saved."""
    return Appointment(
        pk=appointment.pk,
        patient=appointment.patient,
        site=appointment.site,
        kind=appointment.kind,
        starts_at=starts_at,
        ends_at=starts_at + (appointment.ends_at - appointment.starts_at),
    )


def bent_rules(
    appointment: Appointment,
    starts_at: datetime,
    parts: Sequence[HeldPart],
    *,
    now: datetime,
    with_stops: bool = False,
) -> list[tuple[str, str]]:
    """Rules that the new place bends and that a reason lifts: code and sentence.

    ``with_stops``: also those that only a prescriber's reason lifts.
    """
    found = _out_of_hours(appointment, parts_at(parts, starts_at))
    step = appointment.planned_step
    protocol = step.care_plan.protocol if step is not None else None
    for one in spacing_findings(
        [_moved(appointment, starts_at)], protocol=protocol, now=now
    ):
        is_lifted = with_stops and one.level is SpacingLevel.HARD
        if one.level is SpacingLevel.SOFT or is_lifted:
            found.append((one.code, one.sentence))
    return found


def _out_of_hours(
    appointment: Appointment, parts: Sequence[Part]
) -> list[tuple[str, str]]:
    """People who would be booked when they do not work at the site; one query."""
    zone = appointment.site.zone
    people = [part for part in parts if part.role != ParticipantRole.ROOM]
    rows = WorkingHours.objects.filter(
        site=appointment.site, schedule__in=[part.schedule_id for part in people]
    ).values_list(
        "schedule", "weekday", "starts", "ends", "schedule__practitioner__user__name"
    )
    hours: dict[tuple[int, int], list[tuple[time, time]]] = {}
    names: dict[int, str] = {}
    for diary, weekday, first, last, name in rows:
        hours.setdefault((diary, weekday), []).append((first, last))
        names[diary] = name
    found = []
    for part in people:
        start, end = part.starts_at.astimezone(zone), part.ends_at.astimezone(zone)
        its = hours.get((part.schedule_id, start.weekday()), ())
        if not any(first <= start.time() and end.time() <= last for first, last in its):
            who = names.get(part.schedule_id, "Somebody")
            found.append((OUT_OF_HOURS, f"{who} does not work then."))
    return found


__all__ = [
    "UNDO_FOR",
    "NeedsReason",
    "bent_rules",
    "check_place",
    "held_parts",
    "move_visit",
    "parts_at",
    "take_back",
]
