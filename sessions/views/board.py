"""The day board, and the poll that keeps it fresh."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, passive, staff
from kap.audit import services as audit
from kap.audit.enums import Action, Category
from kap.core import clock
from kap.ui import navigation
from kap.ui.types import Link
from sessions.enums import VisitKind
from sessions.queries import board as boards, board_cards, board_markup, board_ready
from sessions.queries.board import Place, Row

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)
VIEWS: Final = {"rooms": ("Rooms", "door"), "list": ("List", "list")}


@dataclass
class Board:
    """One day at one site, as one user asked for it."""

    request: StaffRequest
    now: datetime
    places: list[Place]

    @cached_property
    def place(self) -> Place:
        wanted = self.request.GET.get("site", "")
        return next((p for p in self.places if str(p.id) == wanted), self.places[0])

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.place.zone).date()

    @cached_property
    def day(self) -> date:
        try:
            found = date.fromisoformat(self.request.GET.get("day", ""))
        except ValueError:
            return self.today
        return found if FIRST_DAY < found < LAST_DAY else self.today

    @property
    def view(self) -> str:
        wanted = self.request.GET.get("view", "")
        return wanted if wanted in VIEWS else "rooms"

    @property
    def show(self) -> str:
        wanted = self.request.GET.get("show", "")
        return wanted if wanted in board_cards.SHOWS else "all"

    def url(self, **change: str) -> str:
        """This board with something else; what is as usual is left out."""
        asked = {
            "day": "" if self.day == self.today else self.day.isoformat(),
            "site": str(self.place.id) if len(self.places) > 1 else "",
            "view": self.request.GET.get("view", "") and self.view,
            "show": "" if self.show == "all" else self.show,
            **change,
        }
        query = urlencode({key: value for key, value in asked.items() if value})
        return f"{reverse('sessions:board')}{'?' if query else ''}{query}"

    @property
    def url_all(self) -> str:
        return self.url(show="")

    @property
    def next_open_url(self) -> str:
        later = self.place.next_open_day(self.day)
        return self.url(day=later.isoformat(), show="") if later else ""

    @property
    def closed_text(self) -> str:
        later = self.place.next_open_day(self.day)
        if later is None:
            return f"{self.place.name} has no opening hours in the next two weeks."
        return f"{self.place.name} opens again on {later:%A %-d %B}."

    def context(self) -> dict[str, Any]:
        """Everything on the page: six queries, and four more when a dose stands on it."""
        place, day, user = self.place, self.day, self.request.user
        rows = boards.rows(place, day, user=user)
        people = boards.diaries(place)
        waiting = {
            row.id: row.episode_id
            for row in rows
            if row.kind == VisitKind.DOSING
            and board_cards.state_of(row) in {"remaining", "arrived"}
        }
        facts = board_ready.facts_for(waiting, on=day, now=self.now)
        maker = board_cards.CardMaker(
            place=place,
            frame=board_cards.frame_of(place, day, rows),
            people=people,
            checks={
                pk: board_ready.checks(pk, episode, facts, is_clinical=user.is_clinical)
                for pk, episode in waiting.items()
            },
            is_clinical=user.is_clinical,
            is_today=day == self.today,
            now=self.now,
            visit_url=reverse("sessions:visit", args=[board_cards.NIL]),
            room_url=room_url(board_cards.NIL),
        )
        cards = [maker.card(row) for row in rows]
        shown = [c for c in cards if self.show in ("all", c["state"])]
        return {
            "board": self,
            "day": day,
            "is_today": day == self.today,
            "frame": maker.frame,
            "hours": maker.frame.hours(),
            "shown": len(shown),
            "items": board_markup.list_items(shown) if self.view == "list" else "",
            "lanes": board_cards.lanes(shown, people) if self.view == "rooms" else (),
            "summary": _summary(rows, cards),
            "count": len(rows),
            "now_row": self._now_row(maker.frame),
            "now_text": f"{self.now.astimezone(place.zone):%H:%M}",
            "poll_url": self._poll_url(rows),
            "is_open": bool(place.hours.get(day.weekday())),
            **self._links(rows),
        }

    def _now_row(self, frame: board_cards.Frame) -> int:
        """The grid line of the present, or 0 when it is not on the board."""
        if self.day != self.today:
            return 0
        line = frame.row(self.now)
        return line if 1 < line <= frame.slots else 0

    def _poll_url(self, rows: list[Row]) -> str:
        version = boards.version(self.place, self.day, rows, now=self.now)
        query = urlencode(
            {
                "day": self.day.isoformat(),
                "site": str(self.place.id),
                "view": self.view,
                "show": self.show,
                "v": version,
            }
        )
        return f"{reverse('sessions:board_part')}?{query}"

    def _links(self, rows: list[Row]) -> dict[str, Any]:
        counts = board_cards.counts(rows)
        one_day = timedelta(days=1)
        return {
            "shows": [
                Link(
                    label,
                    self.url(show="" if key == "all" else key),
                    current=self.show == key,
                    count=counts[key],
                )
                for key, label in board_cards.SHOWS.items()
            ],
            "views": [
                Link(
                    label,
                    self.url(view=key),
                    current=self.view == key,
                    icon=icon,
                )
                for key, (label, icon) in VIEWS.items()
            ],
            "sites": [
                Link(
                    place.name,
                    self.url(site=str(place.id)),
                    current=place is self.place,
                )
                for place in (self.places if len(self.places) > 1 else ())
            ],
            "before_url": self.url(day=(self.day - one_day).isoformat()),
            "after_url": self.url(day=(self.day + one_day).isoformat()),
            "today_url": self.url(day=""),
            "book_url": reverse("sessions:book"),
            "here": self.url(),
        }


def room_url(appointment_id: object) -> str:
    """Where a dosing session is run; the visit's own page until there is one."""
    try:
        return reverse("sessions:room", args=[appointment_id])
    except NoReverseMatch:
        return reverse("sessions:visit", args=[appointment_id])


