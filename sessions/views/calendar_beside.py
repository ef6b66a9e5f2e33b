"""What the panel beside the calendar shows: a visit, and who comes to an empty place."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit import services as audit
from kap.audit.enums import Category
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.nav import find
from kap.ui.text import search_words
from sessions.forms.calendar import GiveUpForm
from sessions.models import Appointment, PinnedVisit
from sessions.queries import calendar as calendars
from sessions.queries.course_words import DASH
from sessions.services import booking_pins
from sessions.views.booking_visit import card_context
from sessions.views.calendar_asked import changed, refused, whole


@staff(*SCHEDULING)
@require_safe
def visit(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The card of one visit; without a script its own page."""
    appointment = get_object_or_404(
        Appointment.objects.visible_to(request.user).select_related(
            "patient", "site", "encounter", "booked_by"
        ),
        pk=pk,
    )
    if not request.headers.get("HX-Request"):
        return redirect("sessions:visit", pk)
    audit.record_read(
        by=request.user,
        category=Category.SCHEDULE,
        patient_id=appointment.patient_id,
        object_type="Appointment",
        object_id=appointment.pk,
    )
    context = card_context(request, appointment)
    if not request.user.is_clinical:
        context["label"] = context["label"].replace("Dose", "Session")
    return render(request, "sessions/calendar/visit.html", context)


@staff(*SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """An empty place was chosen: who comes?  The name travels in the body, never in the address."""
    if not request.headers.get("HX-Request"):
        return redirect("sessions:book")
    given = request.POST if request.method == "POST" else request.GET
    site = next(
        (p for p in calendars.places() if str(p.id) == given.get("site", "")), None
    )
    start = _start(given.get("at", ""))
    if site is None or start is None:
        return HttpResponse("Choose a place on the calendar again.", status=400)
    local = start.astimezone(site.zone)
    diary = given.get("diary", "")
    one = next((r for r in calendars.resources(site) if str(r.id) == diary), None)
    words = search_words(request.POST.get("q", ""))
    asked = {"first": f"{local:%Y-%m-%d}", "at": f"{local:%H:%M}"}
    if one is not None and one.group == "Therapists":
        asked["therapist"] = str(one.id)
    hits = find(words, request.user) if words else []
    context: dict[str, Any] = {
        "when": f"{local:%A %-d %B, %H:%M}",
        "who": one.name if one else "",
        "words": words,
        "hits": [
            (
                hit,
                f"{reverse('sessions:book')}?{urlencode({'patient': hit.id, **asked})}",
            )
            for hit in hits
        ],
        "fixed": {"site": site.id, "at": given.get("at", ""), "diary": diary},
        "block_url": f"{reverse('sessions:calendar_block')}?"
        + urlencode({"site": site.id, "at": given.get("at", ""), "diary": diary}),
    }
    return render(request, "sessions/calendar/new.html", context)


def _start(text: str) -> datetime | None:
    found = whole(text)
    return None if found is None else datetime.fromtimestamp(found, tz=UTC)


@staff(*SCHEDULING)
@require_POST
@once_only
def park(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Off the calendar and onto the pinboard."""
    appointment = get_object_or_404(Appointment.objects.visible_to(request.user), pk=pk)
    try:
        booking_pins.park_visit(
            appointment_id=appointment.pk,
            expected_version=whole(request.POST.get("version")) or 0,
            by=request.user,
            now=clock.now(),
        )
    except DomainError as refusal:
        return refused(request, str(refusal))
    return changed(request, "Parked. Nobody was told; its messages are stopped.")


@staff(*SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def give_up(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A parked visit that is not wanted any more."""
    pin = get_object_or_404(
        PinnedVisit.objects.select_related("appointment__patient", "site"), pk=pk
    )
    form = GiveUpForm(request.POST if request.method == "POST" else None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            booking_pins.give_up_pin(
                pin_id=pin.pk,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=clock.now(),
            )
        except DomainError as refusal:
            problem = str(refusal)
        else:
            return changed(request, "Given up. The visit stays cancelled.")
    start = pin.appointment.starts_at.astimezone(pin.site.zone)
    end = pin.appointment.ends_at.astimezone(pin.site.zone)
    context = {
        "pin": pin,
        "patient": pin.appointment.patient,
        "before": f"{start:%a %-d %b %H:%M}{DASH}{end:%H:%M}",
        "form": form,
        "problem": problem,
        "back_url": reverse("sessions:calendar"),
    }
    template = "sessions/calendar/give_up.html"
    if request.headers.get("HX-Request"):
        template += "#ask"
    status = 422 if request.method == "POST" else 200
    return render(request, template, context, status=status)


__all__ = ["give_up", "new", "park", "visit"]
