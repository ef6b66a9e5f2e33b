"""Tomorrow, gone through today: gaps, fixes, calls, and a sheet for each room's door."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.ui.types import Link
from sessions.enums import CallOutcome
from sessions.forms.visit_link import CallForm
from sessions.queries import board
from sessions.queries.board import Place
from sessions.queries.dry_run import dry_run
from sessions.services.chase import next_day, note_call

DAY = timedelta(days=1)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)


@staff(*SCHEDULING)
@require_safe
def tomorrow(request: StaffRequest) -> HttpResponse:
    now, places = clock.now(), board.places()
    if not places:
        return render(request, "sessions/board/no_site.html")
    wanted = request.GET.get("site", "")
    place = next((p for p in places if str(p.id) == wanted), places[0])
    day = _day(request.GET.get("day", "")) or next_day(place, now=now)
    record(
        by=request.user,
        action=Action.READ,
        category=Category.SCHEDULE,
        object_type="DryRun",
        object_id=place.id,
    )
    found = dry_run(place, day, user=request.user, now=now)
    context: dict[str, Any] = {
        "run": found,
        "day": day,
        "place": place,
        "is_sheet": request.GET.get("as") == "rooms",
        "sites": _sites(places, place, day) if len(places) > 1 else [],
        "before_url": _url(place, day - DAY),
        "after_url": _url(place, day + DAY),
        "here": _url(place, day),
        "sheet_url": _url(place, day) + "&as=rooms",
        "board_url": reverse("sessions:board")
        + "?"
        + urlencode({"day": day.isoformat(), "site": str(place.id)}),
        "outcomes": CallOutcome.choices,
    }
    return render(request, "sessions/board/dry_run.html", context)


@staff(*SCHEDULING)
@require_POST
@once_only
def called(request: StaffRequest, pk: UUID) -> HttpResponse:
    """What came of a call; back to the list."""
    form = CallForm(request.POST)
    form.is_valid()
    given = form.cleaned_data
    problem = next((str(said[0]) for said in form.errors.values()), "")
    if "outcome" in form.errors or "note" in form.errors:
        messages.error(request, problem)
        return redirect(_back(given, pk))
    try:
        note_call(
            appointment_id=pk,
            outcome=given["outcome"],
            note=given["note"],
            by=request.user,
            now=clock.now(),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Written down.")
    return redirect(_back(given, pk))


def _back(given: dict[str, Any], pk: UUID) -> str:
    asked = {name: str(given[name]) for name in ("day", "site") if given.get(name)}
    return f"{reverse('sessions:tomorrow')}?{urlencode(asked)}#v{pk}"


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_DAY < found < LAST_DAY else None


def _url(place: Place, day: date) -> str:
    query = urlencode({"day": day.isoformat(), "site": str(place.id)})
    return f"{reverse('sessions:tomorrow')}?{query}"


def _sites(places: list[Place], here: Place, day: date) -> list[Link]:
    return [Link(p.name, _url(p, day), current=p.id == here.id) for p in places]
