"""Writing visits: the rows themselves, always inside a transaction that holds the locks.

Written by hand in SQL: this is the path that everybody waits for, and one statement for
four tables costs a quarter of four bulk inserts.  The tests hold the columns against the
models: a field that is added and forgotten here fails them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from kap.core import prepared
from sessions.enums import AppointmentStatus
from sessions.models import Appointment, AppointmentStatusChange
from sessions.services.booking_types import Draft

if TYPE_CHECKING:
    from kap.accounts.models import User

# A slot is found again by what the exclusion constraint makes unique.
_PART_TYPES: Final = (
    "uuid[]",
    "varchar[]",
    "bigint[]",
    "smallint[]",
    "timestamptz[]",
    "timestamptz[]",
)


def _places(first: int, count: int) -> str:
    return ", ".join(f"${place}" for place in range(first, first + count))


_PARTS = """
part AS (
  SELECT * FROM unnest({places})
  AS part(appointment_id, role, schedule_id, lane, starts_at, ends_at)
), slot AS (
  INSERT INTO clinic_slot (schedule_id, lane, period, status)
  SELECT schedule_id, lane, tstzrange(starts_at, ends_at), 'busy' FROM part
  RETURNING id, schedule_id, lane, lower(period) AS starts_at
)
"""
_PARTICIPANTS = """
INSERT INTO kap_sessions_appointmentparticipant
  (appointment_id, role, schedule_id, slot_id, is_current)
SELECT part.appointment_id, part.role, part.schedule_id, slot.id, true
FROM part JOIN slot USING (schedule_id, lane, starts_at)
"""
VISIT_COLUMNS: Final = (
    ("id", "uuid"),
    ("patient_id", "uuid"),
    ("episode_id", "uuid"),
    ("planned_step_id", "uuid"),
    ("site_id", "uuid"),
    ("kind", "varchar"),
    ("number", "smallint"),
    ("of_total", "smallint"),
    ("starts_at", "timestamptz"),
    ("ends_at", "timestamptz"),
    ("status", "varchar"),
    ("version", "integer"),
    ("booked_at", "timestamptz"),
    ("booked_by_id", "uuid"),
)
_NAMES = ", ".join(name for name, _ in VISIT_COLUMNS)
_COUNT = len(VISIT_COLUMNS)
_VISITS_SQL = f"""
WITH visit AS (
  INSERT INTO kap_sessions_appointment ({_NAMES})
  SELECT * FROM unnest({_places(1, _COUNT)}) RETURNING id, status, booked_at, booked_by_id
), step AS (
  INSERT INTO kap_sessions_appointmentstatuschange
    (appointment_id, old_status, new_status, changed_at, changed_by_id, reason)
  SELECT id, '', status, booked_at, booked_by_id, '' FROM visit
), {_PARTS.format(places=_places(_COUNT + 1, len(_PART_TYPES)))} {_PARTICIPANTS}
"""  # noqa: S608 -- constants of this module
_VISITS = prepared.Statement(
    "kap_visits",
    (*(f"{kind}[]" for _, kind in VISIT_COLUMNS), *_PART_TYPES),
    _VISITS_SQL,
)
_ONLY_PARTS = prepared.Statement(
    "kap_parts",
    _PART_TYPES,
    f"WITH {_PARTS.format(places=_places(1, len(_PART_TYPES)))} {_PARTICIPANTS}",
)


def write_visits(
    drafts: Sequence[Draft], lanes: Sequence[Sequence[int]], *, by: User, now: datetime
) -> None:
    """Insert visits, slots, participants and history in one statement."""
    visits = [draft.appointment for draft in drafts]
    for visit in visits:
        visit.booked_at, visit.booked_by = now, by
    columns = [[getattr(visit, name) for visit in visits] for name, _ in VISIT_COLUMNS]
    prepared.run(_VISITS, [*columns, *_part_columns(drafts, lanes)])
    for visit in visits:
        visit._state.adding = False


def write_parts(drafts: Sequence[Draft], lanes: Sequence[Sequence[int]]) -> None:
    """Insert slots and participants for visits that stand already."""
    prepared.run(_ONLY_PARTS, _part_columns(drafts, lanes))


def _part_columns(
    drafts: Sequence[Draft], lanes: Sequence[Sequence[int]]
) -> list[list[Any]]:
    rows = [
        (
            draft.appointment.pk,
            str(part.role),
            part.schedule_id,
            lane,
            part.starts_at,
            part.ends_at,
        )
        for draft, its_lanes in zip(drafts, lanes, strict=True)
        for part, lane in zip(draft.parts, its_lanes, strict=True)
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def note_step(
    appointment: Appointment,
    new: AppointmentStatus,
    *,
    by: User,
    now: datetime,
    reason: str = "",
    old_starts_at: datetime | None = None,
) -> None:
    """Write one step of an appointment's life down, before its status is set."""
    AppointmentStatusChange.objects.create(
        appointment=appointment,
        old_status=appointment.status,
        new_status=new,
        old_starts_at=old_starts_at,
        changed_at=now,
        changed_by=by,
        reason=reason,
    )
