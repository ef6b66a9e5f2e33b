"""A number that changes with anything in a dosing room; one query, so that pages may ask often."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

TICK_S: Final = 15
"""Words such as “3 min late” are written anew this often, though nothing happened."""

_ROWS = """
SELECT hashtextextended(concat_ws('|', a.status, a.version, e.status, e.version,
 (SELECT concat(count(*), max(said_at)) FROM kap_sessions_presessioncheck WHERE appointment_id = a.id),
 (SELECT count(*) FROM kap_sessions_gateoverride WHERE appointment_id = a.id),
 (SELECT concat(count(*), max(ordered_at)) FROM kap_sessions_medicationrequest WHERE appointment_id = a.id),
 (SELECT count(*) FROM kap_sessions_vitalsigns WHERE encounter_id = e.id),
 (SELECT count(*) FROM kap_sessions_adverseevent WHERE encounter_id = e.id),
 (SELECT count(*) FROM kap_sessions_roomnote WHERE encounter_id = e.id),
 (SELECT count(*) FROM kap_sessions_roompresence WHERE encounter_id = e.id),
 (SELECT count(*) FROM kap_sessions_medicationadministration WHERE encounter_id = e.id),
 (SELECT count(*) FROM kap_sessions_syringereading s
  JOIN kap_sessions_medicationrequest o ON o.id = s.order_id WHERE o.appointment_id = a.id)
), 0)
FROM kap_sessions_appointment a LEFT JOIN kap_sessions_encounter e ON e.appointment_id = a.id
"""
_ONE = f"{_ROWS} WHERE a.id = %s AND a.kind = 'dosing'"
_EACH = _ROWS.replace("), 0)", "), 0) AS hash", 1)
_LIVE = f"""
SELECT coalesce(sum(one.hash), 0), count(*) FROM (
{_EACH} WHERE e.status = 'in-progress' AND e.kind = 'dosing') one
"""  # noqa: S608 -- same


def version_of(appointment_id: UUID, *, now: datetime) -> str:
    """The version of one room; empty when there is no such visit."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE, [appointment_id])
        row = cursor.fetchone()
    return f"{row[0] & (2**64 - 1):x}.{_tick(now)}" if row else ""


def version_of_all(*, now: datetime) -> str:
    """The version of every room that is going on."""
    with connection.cursor() as cursor:
        cursor.execute(_LIVE)
        total, count = cursor.fetchone()
    return f"{int(total) & (2**64 - 1):x}.{count}.{_tick(now)}"


def _tick(now: datetime) -> int:
    return int(now.timestamp() // TICK_S)