@staff()
@require_safe
def board(request: StaffRequest) -> HttpResponse:
    """Who is where, who is next, what is in the way?"""
    if not request.user.has_role(*SCHEDULING):
        return _elsewhere(request)
    places = boards.places()
    if not places:
        return render(request, "sessions/board/no_site.html")
    today = Board(request, clock.now(), places)
    _note_read(request, today.place.id)
    return render(request, "sessions/board/today.html", today.context())


@passive
@staff(*SCHEDULING)
@require_safe
def board_part(request: StaffRequest) -> HttpResponse:
    """The board alone; 204 while nothing has changed, at the price of two queries."""
    places = boards.places()
    if not places:
        return HttpResponse(status=204)
    now = clock.now()
    today = Board(request, now, places)
    asked = request.GET.get("v", "")
    if asked and asked == boards.current_version(today.place, today.day, now=now):
        return HttpResponse(status=204)
    _note_read(request, today.place.id)
    return render(request, "sessions/board/today.html#part", today.context())


def _elsewhere(request: StaffRequest) -> HttpResponse:
    """People who do not work with visits begin at the first place they have."""
    here = reverse("sessions:board")
    for item in navigation.items_for(request.user):
        url = reverse(item.url_name)
        if url != here:
            return redirect(url)
    return redirect("admin:index")


def _note_read(request: StaffRequest, site_id: UUID) -> None:
    audit.record(
        by=request.user,
        action=Action.READ,
        category=Category.SCHEDULE,
        object_type="DayBoard",
        object_id=site_id,
    )


def _summary(rows: list[Row], cards: list[board_markup.Card]) -> str:
    """``16 visits, 6 with medicine · 2 live · 3 blocked``."""
    doses = sum(row.kind == VisitKind.DOSING for row in rows)
    live = sum(bool(card["live"]) for card in cards)
    blocked = sum(card["mark"] == " is-blocked" for card in cards)
    first = f"{len(rows)} visit{'' if len(rows) == 1 else 's'}"
    parts = [f"{first}, {doses} with medicine" if doses else first]
    parts += [f"{live} live"] if live else []
    parts += [f"{blocked} blocked"] if blocked else []
    return " · ".join(parts)


__all__ = ["board", "board_part"]
