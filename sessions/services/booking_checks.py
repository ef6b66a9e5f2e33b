"""Why a visit is refused before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any, Final

from kap.accounts.enums import PRESCRIBING, Role
from kap.clinic.models import Site
from kap.core import prepared
from sessions.enums import ParticipantRole, VisitKind
from sessions.services.booking_types import CannotBook, Draft

_ROOM, _THERAPIST = ParticipantRole.ROOM, ParticipantRole.THERAPIST
_NURSE, _PRESCRIBER = ParticipantRole.NURSE, ParticipantRole.PRESCRIBER

NEEDED_ROLES: Final = MappingProxyType(
    {
        VisitKind.SCREENING: frozenset({_ROOM, _PRESCRIBER}),
        VisitKind.PREPARATION: frozenset({_ROOM, _THERAPIST}),
        VisitKind.DOSING: frozenset({_ROOM, _THERAPIST, _NURSE, _PRESCRIBER}),
        VisitKind.INTEGRATION: frozenset({_ROOM, _THERAPIST}),
        VisitKind.FOLLOW_UP: frozenset({_ROOM, _PRESCRIBER}),
    }
)
"""Who a visit cannot do without (clinical.md 1.3, 6.6)."""

ROLES_FOR: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        _THERAPIST: frozenset({Role.THERAPIST}),
        _NURSE: frozenset({Role.NURSE}),
        _PRESCRIBER: PRESCRIBING,
    }
)
"""Which staff roles may take which part."""
LONGEST_MIN: Final = 12 * 60

# By hand: on the booking path the ORM's making of a statement costs more than the
# database's answering it.
_FACTS = prepared.Statement(
    "kap_booking_facts",
    ("date", "uuid", "bigint[]"),
    """
SELECT hours.weekdays, hours.opens, hours.closes, diary.id, room.site_id, room.is_active, person.name, person.roles,
  clinician.is_bookable,
  EXISTS (SELECT 1 FROM accounts_credential AS licence
    WHERE licence.practitioner_id = clinician.id AND licence.kind = 'licence'
      AND licence.valid_from <= $1
      AND (licence.expires_on IS NULL OR licence.expires_on >= $1))
FROM clinic_schedule AS diary
CROSS JOIN (SELECT array_agg(weekday) AS weekdays, array_agg(opens) AS opens,
  array_agg(closes) AS closes FROM clinic_openinghours WHERE site_id = $2) AS hours
LEFT JOIN clinic_location AS room ON room.id = diary.location_id
LEFT JOIN accounts_practitioner AS clinician ON clinician.id = diary.practitioner_id
LEFT JOIN accounts_user AS person ON person.id = clinician.user_id
WHERE diary.id = ANY($3)
""",
)
_UNKNOWN = "A person or room of this visit is not on record."


def check_drafts(drafts: Sequence[Draft], *, site: Site, now: datetime) -> None:
    """Refuse with the first reason; one query for any number of visits.

    Nobody is booked past the day the licence ends (clinical.md 10.2, R-21).
    """
    roles: dict[int, set[str]] = {}
    for draft in drafts:
        _check_times(draft, now=now)
        _check_roles(draft)
        for part in draft.parts:
            if part.role != ParticipantRole.PATIENT:
                roles.setdefault(part.schedule_id, set()).add(part.role)
    last = max(part.ends_at for draft in drafts for part in draft.parts)
    day = last.astimezone(site.zone).date()
    rows = prepared.rows((_FACTS, [day, str(site.pk), list(roles)]))
    if not rows:
        raise CannotBook(_UNKNOWN)
    hours = zip(*(column or () for column in rows[0][:3]), strict=True)
    _check_hours(drafts, hours, site=site)
    _check_people([row[3:] for row in rows], roles, site=site, day=day)


def _check_times(draft: Draft, *, now: datetime) -> None:
    starts_at, ends_at = draft.appointment.starts_at, draft.appointment.ends_at
    if starts_at <= now:
        raise CannotBook("This time is in the past. Choose a later one.")
    if ends_at <= starts_at:
        raise CannotBook("The visit ends before it starts. Check both times.")
    if (ends_at - starts_at).total_seconds() > LONGEST_MIN * 60:
        raise CannotBook("A visit lasts at most 12 hours. Check both times.")
    if any(part.ends_at <= part.starts_at for part in draft.parts):
        raise CannotBook("A part of the visit ends before it starts. Check the times.")


def _check_roles(draft: Draft) -> None:
    given = {part.role for part in draft.parts}
    missing = NEEDED_ROLES[VisitKind(draft.appointment.kind)] - given
    if missing:
        words = " and a ".join(role.label.lower() for role in sorted(missing))
        kind = VisitKind(draft.appointment.kind).label.lower()
        raise CannotBook(f"This {kind} visit needs a {words}. Choose one.")


def _check_hours(
    drafts: Sequence[Draft], rows: Iterable[tuple[int, time, time]], *, site: Site
) -> None:
    """Visits lie in opening hours, by the site's wall clock."""
    hours: dict[int, list[tuple[time, time]]] = {}
    for weekday, opens, closes in rows:
        hours.setdefault(weekday, []).append((opens, closes))
    for draft in drafts:
        start = draft.appointment.starts_at.astimezone(site.zone)
        end = draft.appointment.ends_at.astimezone(site.zone)
        today = sorted(hours.get(start.weekday(), []))
        if not today:
            raise CannotBook(
                f"{site.name} is closed on {start:%A}. Choose another day."
            )
        if start.date() != end.date() or not any(
            opens <= start.time() and end.time() <= closes for opens, closes in today
        ):
            words = " and ".join(
                f"{opens:%H:%M} to {closes:%H:%M}" for opens, closes in today
            )
            raise CannotBook(
                f"{site.name} is open from {words} on {start:%A}. Choose a time within."
            )


def _check_people(
    rows: Iterable[Sequence[Any]],
    roles: dict[int, set[str]],
    *,
    site: Site,
    day: date,
) -> None:
    """Rooms are the site's; people hold the role, take visits and have a licence."""
    for pk, room_site, is_open, *person in rows:
        asked = roles.pop(pk)
        if ParticipantRole.ROOM in asked:
            if room_site != site.pk or not is_open or len(asked) > 1:
                raise CannotBook("This room takes no visits here. Choose another.")
        else:
            _check_person(*person, asked=asked, day=day)
    if roles:
        raise CannotBook(_UNKNOWN)


def _check_person(
    name: str | None,
    held: Sequence[str] | None,
    is_bookable: bool | None,  # noqa: FBT001 -- a column
    has_licence: bool,  # noqa: FBT001 -- a column
    *,
    asked: set[str],
    day: date,
) -> None:
    if not is_bookable:
        raise CannotBook(
            f"{name or 'This person'} takes no visits. Choose somebody else."
        )
    missing = [role for role in sorted(asked) if not ROLES_FOR[role] & set(held or ())]
    if missing:
        word = ParticipantRole(missing[0]).label.lower()
        raise CannotBook(f"{name} does not work as a {word}. Choose somebody else.")
    if not has_licence:
        raise CannotBook(
            f"{name} has no licence in force on {day:%-d %b %Y}. Choose somebody else."
        )
