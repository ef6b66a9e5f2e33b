"""The day board: everything that stands on it, in one query, and a number that tells of change.

Raw SQL, because this page is opened all day long by everybody: one statement, no model
objects.  What a role may not see is not asked for: the front desk's statement has no dose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from kap.accounts.enums import SCHEDULING
from kap.core import prepared
from sessions.queries.diary import short

if TYPE_CHECKING:
    from kap.accounts.models import User

REFRESH: Final = timedelta(minutes=5)
"""How often the board is drawn anew though nothing changed: the line of the present moves."""

# Sums to the same number here and in the poll; any step of any visit changes it.
_MARK = """hashtextextended(concat_ws('|', a.id, a.status, a.version, e.status, e.version,
  (SELECT max(c.said_at) FROM kap_sessions_presessioncheck c WHERE c.appointment_id = a.id)),
  0)"""

_FROM = """
FROM kap_sessions_appointment a
LEFT JOIN kap_sessions_encounter e ON e.appointment_id = a.id
"""
_WHERE = """
WHERE a.site_id = $1 AND a.starts_at >= $2 AND a.starts_at < $3 AND a.status <> 'cancelled'
"""
_NO_DOSE = "NULL, NULL, NULL"
_DOSE = """
  (SELECT concat_ws(' ', o.route, o.dose_mg) FROM kap_sessions_medicationrequest o
   WHERE o.appointment_id = a.id AND o.status IN ('active', 'completed')
   ORDER BY o.ordered_at DESC LIMIT 1),
  (SELECT min(g.given_at) FROM kap_sessions_medicationadministration g
   WHERE g.encounter_id = e.id AND g.status <> 'entered-in-error'
     AND NOT EXISTS (SELECT 1 FROM kap_sessions_medicationadministration v
                     WHERE v.voids_id = g.id)),
  (SELECT t.route FROM kap_sessions_plannedstep s
   JOIN kap_sessions_careplan l ON l.id = s.care_plan_id
   JOIN kap_sessions_protocol t ON t.id = l.protocol_id
   WHERE s.id = a.planned_step_id AND a.kind = 'dosing')
"""
_ROWS_SQL = f"""
SELECT a.id, a.kind, a.number, a.of_total, a.starts_at, a.ends_at, a.status, a.episode_id,
  a.patient_id, coalesce(nullif(p.preferred_name, ''), p.given_name) || ' ' || p.family_name,
  e.status, e.started_at,
  (SELECT array_agg(x.role || ':' || x.schedule_id ORDER BY x.role)
   FROM kap_sessions_appointmentparticipant x
   WHERE x.appointment_id = a.id AND x.is_current AND x.role <> 'patient'),
  (SELECT upper(k.period) FROM kap_sessions_appointmentparticipant x
   JOIN clinic_slot k ON k.id = x.slot_id
   WHERE x.appointment_id = a.id AND x.is_current AND x.role = 'room'),
  {_MARK}, DOSE
{_FROM} JOIN patients_patient p ON p.id = a.patient_id
{_WHERE} ORDER BY a.starts_at, a.id
"""  # noqa: S608 -- constants of this module
_DAY: Final = ("uuid", "timestamptz", "timestamptz")
_ROWS = prepared.Statement("kap_board", _DAY, _ROWS_SQL.replace("DOSE", _NO_DOSE))
_ROWS_WITH_DOSE = prepared.Statement(
    "kap_board_dose", _DAY, _ROWS_SQL.replace("DOSE", _DOSE)
)
_VERSION = prepared.Statement(
    "kap_board_version", _DAY, f"SELECT coalesce(sum({_MARK}), 0) {_FROM} {_WHERE}"
)
_PLACES = prepared.Statement(
    "kap_board_places",
    (),
    """
SELECT site.id, site.name, site.time_zone, hours.weekday, hours.opens, hours.closes
FROM clinic_site AS site LEFT JOIN clinic_openinghours AS hours ON hours.site_id = site.id
WHERE site.is_active ORDER BY site.name, site.id, hours.weekday, hours.opens
""",
)
_DIARIES = prepared.Statement(
    "kap_board_diaries",
    ("uuid",),
    """
