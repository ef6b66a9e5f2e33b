"""Marking a reading or a dose as entered in error: what was wrong, and what is right."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kap.accounts.enums import CLINICAL
from kap.accounts.policies import StaffRequest, staff
from kap.core import clock
from kap.core.errors import DomainError, IllegalTransition
from kap.core.idempotency import once_only
from sessions import services
from sessions.forms.dosing import CorrectForm
from sessions.forms.vitals import VoidForm
from sessions.queries.live import dose_text
from sessions.queries.live_log import reading_text
from sessions.queries.readiness_facts import doses_of, readings_of
from sessions.services.dosing_common import GIVES
from sessions.views.room_common import clinicians, note_read, refused, visit_or_404


@staff(*CLINICAL)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def vitals_void(request: StaffRequest, pk: UUID, vitals_id: UUID) -> HttpResponse:
    appointment = visit_or_404(request, pk)
    encounter = getattr(appointment, "encounter", None)
    row = next((one for one in readings_of(encounter) if one.pk == vitals_id), None)
    if row is None:
        raise Http404
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.void_vitals(
                appointment_id=pk,
                vitals_id=vitals_id,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=clock.now(),
            )
        except IllegalTransition as refusal:
            return refused(request, appointment, refusal)
        messages.success(request, "Marked as wrong. It stays in the record.")
        return redirect("sessions:room", pk)
    note_read(request, appointment)
    context = {
        "visit": appointment,
        "patient": appointment.patient,
        "heading": "This reading is wrong",
        "what": reading_text(row),
        "at": row.taken_at,
        "form": form,
        "button": "Mark as wrong",
    }
    status = 422 if form.errors else 200
    return render(request, "sessions/live/wrong.html", context, status=status)


@staff(*GIVES)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def dose_correct(request: StaffRequest, pk: UUID, dose_id: UUID) -> HttpResponse:
    appointment, now = visit_or_404(request, pk), clock.now()
    encounter = getattr(appointment, "encounter", None)
    dose = next((one for one in doses_of(encounter) if one.pk == dose_id), None)
    if dose is None:
        raise Http404
    people = clinicians(request.user)
    form = CorrectForm(
        request.POST or None, people=people, initial={"order": dose.order_id}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.void_dose(
                appointment_id=pk,
                dose_id=dose_id,
                reason=form.cleaned_data["reason"],
                corrected=form.given(now=now, zone=appointment.site.zone),
                by=request.user,
                now=now,
            )
        except IllegalTransition as refusal:
            return refused(request, appointment, refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Put right. The wrong row stays in the record.")
            return redirect("sessions:room", pk)
    note_read(request, appointment)
    context = {
        "visit": appointment,
        "patient": appointment.patient,
        "heading": "Put the dose right",
        "what": f"{dose_text(dose)}, lot {dose.lot_number}",
        "at": dose.given_at,
        "form": form,
        "button": "Write the right dose",
    }
    status = 422 if form.errors else 200
    return render(request, "sessions/live/wrong.html", context, status=status)
