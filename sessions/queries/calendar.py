"""What stands on the calendar: diaries with their hours, the slots taken, what changed.

Raw SQL, as on the day board: one statement for the slots of everybody, whatever the range.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final, NamedTuple
from uuid import UUID

from kap.accounts.enums import PRESCRIBING, Role
from kap.core import prepared
from sessions.queries.board import Place, places

Hours = tuple[tuple[time, time], ...]

_DIARIES = prepared.Statement(
    "kap_calendar_diaries",
    ("uuid",),
    """
SELECT diary.id, diary.capacity, room.name, room.kind, person.name, clinician.qualification,
  person.roles, hours.weekday, hours.starts, hours.ends
FROM clinic_schedule AS diary
LEFT JOIN clinic_location AS room ON room.id = diary.location_id
LEFT JOIN accounts_practitioner AS clinician ON clinician.id = diary.practitioner_id
LEFT JOIN accounts_user AS person ON person.id = clinician.user_id
LEFT JOIN clinic_workinghours AS hours ON hours.schedule_id = diary.id AND hours.site_id = $1
WHERE (room.site_id = $1 AND room.is_active)
   OR (hours.id IS NOT NULL AND clinician.is_bookable AND person.is_active)
ORDER BY room.position, room.name, person.name, diary.id, hours.weekday, hours.starts
""",
)
# A number as a range: the exclusion constraint's own index answers.
_JOIN_SLOTS = """
JOIN clinic_slot AS slot
  ON int8range(slot.schedule_id, slot.schedule_id, '[]')
     && int8range(wanted.id, wanted.id, '[]')
 AND slot.period && tstzrange($2, $3)
 AND slot.status IN ('busy', 'busy-unavailable')
LEFT JOIN kap_sessions_appointmentparticipant AS part
  ON part.slot_id = slot.id AND part.is_current
LEFT JOIN kap_sessions_appointment AS visit ON visit.id = part.appointment_id
LEFT JOIN kap_sessions_encounter AS meeting ON meeting.appointment_id = visit.id
"""
_SPAN: Final = ("timestamptz", "timestamptz")
_SLOTS = prepared.Statement(
    "kap_calendar_slots",
    ("bigint[]", *_SPAN),
    f"""
SELECT slot.schedule_id, slot.lane, lower(slot.period), upper(slot.period),
  away.id, away.code, away.reason, lower(away.period), upper(away.period),
  part.role, visit.id, visit.kind, visit.number, visit.of_total, visit.starts_at,
  visit.ends_at, visit.status, visit.version, visit.site_id, meeting.status,
  coalesce(nullif(patient.preferred_name, ''), patient.given_name), patient.family_name
FROM unnest($1) AS wanted(id) {_JOIN_SLOTS}
LEFT JOIN clinic_absence AS away ON away.id = slot.absence_id
LEFT JOIN patients_patient AS patient ON patient.id = visit.patient_id
ORDER BY lower(slot.period), slot.lane, slot.id
""",  # noqa: S608 -- constants of this module
)
_VERSION = prepared.Statement(
    "kap_calendar_version",
    ("uuid", *_SPAN),
    f"""
SELECT coalesce(sum(hashtextextended(concat_ws('|', slot.id, visit.id, visit.status,
    visit.version, meeting.status), 0)), 0)
  + (SELECT coalesce(sum(hashtextextended(pin.id::text, 0)), 0)
     FROM kap_sessions_pinnedvisit AS pin WHERE pin.site_id = $1 AND pin.ended_at IS NULL)
FROM (
  SELECT diary.id FROM clinic_schedule AS diary
  JOIN clinic_location AS room ON room.id = diary.location_id WHERE room.site_id = $1
  UNION SELECT schedule_id FROM clinic_workinghours WHERE site_id = $1
) AS wanted(id) {_JOIN_SLOTS}
""",  # noqa: S608 -- constants of this module
)


@dataclass(frozen=True, slots=True)
class Resource:
    """A room or a person: a column of the day, a row of the week."""

    id: int
    name: str
    note: str
    group: str
    capacity: int
    is_room: bool
    kind: str
    """Kind of room; empty for a person."""
    roles: frozenset[str]
    """What staff roles a person holds; none for a room."""
    hours: Mapping[int, Hours]
    """Weekday to working hours; a room is there whenever the site is open."""


class Taken(NamedTuple):
    """One taken slot: part of a visit, or of an absence."""

    schedule_id: int
    lane: int
    start: datetime
    end: datetime
    absence_id: UUID | None
    absence_code: str | None
    absence_reason: str | None
    away_from: datetime | None
    away_until: datetime | None
    role: str | None
    visit_id: UUID | None
    kind: str
    number: int
    of_total: int
    starts_at: datetime
    ends_at: datetime
    status: str
    version: int
    site_id: UUID
    encounter: str | None
    called: str
    family: str


ROOMS: Final = "Rooms"
GROUPS: Final = (ROOMS, "Prescribers", "Nurses", "Therapists", "Others")
_ROOM_NOTES: Final = {"dosing": "dosing", "therapy": "therapy", "video": "remote"}


def resources(place: Place) -> list[Resource]:
    """Rooms of the site in their order, then its people by what they do; one query."""
    facts: dict[int, dict[str, Any]] = {}
    hours: dict[int, dict[int, Hours]] = {}
    for (
        pk,
        capacity,
        room,
        kind,
        name,
        title,
        roles,
        weekday,
        first,
        last,
    ) in prepared.rows((_DIARIES, [str(place.id)])):
        if room:
            facts[pk] = {"name": room, "group": ROOMS, "kind": kind}
            facts[pk]["note"] = _ROOM_NOTES.get(kind, "")
        else:
            facts[pk] = {"name": name, "group": _group(roles or ()), "kind": ""}
            facts[pk]["note"] = title or ""
        facts[pk] |= {
            "capacity": capacity,
            "is_room": bool(room),
            "roles": frozenset(roles or ()),
        }
        its = hours.setdefault(pk, {})
        if weekday is not None:
            its[weekday] = (*its.get(weekday, ()), (first, last))
    found = [Resource(id=pk, hours=hours[pk], **facts[pk]) for pk in facts]
    return sorted(found, key=lambda one: GROUPS.index(one.group))


def _group(roles: Collection[str]) -> str:
    if PRESCRIBING & set(roles):
        return "Prescribers"
    if Role.NURSE in roles:
        return "Nurses"
    return "Therapists" if Role.THERAPIST in roles else "Others"


def taken(shown: Sequence[Resource], start: datetime, end: datetime) -> list[Taken]:
    """Every taken slot of these diaries in a stretch, in order of time; one query."""
    values = [[one.id for one in shown], start, end]
    return [Taken(*row) for row in prepared.rows((_SLOTS, values))]


def version(site_id: UUID, start: datetime, end: datetime) -> str:
    """A text that changes whenever something on the calendar does; one query."""
    found = prepared.rows((_VERSION, [str(site_id), start, end]))
    return f"{int(found[0][0]):x}"


__all__ = ["Place", "Resource", "Taken", "places", "resources", "taken", "version"]
