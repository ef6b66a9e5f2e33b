"""Finding a free lane for every part of a visit, under the locks, and naming what is taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, OperationalError, transaction

from kap.clinic.enums import ActorKind
from kap.clinic.models import Schedule
from kap.core import prepared
from kap.core.constraints import breaks
from kap.core.locks import lock_in_order, locking
from sessions.services.booking_types import TAKEN_SINCE, AlreadyBooked, Draft, Part

DEADLOCK, LOCK_TIMEOUT = "40P01", "55P03"

# The schedule is compared as a one-number range, so that the exclusion constraint's own
# index answers: the cost does not grow with the years of a diary.
_TAKEN = prepared.Statement(
    "kap_taken",
    ("bigint[]", "timestamptz[]", "timestamptz[]"),
    """
SELECT wanted.place, diary.capacity, taken.lane, lower(taken.period), upper(taken.period)
FROM unnest($1, $2, $3)
     WITH ORDINALITY AS wanted(schedule_id, starts_at, ends_at, place)
JOIN clinic_schedule AS diary ON diary.id = wanted.schedule_id
LEFT JOIN clinic_slot AS taken
  ON int8range(taken.schedule_id, taken.schedule_id, '[]')
     && int8range(wanted.schedule_id, wanted.schedule_id, '[]')
 AND taken.period && tstzrange(wanted.starts_at, wanted.ends_at)
 AND taken.status IN ('busy', 'busy-unavailable')
ORDER BY wanted.place
""",
)

Stretch = tuple[int, datetime, datetime]
"""A lane and the time it is taken."""


@contextmanager
def all_or_nothing(*, savepoint: bool = True) -> Iterator[None]:
    """A transaction in which a double booking is a sentence, however it comes to light.

    ``savepoint`` false: the caller's own transaction is undone when this raises.

    The lane search under the locks finds it first.  The constraint is the last line of
    defence: against raw SQL, and against whoever forgets the locks.
    """
    try:
        with transaction.atomic(savepoint=savepoint):
            yield
    except IntegrityError as error:
        if breaks(error, constraint="slot_schedule_never_double_booked"):
            raise AlreadyBooked(TAKEN_SINCE) from error
        raise
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") in {DEADLOCK, LOCK_TIMEOUT}:
            raise AlreadyBooked(TAKEN_SINCE) from error
        raise


def choose_lanes(
    drafts: Sequence[Draft], *, zone: ZoneInfo, lock: bool = False
) -> list[list[int]]:
    """The first free lane for each part of each draft; raises AlreadyBooked.

    Call inside ``all_or_nothing`` with the diaries locked, or with ``lock`` to lock
    them on the way: what is free then stays free until the transaction ends.
    """
    places = [
        (place, part) for place, draft in enumerate(drafts) for part in draft.parts
    ]
    diaries = _read([part for _, part in places], lock=lock)
    new: dict[int, list[Stretch]] = {}
    lanes: list[list[int]] = [[] for _ in drafts]
    for (place, part), (capacity, taken) in zip(places, diaries, strict=True):
        own = new.setdefault(part.schedule_id, [])
        lane = _first_free(part, capacity, [*taken, *own])
        if lane is None:
            raise _taken(part, [*taken, *own], place=place, zone=zone)
        own.append((lane, part.starts_at, part.ends_at))
        lanes[place].append(lane)
    return lanes


def lock_diaries(drafts: Sequence[Draft], *, also: Sequence[int] = ()) -> None:
    """Hold every diary the visits need, smallest id first."""
    lock_in_order([*(p.schedule_id for d in drafts for p in d.parts), *also])


def _read(parts: Sequence[Part], *, lock: bool) -> list[tuple[int, list[Stretch]]]:
    """Capacity and taken stretches for each part, in one query."""
    found: list[tuple[int, list[Stretch]]] = [(0, []) for _ in parts]
    ids = [part.schedule_id for part in parts]
    columns: list[Any] = [
        ids,
        [part.starts_at for part in parts],
        [part.ends_at for part in parts],
    ]
    before = [locking(ids)] if lock else []
    for place, capacity, lane, start, end in prepared.rows(*before, (_TAKEN, columns)):
        taken = found[place - 1][1]
        if lane is not None:
            taken.append((lane, start, end))
        found[place - 1] = (capacity, taken)
    return found


def _first_free(part: Part, capacity: int, taken: Sequence[Stretch]) -> int | None:
    busy = {
        lane
        for lane, start, end in taken
        if start < part.ends_at and part.starts_at < end
    }
    return next((lane for lane in range(capacity) if lane not in busy), None)


def _taken(
    part: Part, taken: Sequence[Stretch], *, place: int, zone: ZoneInfo
) -> AlreadyBooked:
    """The refusal that names who or what is taken, and from when to when."""
    clash = [
        (start, end)
        for _, start, end in taken
        if start < part.ends_at and part.starts_at < end
    ]
    if not clash:
        return AlreadyBooked("This diary takes no visits. Choose another.", place=place)
    start = min(start for start, _ in clash).astimezone(zone)
    end = max(end for _, end in clash).astimezone(zone)
    who = _name(part.schedule_id)
    return AlreadyBooked(
        f"{who} from {start:%H:%M} to {end:%H:%M}. Choose another time.", place=place
    )


def _name(schedule_id: int) -> str:
    """The staff member's or room's name; a patient is never named in a refusal."""
    row = (
        Schedule.objects.filter(pk=schedule_id)
        .values_list("kind", "location__name", "practitioner__user__name")
        .get()
    )
    kind, room, person = row
    if kind == ActorKind.PATIENT:
        return "The patient already has a visit"
    return f"{room or person or 'This diary'} was just taken"
