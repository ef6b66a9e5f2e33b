"""The chart, and changing what stands on it: details, people, consent, phase, team."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kap.accounts.enums import CLINICAL, SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.errors import ChangedMeanwhile, DomainError
from kap.core.idempotency import once_only
from kap.patients import changes, chart, queries, services, timeline
from kap.patients.chart import ChartContext
from kap.patients.chart_panels import FIRST_ENTRIES, KINDS
from kap.patients.forms import PhaseForm, TeamForm
from kap.patients.forms_record import DetailsForm
from kap.patients.frame import SEES_CHART, chart_frame, patient_or_404
from kap.patients.models import EpisodeOfCare, Patient


@staff(*SEES_CHART)
@require_safe
def overview(request: StaffRequest, pk: UUID) -> HttpResponse:
    patient, now = patient_or_404(request, pk), clock.now()
    record_read(by=request.user, category=Category.CHART, patient_id=patient.pk)
    frame = chart_frame(request, patient, now=now, tab="overview")
    context = ChartContext(
        patient=patient,
        episode=queries.current_episode(patient.pk),
        user=request.user,
        now=now,
        request=request,
        steps=tuple(frame["next_steps"]),
    )
    drawn = {
        column: [
            html
            for panel in chart.panels_for(request.user, column)
            if (html := panel.render(context))
        ]
        for column in ("main", "side")
    }
    return render(request, "patients/chart.html", {**frame, "panels": drawn})


@staff(*SCHEDULING)
@require_safe
def older(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The timeline alone: filtered, or what lies before a moment."""
    patient = patient_or_404(request, pk)
    kind = request.GET.get("kind", "")
    kind = kind if kind in timeline.KINDS else ""
    before = _moment(request.GET.get("before", ""))
    found = timeline.stretch(
        patient.pk,
        request.user,
        before=before,
        kind=kind,
        limit=20 if before else FIRST_ENTRIES,
    )
    record_read(by=request.user, category=Category.CHART, patient_id=patient.pk)
    template = (
        "patients/panels/_entries.html" if before else "patients/panels/timeline.html"
    )
    context = {"patient": patient, "stretch": found, "kind": kind, "kinds": KINDS}
    return render(request, template, context)


@staff(*SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def details(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Change name and contact; somebody else's change meanwhile is shown beside one's own."""
    patient = patient_or_404(request, pk)
    if request.method != "POST":
        record_read(
            by=request.user, category=Category.DEMOGRAPHICS, patient_id=patient.pk
        )
        return _details_page(
            request, patient, DetailsForm(initial=DetailsForm.initial_of(patient))
        )
    form = DetailsForm(request.POST)
    if not form.is_valid():
        return _details_page(request, patient, form, status=422)
    try:
        services.change_demographics(
            patient_id=patient.pk,
            version=form.cleaned_data["version"],
            facts=form.facts(),
            by=request.user,
        )
    except ChangedMeanwhile:
        return _conflict(request, patient, form)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _details_page(request, patient, form, status=422)
    messages.success(request, "Saved.")
    return redirect("patients:contact", patient.pk)


def _conflict(
    request: StaffRequest, patient: Patient, form: DetailsForm
) -> HttpResponse:
    """Both versions, and the form with what was typed, ready to be saved over the other."""
    again = request.POST.copy()
    again["version"] = str(patient.version)
    fresh = DetailsForm(again)
    fresh.is_valid()
    context = {
        "differences": form.differences(patient),
        "changed": changes.last_change(patient.pk),
    }
    return _details_page(request, patient, fresh, status=409, **context)


def _details_page(
    request: StaffRequest,
    patient: Patient,
    form: DetailsForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        **chart_frame(request, patient, now=clock.now(), tab="contact"),
        "form": form,
        "differences": [],
        "changed": None,
        **more,
    }
    return render(request, "patients/details.html", context, status=status)


@staff(*CLINICAL)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def phase(request: StaffRequest, pk: UUID) -> HttpResponse:
    patient, now = patient_or_404(request, pk), clock.now()
    episode = get_object_or_404(
        EpisodeOfCare.objects.visible_to(request.user).open(), patient=pk
    )
    form = PhaseForm(
        request.POST if request.method == "POST" else None, phase=episode.phase
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.move_phase(
                episode_id=episode.pk,
                to=form.cleaned_data["to"],
                by=request.user,
                now=now,
                reason=form.cleaned_data["reason"],
            )
        except DomainError as refusal:
            form.add_error("reason" if "why" in str(refusal) else None, str(refusal))
        else:
            messages.success(request, "Moved.")
            return redirect("patients:chart", patient.pk)
    record_read(by=request.user, category=Category.CHART, patient_id=patient.pk)
    context = {
        **chart_frame(request, patient, now=now, tab="overview"),
        "form": form,
        "episode": episode,
        "is_overview": False,
    }
    return render(
        request, "patients/phase.html", context, status=422 if form.errors else 200
    )


@staff(*SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def team(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Who treats this patient."""
    patient, now = patient_or_404(request, pk), clock.now()
    episode = get_object_or_404(
        EpisodeOfCare.objects.visible_to(request.user).open(), patient=pk
    )
    form = TeamForm(
        request.POST if request.method == "POST" else None,
        initial={
            "therapist": str(episode.therapist_id or ""),
            "prescriber": str(episode.prescriber_id or ""),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.assign_team(
                episode_id=episode.pk,
                therapist=form.chosen("therapist"),
                prescriber=form.chosen("prescriber"),
                by=request.user,
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect("patients:chart", patient.pk)
    record_read(by=request.user, category=Category.CHART, patient_id=patient.pk)
    context = {
        **chart_frame(request, patient, now=now, tab="overview"),
        "form": form,
        "is_overview": False,
    }
    return render(
        request, "patients/team.html", context, status=422 if form.errors else 200
    )


@staff(*SCHEDULING)
@require_POST
@once_only
def reopen(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Begin another course of treatment."""
    patient = patient_or_404(request, pk)
    try:
        services.open_episode(patient=patient, by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Care has begun again.")
    return redirect("patients:chart", patient.pk)


def _moment(text: str) -> Any:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
