"""What somebody asked the calendar for: its address read, and addresses made from it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from sessions.enums import VisitKind
from sessions.queries.board import Place
from sessions.queries.calendar import Resource

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)
BY: Final = {"all": "Both", "rooms": "Rooms", "people": "People"}
SPANS: Final = {"day": "Day", "week": "Week", "list": "List"}
KEPT: Final = {
    "by": re.compile("|".join(BY)),
    "span": re.compile("|".join(SPANS)),
    "days": re.compile("[57]"),
    "site": re.compile("[0-9a-f-]{36}"),
    "only": re.compile(r"[0-9]+(\.[0-9]+)*"),
    "kinds": re.compile(rf"({'|'.join(VisitKind)})(\.({'|'.join(VisitKind)}))*"),
}
"""What a saved view keeps, and what each may be: everything but the day, and no free text."""
MOST_CHOSEN: Final = 60


@dataclass
class Asked:
    """The choices of one calendar.  Ids of diaries and sites only; never a patient's."""

    given: Mapping[str, str]
    places: Sequence[Place]
    today_at: Mapping[UUID, date]

    @cached_property
    def place(self) -> Place:
        wanted = self.given.get("site", "")
        return next((p for p in self.places if str(p.id) == wanted), self.places[0])

    @property
    def today(self) -> date:
        return self.today_at[self.place.id]

    @cached_property
    def day(self) -> date:
        try:
            found = date.fromisoformat(self.given.get("day", ""))
        except ValueError:
            return self.today
        return found if FIRST_DAY < found < LAST_DAY else self.today

    @property
    def by(self) -> str:
        wanted = self.given.get("by", "")
        return wanted if wanted in BY else "all"

    @property
    def span(self) -> str:
        wanted = self.given.get("span", "")
        return wanted if wanted in SPANS else "week"

    @property
    def day_count(self) -> int:
        """Five or seven days a week; as the site is open where nothing was asked."""
        wanted = self.given.get("days", "")
        if wanted in {"5", "7"}:
            return int(wanted)
        return 7 if {5, 6} & set(self.place.hours) else 5

    @cached_property
    def only(self) -> frozenset[int]:
        """Diaries chosen; empty: all."""
        parts = self.given.get("only", "").split(".")[:MOST_CHOSEN]
        return frozenset(
            int(part)
            for part in parts
            if part.isascii() and part.isdigit() and len(part) < 18
        )

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Kinds of visit that are shown; empty: all."""
        return frozenset(self.given.get("kinds", "").split(".")) & set(VisitKind.values)

    @cached_property
    def days(self) -> list[date]:
        if self.span != "week":
            return [self.day]
        monday = self.day - timedelta(days=self.day.weekday())
        return [monday + timedelta(days=n) for n in range(self.day_count)]

    def shown(self, found: Sequence[Resource]) -> list[Resource]:
        """The diaries asked for; all of them when none of the chosen is there."""
        wanted = [
            one
            for one in found
            if self.by == "all" or one.is_room == (self.by == "rooms")
        ]
        chosen = [one for one in wanted if one.id in self.only]
        return chosen or wanted

    def query(self, **change: str) -> str:
        """This calendar with something else; what is as usual is left out."""
        asked = {
            "day": "" if self.day == self.today else self.day.isoformat(),
            "site": str(self.place.id) if len(self.places) > 1 else "",
            "by": "" if self.by == "all" else self.by,
            "span": self.given.get("span", "") and self.span,
            "days": self.given.get("days", "") and str(self.day_count),
            "only": ".".join(map(str, sorted(self.only))),
            "kinds": ".".join(sorted(self.kinds)),
            **change,
        }
        return urlencode({key: value for key, value in asked.items() if value})

    def url(self, **change: str) -> str:
        query = self.query(**change)
        return f"{reverse('sessions:calendar')}{'?' if query else ''}{query}"

    def shifted(self, direction: int) -> str:
        """The day or week before or after."""
        step = 7 if self.span == "week" else 1
        return self.url(day=(self.day + direction * timedelta(days=step)).isoformat())

    def kept(self) -> str:
        """What a saved view keeps."""
        return self.query(day="")


def is_kept(name: str, value: str) -> bool:
    """Whether a saved view may hold it: it will stand in an address."""
    return name in KEPT and KEPT[name].fullmatch(value) is not None


def whole(text: object) -> int | None:
    """A whole number of at most ten digits, or None."""
    found = str(text or "")
    is_number = found.isascii() and found.isdigit() and len(found) <= 10
    return int(found) if is_number else None


def changed(request: HttpRequest, said: str, *, day: str = "") -> HttpResponse:
    """It is done: a sentence, and the calendar is drawn anew."""
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Trigger"] = json.dumps(
            {"kap:toast": {"text": said}, "kap:calendar-changed": {}}
        )
        return answer
    messages.success(request, said)
    home = reverse("sessions:calendar")
    return redirect(f"{home}?day={day}" if day else home)


def refused(request: HttpRequest, problem: str) -> HttpResponse:
    """It is not done: the sentence that says why."""
    if request.headers.get("HX-Request"):
        return HttpResponse(problem, status=400, content_type="text/plain")
    messages.error(request, problem)
    return redirect("sessions:calendar")
