"""Where a dragged visit cannot go, the question before it moves, the move and its way back."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kap.accounts.enums import PRESCRIBING, SCHEDULING
from kap.accounts.policies import StaffRequest, passive, staff
from kap.audit import services as audit
from kap.audit.enums import Category
from kap.core import clock
from kap.core.errors import ChangedMeanwhile, DomainError
from kap.core.idempotency import once_only
from sessions import services
from sessions.forms.calendar import PlaceForm
from sessions.models import AppointmentMove
from sessions.queries import calendar as calendars, calendar_moves
from sessions.rules.calendar_moves import refusals as find_refusals
from sessions.services import booking_moves, booking_pins
from sessions.views import calendar_drop as drop
from sessions.views.calendar_asked import Asked, changed, refused
from sessions.views.calendar_drop import Dragged

MOVED: Final = (
    "Moved. The patient is told in 5 minutes; until then it can be taken back."
)
MOVED_QUIETLY: Final = "Moved. The patient is not told."
PLACED: Final = "Placed. The patient is told in 5 minutes."
PLACED_QUIETLY: Final = "Placed. The patient is not told."


@passive
@staff(*SCHEDULING)
@require_safe
def refusals(request: StaffRequest, kind: str, pk: UUID) -> HttpResponse:
    """For each diary shown the starts that are refused, and by what; no patient is named."""
    dragged = drop.of_visit(pk) if kind == "visit" else drop.of_pin(pk)
    now = clock.now()
    places = calendars.places()
    today = {p.id: now.astimezone(p.zone).date() for p in places}
    asked = Asked(request.GET, places, today)
    place = next((p for p in places if p.id == dragged.what.visit.site_id), None)
    if place is None or place.id != asked.place.id:
        raise Http404
    everybody = calendars.resources(place)
    question = calendar_moves.make_question(
        dragged.what,
        place=place,
        shown=everybody,
        days=asked.days,
        hours=_hours(request),
        is_prescriber=request.user.has_role(*PRESCRIBING),
        now=now,
    )
    role = request.GET.get("role", "")
    cells: dict[str, list[list[Any]]] = {}
    step = calendar_moves.STEP_MIN * 60
    for one in asked.shown(everybody):
        target = calendar_moves.target_of(dragged.what, role, one)
        cells[str(one.id)] = [
            [question.steps[r.first], question.steps[r.last] + step, r.level, r.words]
            for r in find_refusals(question, target)
        ]
    return JsonResponse({"step": step, "length": dragged.what.length, "cells": cells})


def _hours(request: StaffRequest) -> tuple[int, int]:
    """Whole hours that the page draws, as it says; the whole day where it does not."""
    try:
        low, high = (int(request.GET[name]) for name in ("from", "until"))
    except (KeyError, ValueError):
        return 0, 24
    return (low, high) if 0 <= low < high <= 24 else (0, 24)


@staff(*SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def move(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The question before a visit moves; sent, the move."""
    return _ask(request, drop.of_visit(pk))


@staff(*SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def place(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The same for a visit from the pinboard."""
    return _ask(request, drop.of_pin(pk))


def _ask(request: StaffRequest, dragged: Dragged) -> HttpResponse:
    visit = dragged.what.visit
    site = next((p for p in calendars.places() if p.id == visit.site_id), None)
    if site is None:
        raise Http404
    everybody = calendars.resources(site)
    offered = {
        role: drop.offered(dragged.what, role, everybody) for role in dragged.held()
    }
    bends: list[str] = []
    if request.method == "POST":
        form = PlaceForm(request.POST, offered=offered, zone=site.zone)
        problem, status = _try(request, dragged, form)
        if not problem and form.is_valid():
            return _done(request, dragged, form)
    else:
        initial = drop.initial(request, dragged, everybody, site.zone)
        form = PlaceForm(initial=initial, offered=offered, zone=site.zone)
        problem, status = "", 200
        bends = drop.bends(
            dragged,
            initial,
            is_prescriber=request.user.has_role(*PRESCRIBING),
            now=clock.now(),
        )
        audit.record_read(
            by=request.user,
            category=Category.SCHEDULE,
            patient_id=visit.patient_id,
            object_type="Appointment",
            object_id=visit.pk,
        )
    context = {
        **drop.context(request, dragged, form, site, problem=problem),
        "bends": bends,
    }
    template = "sessions/calendar/move.html"
    if request.headers.get("HX-Request"):
        template += "#ask"
    return render(request, template, context, status=status)


def _try(request: StaffRequest, dragged: Dragged, form: PlaceForm) -> tuple[str, int]:
    """Move, or say why not, with the status of the answer."""
    if not form.is_valid():
        return "", 422
    sent, held = form.cleaned_data, dragged.held()
    change: dict[str, Any] = {
        "starts_at": sent["starts_at"],
        "changed": {r: pk for r, pk in form.chosen.items() if held[r] != pk},
        "is_told": sent["tell"] == "yes",
        "reason": sent["reason"],
        "by": request.user,
        "now": clock.now(),
    }
    try:
        if dragged.pin is not None:
            booking_pins.place_visit(pin_id=dragged.pin.pk, **change)
        else:
            booking_moves.move_visit(
                appointment_id=dragged.what.visit.pk,
                expected_version=int(sent["version"] or 0),
                **change,
            )
    except (ChangedMeanwhile, services.AlreadyBooked) as refusal:
        return str(refusal), 409
    except DomainError as refusal:
        return str(refusal), 422
    return "", 200


def _done(request: StaffRequest, dragged: Dragged, form: PlaceForm) -> HttpResponse:
    is_told = form.cleaned_data["tell"] == "yes"
    if dragged.pin is None:
        said = MOVED if is_told else MOVED_QUIETLY
    else:
        said = PLACED if is_told else PLACED_QUIETLY
    return changed(request, said, day=form.cleaned_data["day"].isoformat())


@staff(*SCHEDULING)
@require_POST
@once_only
def undo(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Put a visit back where it stood before."""
    get_object_or_404(AppointmentMove, pk=pk)
    try:
        booking_moves.take_back(move_id=pk, by=request.user, now=clock.now())
    except DomainError as refusal:
        return refused(request, str(refusal))
    return changed(request, "Taken back. The message that waited is not sent.")
