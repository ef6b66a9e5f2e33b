"""What is taken in the diaries of a site: visits, absences, visits elsewhere, full nurses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from django.db import connection

from kap.clinic.enums import SlotStatus
from sessions.enums import ParticipantRole
from sessions.rules.plan_types import Diary, Grid, ResourceKind
from sessions.rules.presence import DEFAULT_PRESENCE_POLICY as POLICY
from sessions.rules.protocol_templates import TURNOVER_MIN

# As in the booking: one number as a range, so that the exclusion constraint's index answers.
_TAKEN: Final = """
SELECT slot.schedule_id, slot.lane, lower(slot.period), upper(slot.period), slot.status,
  visit.site_id, visit.kind
FROM unnest(%s::bigint[]) AS wanted(schedule_id)
JOIN clinic_slot AS slot
  ON int8range(slot.schedule_id, slot.schedule_id, '[]')
     && int8range(wanted.schedule_id, wanted.schedule_id, '[]')
 AND slot.period && tstzrange(%s, %s)
 AND slot.status IN ('busy', 'busy-unavailable')
LEFT JOIN kap_sessions_appointmentparticipant AS part ON part.slot_id = slot.id
LEFT JOIN kap_sessions_appointment AS visit ON visit.id = part.appointment_id
WHERE slot.id NOT IN (
  SELECT own.slot_id FROM kap_sessions_appointmentparticipant AS own
  WHERE own.appointment_id = %s AND own.is_current)
"""
TRAVEL: Final = timedelta(minutes=POLICY.travel_min)
PEAK: Final = timedelta(minutes=POLICY.peak_min + TURNOVER_MIN)
"""From when the nurse comes, set-up included, to the end of the peak."""


class TakenSlot(NamedTuple):
    """One taken stretch; ``site`` and ``kind`` are those of its visit, None for an absence."""

    schedule: int
    lane: int
    start: datetime
    end: datetime
    status: str
    site: UUID | None
    kind: str | None


class _Actor(Protocol):
    @property
    def capacity(self) -> int: ...

    @property
    def roles(self) -> frozenset[str]: ...


def taken_slots(
    schedule_ids: Collection[int],
    start: datetime,
    end: datetime,
    *,
    but_not: UUID | None = None,
) -> list[TakenSlot]:
    """Every taken slot in a stretch, without those of a visit that will move; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, [list(schedule_ids), start, end, but_not])
        return [TakenSlot(*row) for row in cursor.fetchall()]


@dataclass(slots=True)
class Taken:
    """Rows of bits for each schedule: its lanes, its absences, and moments a nurse is full."""

    lanes: dict[int, list[int]]
    gone: dict[int, int] = field(default_factory=dict)
    full: dict[int, int] = field(default_factory=dict)
    """No further patient may be watched in recovery."""
    no_peak: dict[int, int] = field(default_factory=dict)
    """No further patient may be watched at the peak."""

    def diary(self, schedule: int, kind: ResourceKind, away: int) -> Diary:
        """``away``: closed or not at work."""
        away |= self.full.get(schedule, 0)
        lanes = tuple(lane | away for lane in self.lanes[schedule])
        return Diary(str(schedule), kind, lanes, self.no_peak.get(schedule, 0))


def read_taken(
    grid: Grid,
    actors: Mapping[int, _Actor],
    patient_schedule_id: int,
    site_id: UUID,
    *,
    but_not: UUID | None,
) -> Taken:
    """One query.  A visit at another site takes the way there and back as well."""
    found = Taken({pk: [0] * actor.capacity for pk, actor in actors.items()})
    found.lanes[patient_schedule_id] = [0]
    rows = taken_slots(
        found.lanes, grid.origin - TRAVEL, grid.at(grid.slots) + TRAVEL, but_not=but_not
    )
    watched: dict[int, list[TakenSlot]] = {}
    for row in rows:
        way = TRAVEL if row.site not in (None, site_id) else timedelta(0)
        if row.schedule == patient_schedule_id:
            way = timedelta(0)
        mask = grid.mask(row.start - way, row.end + way)
        if row.lane < len(found.lanes[row.schedule]):
            found.lanes[row.schedule][row.lane] |= mask
        if row.status == SlotStatus.BUSY_UNAVAILABLE:
            found.gone[row.schedule] = found.gone.get(row.schedule, 0) | mask
        actor = actors.get(row.schedule)
        if actor is not None and ParticipantRole.NURSE in actor.roles:
            watched.setdefault(row.schedule, []).append(row)
    for schedule, stretches in watched.items():
        found.full[schedule], found.no_peak[schedule] = _watching(grid, stretches)
    return found


def _watching(grid: Grid, stretches: Collection[TakenSlot]) -> tuple[int, int]:
    """When one more in recovery, and one more at the peak, would be one too many (1.3)."""
    at_least = [grid.full, *[0] * POLICY.nurse_recovery]
    peaks = 0
    for one in stretches:
        mask = grid.mask(one.start, one.end)
        for count in range(POLICY.nurse_recovery, 0, -1):
            at_least[count] |= at_least[count - 1] & mask
        if one.kind == "dosing":
            peaks |= grid.mask(one.start, min(one.start + PEAK, one.end))
    no_peak = at_least[POLICY.nurse_peak]
    return at_least[POLICY.nurse_recovery] | (peaks & no_peak), no_peak
