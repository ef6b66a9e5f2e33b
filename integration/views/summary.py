"""Asking for the treatment summary, and reading what is in it before it is printed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from integration import services
from integration.queries.summary import summary_facts
from integration.services.summaries import KIND
from kap.accounts.enums import CLINICAL
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.frame import chart_frame, patient_or_404
from kap.patients.models import EpisodeOfCare


@staff(*CLINICAL)
@require_http_methods(["GET", "POST"])
@once_only
def summary(request: StaffRequest, episode_id: UUID) -> HttpResponse:
    """The summary as the record stands; POST asks for the PDF."""
    episode = get_object_or_404(
        EpisodeOfCare.objects.visible_to(request.user), pk=episode_id
    )
    patient = patient_or_404(request, episode.patient_id)
    facts, problem = {}, ""
    try:
        facts = summary_facts(episode.pk)
    except DomainError as refused:
        problem = str(refused)
    if request.method == "POST" and not problem:
        services.request_summary(
            episode_id=episode.pk, by=request.user, now=clock.now()
        )
        messages.success(request, "The summary is being made.")
        return redirect("integration:summary", episode.pk)
    record_read(
        by=request.user,
        category=Category.CHART,
        patient_id=patient.pk,
        object_type="EpisodeOfCare",
        object_id=episode.pk,
    )
    context = {
        **chart_frame(request, patient, now=clock.now(), tab="notes", with_steps=False),
        **facts,
        "episode": episode,
        "problem": problem,
        "kind": KIND,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "integration/summary.html", context, status=status)
