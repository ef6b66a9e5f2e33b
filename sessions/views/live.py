"""The live session: its page, its poll, and what is written down while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kap.accounts.enums import CLINICAL
from kap.accounts.policies import StaffRequest, staff
from kap.core import clock
from kap.core.access import keeps_open
from kap.core.errors import DomainError, IllegalTransition
from kap.core.idempotency import once_only
from sessions import services
from sessions.forms.discharge import DischargeForm
from sessions.forms.vitals import EventForm, NoteForm, VitalsForm
from sessions.models import Appointment
from sessions.queries.live_version import version_of
from sessions.queries.policies import policies_in_force
from sessions.views.live_page import GRADES, LivePage
from sessions.views.room import place_of
from sessions.views.room_common import clinicians, escorts_of, refused, visit_or_404
from sessions.views.room_page import GatePage

HERE = "sessions:session_live"


@staff(*CLINICAL)
@require_safe
def session(request: StaffRequest, pk: UUID) -> HttpResponse:
    """How are they now, what is due, may they leave?"""
    appointment = visit_or_404(request, pk)
    if place_of(appointment) != HERE:
        return redirect(place_of(appointment), pk)
    return LivePage(request, appointment, now=clock.now()).response()


@keeps_open
@staff(*CLINICAL)
@require_safe
def session_part(request: StaffRequest, pk: UUID) -> HttpResponse:
    """What changed; 204 while nothing has, at the price of one query.

    While a session is going on the room does not lock (the page leaves when it ends);
    signing and medicine ask for the password anyway.
    """
    now = clock.now()
    if request.GET.get("v") == version_of(pk, now=now):
        return HttpResponse(status=204)
    return _part(request, visit_or_404(request, pk), now=now)


@staff(*CLINICAL)
@require_safe
def session_now(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The same parts, after somebody pressed a button."""
    return _part(request, visit_or_404(request, pk), now=clock.now())


def _part(
    request: StaffRequest, appointment: Appointment, *, now: datetime
) -> HttpResponse:
    if place_of(appointment) != HERE:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("sessions:room", args=[appointment.pk])
        return response
    page = LivePage(request, appointment, now=now)
    context = {**page.part_context(), "is_part": True}
    return render(request, "sessions/live/parts.html", context)


def _after(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The changed parts for a page that asked by itself; else the whole page again."""
    is_htmx = request.headers.get("HX-Request") == "true"
    return redirect("sessions:session_now" if is_htmx else HERE, pk)


def _write(
    request: StaffRequest,
    pk: UUID,
    act: Callable[[datetime], object],
    form: Form | None = None,
) -> HttpResponse:
    """A line of the log: posted at once; a refusal is a sentence and nothing is lost."""
    appointment, now = visit_or_404(request, pk), clock.now()
    sentence, status = "", 422
    if form is not None and not form.is_valid():
        sentence = str(next(iter(form.errors.values()))[0])
    else:
        try:
            act(now)
        except IllegalTransition as refusal:
            sentence, status = str(refusal), 409
        except DomainError as refusal:
            sentence = str(refusal)
        else:
            return _after(request, pk)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(
            sentence, status=400, content_type="text/plain; charset=utf-8"
        )
    return refused(request, appointment, DomainError(sentence), status=status)


@staff(*CLINICAL)
@require_POST
@once_only
def vitals(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One set of readings, before or after the dose."""
    appointment, now = visit_or_404(request, pk), clock.now()
    form = VitalsForm(request.POST)
    if form.is_valid():
        try:
            services.record_vitals(
                appointment_id=pk,
                vitals=form.vitals(),
                taken_at=form.taken(now=now, zone=appointment.site.zone),
                client_key=form.cleaned_data["client_key"],
                by=request.user,
                now=now,
            )
        except IllegalTransition as refusal:
            return refused(request, appointment, refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Recorded.")
            return redirect("sessions:room", pk)
    page = LivePage if place_of(appointment) == HERE else GatePage
    return page(request, appointment, now=now, vitals_form=form).response(status=422)


@staff(*CLINICAL)
@require_POST
@once_only
def event(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One of the buttons, or an effect in words."""
    key = request.POST.get("key", "")
    if key in GRADES:
        found = services.Event(term=key, grade=GRADES[key])
        return _write(
            request,
            pk,
            lambda now: services.record_adverse_event(
                appointment_id=pk, event=found, by=request.user, now=now
            ),
        )
    form = EventForm(request.POST)
    return _write(
        request,
        pk,
        lambda now: services.record_adverse_event(
            appointment_id=pk, event=form.event(), by=request.user, now=now
        ),
        form,
    )


@staff(*CLINICAL)
@require_POST
@once_only
def event_undo(request: StaffRequest, pk: UUID, event_id: UUID) -> HttpResponse:
    return _write(
        request,
        pk,
        lambda now: services.void_adverse_event(
            appointment_id=pk, event_id=event_id, by=request.user, now=now
        ),
    )


@staff(*CLINICAL)
@require_POST
@once_only
def note(request: StaffRequest, pk: UUID) -> HttpResponse:
    form = NoteForm(request.POST)
    return _write(
        request,
        pk,
        lambda now: services.write_room_note(
            appointment_id=pk, text=form.cleaned_data["text"], by=request.user, now=now
        ),
        form,
    )


@staff(*CLINICAL)
@require_POST
@once_only
def note_undo(request: StaffRequest, pk: UUID, note_id: UUID) -> HttpResponse:
    return _write(
        request,
        pk,
        lambda now: services.void_room_note(
            appointment_id=pk, note_id=note_id, by=request.user, now=now
        ),
    )


@staff(*CLINICAL)
@require_POST
@once_only
def discharge(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Two people let the patient go."""
    appointment, now = visit_or_404(request, pk), clock.now()
    zone: Any = appointment.site.zone
    policies = policies_in_force(on=now.astimezone(zone).date())
    form = DischargeForm(
        request.POST,
        policy=policies.discharge,
        people=clinicians(request.user),
        escorts=escorts_of(appointment.patient_id),
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.discharge(
                appointment_id=pk,
                leaving=form.leaving(now=now, zone=zone),
                password=data["password"],
                second_id=_uuid(data["second"]),
                second_password=data["second_password"],
                by=request.user,
                now=now,
            )
        except IllegalTransition as refusal:
            return refused(request, appointment, refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The session is over. The record is complete.")
            return redirect("sessions:record", pk)
    if place_of(appointment) != HERE:
        return refused(request, appointment, DomainError("No dose is given yet."))
    return LivePage(request, appointment, now=now, leave_form=form).response(status=422)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
