"""Why a visit is refused before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from kap.accounts.enums import CredentialKind
from kap.accounts.models import Credential
from kap.clinic.models import OpeningHours, Schedule, Site
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

LONGEST_MIN: Final = 12 * 60


def check_drafts(drafts: Sequence[Draft], *, site: Site, now: datetime) -> None:
    """Refuse with the first reason; two queries for any number of visits."""
    for draft in drafts:
        _check_times(draft, now=now)
        _check_roles(draft)
    _check_hours(drafts, site=site)
    _check_licences(drafts, zone=site.zone)


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


def _check_hours(drafts: Sequence[Draft], *, site: Site) -> None:
    """Visits lie in opening hours, by the site's wall clock."""
    hours: dict[int, list[tuple[time, time]]] = {}
    rows = OpeningHours.objects.filter(site=site)
    for weekday, opens, closes in rows.values_list("weekday", "opens", "closes"):
        hours.setdefault(weekday, []).append((opens, closes))
    for draft in drafts:
        start = draft.appointment.starts_at.astimezone(site.zone)
        end = draft.appointment.ends_at.astimezone(site.zone)
        today = sorted(hours.get(start.weekday(), []))
        if not today:
            raise CannotBook(f"{site.name} is closed on {start:%A}. Choose another day.")
        if start.date() != end.date() or not any(
            opens <= start.time() and end.time() <= closes for opens, closes in today
        ):
            words = " and ".join(f"{opens:%H:%M} to {closes:%H:%M}" for opens, closes in today)
            raise CannotBook(
                f"{site.name} is open from {words} on {start:%A}. Choose a time within."
            )


def _check_licences(drafts: Sequence[Draft], *, zone: ZoneInfo) -> None:
    """Nobody is booked past the day the licence ends (clinical.md 10.2, R-21)."""
    last: dict[int, datetime] = {}
    for draft in drafts:
        for part in draft.parts:
            if part.role not in (ParticipantRole.PATIENT, ParticipantRole.ROOM):
                latest = last.get(part.schedule_id, part.ends_at)
                last[part.schedule_id] = max(latest, part.ends_at)
    if not last:
        return
    day = max(last.values()).astimezone(zone).date()
    valid = Credential.objects.filter(
        Q(expires_on=None) | Q(expires_on__gte=day),
        practitioner=OuterRef("practitioner"),
        kind=CredentialKind.LICENCE,
        valid_from__lte=day,
    )
    unfit = (
        Schedule.objects.filter(pk__in=last)
        .exclude(Exists(valid), practitioner__is_bookable=True)
        .values_list("practitioner__user__name", "practitioner__is_bookable")
    )
    for name, is_bookable in unfit:
        if is_bookable:
            raise CannotBook(
                f"{name} has no licence in force on {day:%-d %b %Y}. Choose somebody else."
            )
        raise CannotBook(f"{name or 'This person'} takes no visits. Choose somebody else.")



