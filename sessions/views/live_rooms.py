"""Page g, all rooms that are going on."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kap.accounts.enums import CLINICAL
from kap.accounts.policies import StaffRequest, passive, staff
from kap.audit import services as audit
from kap.audit.enums import Action, Category
from kap.core import clock
from sessions.queries import live_rooms
from sessions.queries.live_version import version_of_all


@staff(*CLINICAL)
@require_safe
def rooms(request: StaffRequest) -> HttpResponse:
    """Is everyone all right, who needs me?"""
    _note(request)
    return render(request, "sessions/live/rooms.html", _context(request, clock.now()))


@passive
@staff(*CLINICAL)
@require_safe
def rooms_part(request: StaffRequest) -> HttpResponse:
    """The tiles alone; 204 while nothing has changed, at the price of one query."""
    now = clock.now()
    if request.GET.get("v") == version_of_all(now=now):
        return HttpResponse(status=204)
    _note(request)
    return render(request, "sessions/live/rooms.html#part", _context(request, now))


def _context(request: StaffRequest, now: datetime) -> dict[str, Any]:
    found = live_rooms.tiles(request.user, now=now)
    local = timezone.localtime(now)
    start = datetime.combine(local.date(), time(0), local.tzinfo)
    end = start + timedelta(days=1)
    coming = live_rooms.coming_today(request.user, start=start, end=end)
    trouble = sum(bool(tile.tone) for tile in found)
    return {
        "tiles": found,
        "coming": coming,
        "summary": _summary(len(found), trouble),
        "version": version_of_all(now=now),
        "now": now,
    }


def _summary(count: int, trouble: int) -> str:
    word = "room" if count == 1 else "rooms"
    first = f"{count} {word} going on" if count else "Nobody has had a dose yet"
    return f"{first}, {trouble} to look at" if trouble else first


def _note(request: StaffRequest) -> None:
    audit.record(
        by=request.user,
        action=Action.READ,
        category=Category.DOSING,
        object_type="LiveRooms",
    )
