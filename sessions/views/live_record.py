"""The record of a session, its paper, and all sessions of a patient."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from kap.accounts.enums import CLINICAL
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.idempotency import once_only
from kap.documents.services import request_document
from kap.patients.frame import chart_frame, patient_or_404
from sessions.documents import SESSION_RECORD
from sessions.queries.record import record_of
from sessions.queries.record_list import sessions_of
from sessions.views.room import place_of
from sessions.views.room_common import note_read, visit_or_404


@staff(*CLINICAL)
@require_safe
def record(request: StaffRequest, pk: UUID) -> HttpResponse:
    """What was given, how did the body answer, was leaving safe?  Read only."""
    appointment = visit_or_404(request, pk)
    note_read(request, appointment)
    now = clock.now()
    context = {
        "record": record_of(appointment, now=now),
        "kind": SESSION_RECORD,
        "is_over": place_of(appointment) == "sessions:record",
        **chart_frame(request, appointment.patient, now=now, tab="sessions"),
    }
    return render(request, "sessions/room/record.html", context)


@staff(*CLINICAL)
@require_POST
@once_only
def record_pdf(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Ask for the paper; the page then shows how far it is."""
    appointment = visit_or_404(request, pk)
    request_document(
        kind=SESSION_RECORD,
        source_id=appointment.pk,
        patient=appointment.patient,
        by=request.user,
        now=clock.now(),
    )
    messages.success(request, "The paper is being made.")
    return redirect("sessions:record", pk)


@staff(*CLINICAL)
@require_safe
def of_patient(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Every dosing session of a patient, newest first."""
    patient = patient_or_404(request, pk)
    record_read(by=request.user, category=Category.DOSING, patient_id=patient.pk)
    context = {
        "rows": sessions_of(patient.pk),
        **chart_frame(request, patient, now=clock.now(), tab="sessions"),
    }
    return render(request, "sessions/room/of_patient.html", context)
