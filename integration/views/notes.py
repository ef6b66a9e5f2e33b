"""The integration note: writing, signing, adding to it, and the list of a patient's notes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from integration import services
from integration.forms.notes import AddendumForm, NoteForm, SignForm
from integration.models import IntegrationNote, NoteStatus
from integration.permissions import check_may_change_note
from integration.queries.course import dose_lines, scores_of
from integration.services.notes import EDITABLE
from kap.accounts.enums import CLINICAL, PRESCRIBING, Role
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.checks import refusal
from kap.core.errors import ChangedMeanwhile, DomainError
from kap.core.idempotency import once_only
from kap.patients.frame import chart_frame, patient_or_404
from screening.queries import preparation_state
from sessions.models import Encounter

WRITERS = (Role.THERAPIST, *PRESCRIBING)


@staff(*WRITERS)
@require_POST
@once_only
def start(request: StaffRequest, encounter_id: UUID) -> HttpResponse:
    """Open the note of a visit; a note that is there already is opened again."""
    encounter = get_object_or_404(
        Encounter.objects.visible_to(request.user), pk=encounter_id
    )
    try:
        note = services.start_note(
            encounter_id=encounter.pk, by=request.user, now=clock.now()
        )
    except DomainError as refused:
        messages.error(request, str(refused))
        return redirect("patients:chart", encounter.patient_id)
    return redirect("integration:note", note.pk)


def _note(request: StaffRequest, pk: UUID) -> IntegrationNote:
    return get_object_or_404(
        IntegrationNote.objects.visible_to(request.user).select_related(
            "encounter__appointment__site", "patient__site", "author", "signed_by"
        ),
        pk=pk,
    )


@staff(*CLINICAL)
@require_http_methods(["GET", "POST"])
@once_only
def note(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Read a note, or save the draft."""
    found = _note(request, pk)
    now = clock.now()
    today = now.astimezone(found.patient.site.zone).date()
    form = NoteForm(request.POST or None, today=today, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        try:
            services.save_note(
                note_id=found.pk,
                version=form.cleaned_data["version"],
                facts=form.cleaned_data,
                by=request.user,
                now=now,
            )
        except ChangedMeanwhile as refused:
            return _page(request, _note(request, pk), form=form, conflict=str(refused))
        except DomainError as refused:
            form.add_error(None, str(refused))
        else:
            if "sign" in request.POST:
                return redirect("integration:sign", found.pk)
            messages.success(request, "Draft saved.")
            return redirect("integration:note", found.pk)
    record_read(
        by=request.user,
        category=Category.NOTE,
        patient_id=found.patient_id,
        object_type="IntegrationNote",
        object_id=found.pk,
    )
    return _page(request, found, form=form)


def _initial(found: IntegrationNote) -> dict[str, Any]:
    return {name: getattr(found, name) for name in (*EDITABLE, "version")}


def _page(
    request: StaffRequest,
    found: IntegrationNote,
    *,
    form: NoteForm,
    conflict: str = "",
    addendum: AddendumForm | None = None,
) -> HttpResponse:
    now = clock.now()
    problem = addendum is not None and bool(addendum.errors)
    context = {
        **chart_frame(request, found.patient, now=now, tab="notes", with_steps=False),
        "note": found,
        "form": form,
        "conflict": conflict,
        "addendum_form": addendum or AddendumForm(),
        "addenda": found.addenda.select_related("added_by").order_by("added_at"),
        "is_draft": found.status == NoteStatus.PRELIMINARY,
        "may_change": not refusal(check_may_change_note, request.user, found),
        "beside": _beside(found),
    }
    status = 409 if conflict else 422 if form.errors or problem else 200
    return render(request, "integration/note.html", context, status=status)


def _beside(found: IntegrationNote) -> dict[str, Any]:
    """What a therapist wants next to the note: last dose, intention, scores."""
    appointment = found.encounter.appointment
    if appointment.episode is None:
        return {}
    doses = dose_lines(appointment.episode.pk)
    before = [dose for dose in doses if dose.given_at <= found.encounter.arrived_at]
    scores = scores_of(found.patient_id, since=appointment.episode.started_at)
    return {
        "dose": before[-1] if before else None,
        "preparation": preparation_state(appointment.episode.pk),
        "phq9": scores.phq9[-4:],
        "gad7": scores.gad7[-4:],
    }


@staff(*WRITERS)
@require_http_methods(["GET", "POST"])
@once_only
def sign(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Sign and lock, with the author's password."""
    found = _note(request, pk)
    form = SignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.sign_note(
                note_id=found.pk,
                version=found.version,
                password=form.cleaned_data["password"],
                by=request.user,
                now=clock.now(),
            )
        except DomainError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Note signed.")
            return redirect("integration:note", found.pk)
    context = {
        **chart_frame(
            request, found.patient, now=clock.now(), tab="notes", with_steps=False
        ),
        "note": found,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "integration/sign.html", context, status=status)


@staff(*WRITERS)
@require_POST
@once_only
def add(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Add to a signed note."""
    found = _note(request, pk)
    form = AddendumForm(request.POST)
    if form.is_valid():
        try:
            services.add_to_note(
                note_id=found.pk,
                text=form.cleaned_data["text"],
                by=request.user,
                now=clock.now(),
            )
        except DomainError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Added to the note.")
            return redirect("integration:note", found.pk)
    today = clock.today(found.patient.site.zone)
    draft = NoteForm(today=today, initial=_initial(found))
    return _page(request, found, form=draft, addendum=form)


@staff(*CLINICAL)
@require_safe
def of_patient(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Every note of a patient this person may read, newest first."""
    patient = patient_or_404(request, pk)
    now = clock.now()
    notes = (
        IntegrationNote.objects.visible_to(request.user)
        .filter(patient=patient)
        .select_related("author", "encounter__appointment")
        .order_by("-encounter__arrived_at", "pk")[:200]
    )
    record_read(by=request.user, category=Category.NOTE, patient_id=patient.pk)
    context = {
        **chart_frame(request, patient, now=now, tab="notes", with_steps=False),
        "notes": notes,
    }
    return render(request, "integration/notes.html", context)
