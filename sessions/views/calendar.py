"""The calendar, and the poll that keeps it fresh."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, passive, staff
from kap.audit import services as audit
from kap.audit.enums import Action, Category
from kap.core import clock
from kap.ui.tags.marks import PHASES
from kap.ui.types import Link
from sessions.enums import VisitKind
from sessions.forms.calendar import ViewForm
from sessions.queries import calendar as calendars, calendar_kept as kept, calendar_rows
from sessions.queries.board import Place
from sessions.queries.calendar import Taken
from sessions.queries.calendar_blocks import BlockMaker
from sessions.queries.calendar_frame import Frame, make_frames
from sessions.queries.course_words import PHASE_CSS
from sessions.views.calendar_asked import BY, MOST_CHOSEN, SPANS, Asked


@dataclass
class CalendarPage:
    """One calendar as one user asked for it."""

    request: StaffRequest
    now: datetime
    places: list[Place]

    @cached_property
    def asked(self) -> Asked:
        today = {p.id: self.now.astimezone(p.zone).date() for p in self.places}
        return Asked(self.request.GET, self.places, today)

    @cached_property
    def range(self) -> tuple[datetime, datetime]:
        """From local midnight to local midnight."""
        days, zone = self.asked.days, self.asked.place.zone
        return (
            datetime.combine(days[0], time(0), zone),
            datetime.combine(days[-1] + timedelta(days=1), time(0), zone),
        )

    @cached_property
    def version(self) -> str:
        """Asked before the rows: what changes in between is drawn once more, never missed."""
        return calendars.version(self.asked.place.id, *self.range)

    @cached_property
    def maker(self) -> BlockMaker:
        place = self.asked.place
        return BlockMaker(place, place.zone, self.now, self.request.user.is_clinical)

    def context(self) -> dict[str, Any]:
        """Everything on the page; seven queries, whatever stands on it."""
        asked, version = self.asked, self.version
        everybody = calendars.resources(asked.place)
        shown = asked.shown(everybody)
        slots = [s for s in calendars.taken(shown, *self.range) if self._is_asked(s)]
        frames = self._frames(slots)
        cells = self.maker.cells(shown, frames, slots)
        grid: dict[str, Any] = {"groups": (), "columns": (), "by_hour": ()}
        if asked.span == "week":
            grid["groups"] = calendar_rows.groups(
                shown, cells, frames, slots, self.maker, self._now_line(frames)
            )
        elif asked.span == "day":
            grid["columns"] = calendar_rows.columns(shown, cells)
        else:
            grid["by_hour"] = calendar_rows.by_hour(shown, cells, self.maker)
        return {
            "asked": asked,
            "version": version,
            "heading": self._heading(),
            "summary": _summary(slots),
            "frames": frames,
            "heads": [self._head(frame) for frame in frames],
            "now_line": self._now_line(frames),
            "now_text": f"{self.now.astimezone(asked.place.zone):%H:%M}",
            "everybody": everybody,
            "shown_ids": {one.id for one in shown},
            "is_empty": not everybody,
            **grid,
            **self._links(),
            **self._kept(),
        }

    def _is_asked(self, slot: Taken) -> bool:
        kinds = self.asked.kinds
        return slot.visit_id is None or not kinds or slot.kind in kinds

    def _frames(self, slots: list[Taken]) -> list[Frame]:
        asked = self.asked
        hours = [asked.place.hours.get(day.weekday(), ()) for day in asked.days]
        spans = [(s.start, s.end) for s in slots if s.visit_id is not None]
        return make_frames(asked.days, zone=asked.place.zone, hours=hours, spans=spans)

    def _head(self, frame: Frame) -> dict[str, Any]:
        """The head of a day: its ticks, and the way into it."""
        return {
            "frame": frame,
            "ticks": _ticks(frame),
            "is_today": frame.day == self.asked.today,
            "url": self.asked.url(day=frame.day.isoformat(), span="day"),
        }

    def _heading(self) -> str:
        days = self.asked.days
        if len(days) == 1:
            return f"{days[0]:%A %-d %B}"
        first, last = days[0], days[-1]
        month = "" if first.month == last.month else f" {first:%B}"
        return f"{first:%-d}{month}\u2013{last:%-d %B}"

    def _now_line(self, frames: list[Frame]) -> int:
        """The grid line of the present on today's frame; 0 when it is not drawn."""
        for frame in frames:
            if frame.start <= self.now < frame.end:
                return frame.line(self.now)
        return 0

    def _kept(self) -> dict[str, Any]:
        place, user = self.asked.place, self.request.user
        return {
            "view_form": ViewForm(initial={"query": self.asked.kept()}),
            "saved": kept.views(user, self.asked.kept()),
            "pins": kept.pins(place, now=self.now, is_clinical=user.is_clinical),
            "moves": kept.recent_moves(place, user, now=self.now),
        }

    def _links(self) -> dict[str, Any]:
        asked = self.asked
        query = asked.query(day=asked.day.isoformat(), site=str(asked.place.id))
        return {
            "part_url": f"{reverse('sessions:calendar_part')}?{query}",
            "here": asked.url(),
            "spans": [
                Link(label, asked.url(span=key), current=asked.span == key)
                for key, label in SPANS.items()
            ],
            "bys": [
                Link(
                    label,
                    asked.url(by=key if key != "all" else "", only=""),
                    current=asked.by == key,
                )
                for key, label in BY.items()
            ],
            "sites": [
                Link(
                    p.name, asked.url(site=str(p.id), only=""), current=p is asked.place
                )
                for p in (asked.places if len(asked.places) > 1 else ())
            ],
            "kinds": [self._kind(kind) for kind in VisitKind],
            "before_url": asked.shifted(-1),
            "after_url": asked.shifted(1),
            "today_url": asked.url(day=""),
            "days_url": asked.url(days="5" if asked.day_count == 7 else "7"),
            "day_key_url": asked.url(span="day"),
            "week_key_url": asked.url(span="week"),
            "fixed": [
                (name, value) for name, value in parse_qsl(asked.query(day="", only=""))
            ],
            "only": ".".join(map(str, sorted(asked.only))),
            "all_url": asked.url(only="", kinds="", by=""),
        }

    def _kind(self, kind: VisitKind) -> dict[str, Any]:
        """One chip of the legend; pressing it shows or hides its visits."""
        every = frozenset(VisitKind.values)
        shown = self.asked.kinds or every
        after = shown ^ {kind.value}
        wanted = "" if after in (every, frozenset()) else ".".join(sorted(after))
        css = PHASE_CSS[kind]
        return {
            "css": css,
            "icon": PHASES[css][0],
            "label": kind.label,
            "is_on": kind in shown,
            "url": self.asked.url(kinds=wanted),
        }