SELECT diary.id, room.name, room.kind, room.is_active, person.name, clinician.qualification
FROM clinic_schedule AS diary
LEFT JOIN clinic_location AS room ON room.id = diary.location_id
LEFT JOIN accounts_practitioner AS clinician ON clinician.id = diary.practitioner_id
LEFT JOIN accounts_user AS person ON person.id = clinician.user_id
WHERE room.site_id = $1 OR diary.practitioner_id IS NOT NULL
ORDER BY room.position, room.name, diary.id
""",
)


class Row(NamedTuple):
    """One visit of the day as the database gives it."""

    id: UUID
    kind: str
    number: int
    of_total: int
    starts_at: datetime
    ends_at: datetime
    status: str
    episode_id: UUID | None
    patient_id: UUID
    name: str
    encounter: str | None
    started_at: datetime | None
    parts: list[str] | None
    room_until: datetime | None
    mark: int
    order: str | None
    given_at: datetime | None
    route: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A site with its hours, as the board needs it."""

    id: UUID
    name: str
    zone: ZoneInfo
    hours: Mapping[int, tuple[tuple[time, time], ...]]

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """The first instant of a local day and of the next; 23 to 25 hours apart."""
        return (
            datetime.combine(day, time(0), self.zone),
            datetime.combine(day + timedelta(days=1), time(0), self.zone),
        )

    def next_open_day(self, day: date) -> date | None:
        """The next day with opening hours, at most two weeks on."""
        days = (day + timedelta(days=n) for n in range(1, 15))
        return next((later for later in days if self.hours.get(later.weekday())), None)


@dataclass(frozen=True, slots=True)
class Diary:
    """A room or a person as the board names them."""

    id: int
    name: str
    room_kind: str = ""
    position: int = 0


def places() -> list[Place]:
    """Every active site with its opening hours, in one query."""
    found: dict[UUID, tuple[str, str]] = {}
    hours: dict[UUID, dict[int, tuple[tuple[time, time], ...]]] = {}
    for pk, name, zone, weekday, opens, closes in prepared.rows((_PLACES, ())):
        found[pk] = (name, zone)
        its = hours.setdefault(pk, {})
        if weekday is not None:
            its[weekday] = (*its.get(weekday, ()), (opens, closes))
    return [
        Place(pk, name, ZoneInfo(zone), hours[pk]) for pk, (name, zone) in found.items()
    ]


def diaries(place: Place) -> dict[int, Diary]:
    """Rooms of the site and all practitioners, in one query; rooms in their order."""
    found = prepared.rows((_DIARIES, [str(place.id)]))
    return {
        pk: Diary(pk, room or _with_nurse(name, title), (kind or "") if active else "")
        for pk, room, kind, active, name, title in found
    }


def _with_nurse(name: str, title: str) -> str:
    """``Kit D. RN``: nurses are told apart, others are known by name."""
    return f"{short(name)} RN" if title == "RN" else short(name)


def rows(place: Place, day: date, *, user: User) -> list[Row]:
    """Every visit of the day that was not cancelled, in order of time; one query."""
    if not user.has_role(*SCHEDULING):
        return []
    statement = _ROWS_WITH_DOSE if user.is_clinical else _ROWS
    found = prepared.rows((statement, [str(place.id), *place.bounds(day)]))
    return [Row(*row) for row in found]


def version(place: Place, day: date, found: list[Row], *, now: datetime) -> str:
    """What the poll compares; made of rows that were just read."""
    return _token(sum(row.mark for row in found), place, day, now)


def current_version(place: Place, day: date, *, now: datetime) -> str:
    """The same, asked of the database with one aggregate."""
    found = prepared.rows((_VERSION, [str(place.id), *place.bounds(day)]))
    return _token(int(found[0][0]), place, day, now)


def _token(total: int, place: Place, day: date, now: datetime) -> str:
    is_today = now.astimezone(place.zone).date() == day
    tick = int(now.timestamp() // REFRESH.total_seconds()) if is_today else 0
    return f"{total:x}.{tick:x}"
