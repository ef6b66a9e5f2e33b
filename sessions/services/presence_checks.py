"""Whether the people of a dose can be there: nurses within their ratio, a prescriber on site.

Three queries for any number of visits, none for talks.  Call under the locks of the
diaries, before the visits are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from django.db.models import F

from kap.accounts.enums import PRESCRIBING
from kap.clinic.models import Absence, Schedule, Site, WorkingHours
from sessions.enums import ParticipantRole, VisitKind
from sessions.models import AppointmentParticipant
from sessions.rules.presence import (
    Day,
    PresenceCode,
    PresenceFinding,
    Span,
    Watched,
    check,
)
from sessions.services.booking_types import CannotBook, Draft

LIVE: Final = ("booked", "checked-in")
SENTENCES: Final[Mapping[PresenceCode, str]] = {
    PresenceCode.TOO_MANY: (
        "{who} would watch too many patients at {at}: two at the peak of a dose, three in "
        "recovery. Choose another nurse or time."
    ),
    PresenceCode.ALONE: (
        "{who} cannot be therapist and nurse of the same dose. Choose somebody else."
    ),
    PresenceCode.NO_PRESCRIBER: (
        "No prescriber is on site from {at} to {until}. Choose another time."
    ),
}


def check_presence(drafts: Sequence[Draft], *, site: Site, route: str) -> None:
    """Raise CannotBook with the first thing that is missing; ``route`` may be empty."""
    doses = [d for d in drafts if d.appointment.kind == VisitKind.DOSING]
    if not doses:
        return
    new = [_watched(draft, route) for draft in doses]
    keys = {one.key for one in new}
    others = _others(doses)
    on_site = _on_site(doses, site)
    day = Day(doses=[*new, *others], on_site=on_site)
    for found in check(day):
        if found.code in SENTENCES and keys & set(found.keys):
            raise CannotBook(_sentence(found, site))


def _watched(draft: Draft, route: str) -> Watched:
    visit = draft.appointment
    return Watched(
        key=str(visit.pk),
        start=visit.starts_at,
        end=visit.ends_at,
        route=route or "im",
        people={
            str(part.role): (str(part.schedule_id), (part.starts_at, part.ends_at))
            for part in draft.parts
        },
    )


def _others(doses: Sequence[Draft]) -> list[Watched]:
    """Doses that the same nurses watch at any of these times; one query.

    Only the nurse is read: whether the others are all right was asked when they were booked.
    """
    parts = [p for d in doses for p in d.parts if p.role == ParticipantRole.NURSE]
    if not parts:
        return []
    own = {draft.appointment.pk for draft in doses}
    rows = (
        AppointmentParticipant.objects.filter(
            role=ParticipantRole.NURSE,
            is_current=True,
            schedule__in={part.schedule_id for part in parts},
            slot__period__overlap=(
                min(part.starts_at for part in parts),
                max(part.ends_at for part in parts),
            ),
            appointment__kind=VisitKind.DOSING,
            appointment__status__in=LIVE,
        )
        .exclude(appointment__in=own)
        .annotate(start=F("appointment__starts_at"), end=F("appointment__ends_at"))
        .values_list("appointment", "schedule", "start", "end", "slot__period")
    )
    return [
        Watched(
            key=str(pk),
            start=start,
            end=end,
            route="sl",
            people={
                "nurse": (str(nurse), _span(period)),
                "therapist": ("", (start, end)),
            },
        )
        for pk, nurse, start, end, period in rows
    ]


def _on_site(doses: Sequence[Draft], site: Site) -> dict[str, list[Span]]:
    """When each prescriber works at the site on the days of these doses; two queries."""
    zone = site.zone
    days = {d.appointment.starts_at.astimezone(zone).date() for d in doses}
    hours = WorkingHours.objects.filter(
        site=site,
        weekday__in={day.weekday() for day in days},
        schedule__practitioner__is_bookable=True,
        schedule__practitioner__user__is_active=True,
        schedule__practitioner__user__roles__overlap=list(PRESCRIBING),
    ).values_list("schedule", "weekday", "starts", "ends")
    spans: dict[str, list[Span]] = {}
    for day in sorted(days):
        for schedule, weekday, starts, ends in hours:
            if weekday == day.weekday():
                span = (
                    datetime.combine(day, starts, zone),
                    datetime.combine(day, ends, zone),
                )
                spans.setdefault(str(schedule), []).append(span)
    first, last = min(days), max(days) + timedelta(days=1)
    away = Absence.objects.filter(
        schedule__in=[int(key) for key in spans],
        cancelled_at=None,
        period__overlap=(_midnight(first, zone), _midnight(last, zone)),
    ).values_list("schedule", "period")
    for schedule, period in away:
        gone = _span(period)
        spans[str(schedule)] = [
            rest for span in spans[str(schedule)] for rest in _without(span, gone)
        ]
    return spans


def _span(period: Any) -> Span:
    """Both ends of a range that is bounded by its constraint."""
    return period.lower, period.upper


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(0), zone)


def _without(span: Span, gone: Span) -> Iterator[Span]:
    """What is left of a stretch when another is taken out of it."""
    if span[0] < min(span[1], gone[0]):
        yield span[0], min(span[1], gone[0])
    if max(span[0], gone[1]) < span[1]:
        yield max(span[0], gone[1]), span[1]


def _sentence(found: PresenceFinding, site: Site) -> str:
    zone = site.zone
    name = ""
    if found.person:
        name = (
            Schedule.objects.filter(pk=found.person)
            .values_list("practitioner__user__name", flat=True)
            .first()
            or "This person"
        )
    return SENTENCES[found.code].format(
        who=name,
        at=f"{found.start.astimezone(zone):%a %-d %b %H:%M}",
        until=f"{found.end.astimezone(zone):%H:%M}",
    )