def _ticks(frame: Frame) -> list[tuple[int, str]]:
    """Every third full hour."""
    return [
        (line, text.split(":")[0].lstrip("0") or "0")
        for line, text in frame.hours()
        if int(text[:2]) % 3 == 0
    ]


def _summary(slots: list[Taken]) -> str:
    """``51 visits, 24 with medicine``."""
    visits = {s.visit_id: s.kind for s in slots if s.visit_id is not None}
    doses = sum(kind == VisitKind.DOSING for kind in visits.values())
    first = f"{len(visits)} visit{'' if len(visits) == 1 else 's'}"
    return f"{first}, {doses} with medicine" if doses else first


@staff(*SCHEDULING)
@require_safe
def calendar(request: StaffRequest) -> HttpResponse:
    """Who and what is free, and where does it clash?"""
    places = calendars.places()
    if not places:
        return render(request, "sessions/board/no_site.html")
    page = CalendarPage(request, clock.now(), places)
    picked = [part for part in request.GET.getlist("pick") if part.isdigit()]
    if picked:
        return redirect(page.asked.url(only=".".join(picked[:MOST_CHOSEN])))
    _note_read(page)
    return render(request, "sessions/calendar/page.html", page.context())


@passive
@staff(*SCHEDULING)
@require_safe
def calendar_part(request: StaffRequest) -> HttpResponse:
    """The calendar alone; 304 while nothing has changed, at the price of two queries."""
    places = calendars.places()
    if not places:
        return HttpResponse(status=304)
    page = CalendarPage(request, clock.now(), places)
    asked = request.headers.get("If-None-Match", "").strip('W/"')
    if asked and asked == page.version:
        answer = HttpResponse(status=304)
    else:
        _note_read(page)
        answer = render(request, "sessions/calendar/page.html#part", page.context())
    answer["ETag"] = f'"{page.version}"'
    return answer


def _note_read(page: CalendarPage) -> None:
    audit.record(
        by=page.request.user,
        action=Action.READ,
        category=Category.SCHEDULE,
        object_type="Calendar",
        object_id=page.asked.place.id,
    )


__all__ = ["CalendarPage", "calendar", "calendar_part"]
