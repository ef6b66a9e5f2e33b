"""Documents: what is being made, what lies there, how far one is, and handing one out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Action, Category
from kap.audit.services import record, record_read
from kap.core import clock
from kap.core.access import passive
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.documents import queries, services, serving
from kap.documents.models import DocumentReference, RenderJob
from kap.documents.progress import progress_of
from kap.patients.frame import chart_frame, patient_or_404


@staff(*SCHEDULING)
@require_safe
def documents(request: StaffRequest) -> HttpResponse:
    """All documents of the clinic that this person may open."""
    record(by=request.user, action=Action.READ, category=Category.DOCUMENT)
    after = queries.cursor_from(request.GET.get("after", ""))
    found = DocumentReference.objects.visible_to(request.user).current()
    context = {
        "jobs": [] if after else queries.unfinished(request.user),
        "page": queries.page(found, after=after),
        "is_first": after is None,
    }
    return render(request, "documents/list.html", context)


@staff(*SCHEDULING)
@require_safe
def of_patient(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The documents of one patient, superseded ones too."""
    patient = patient_or_404(request, pk)
    record_read(by=request.user, category=Category.DOCUMENT, patient_id=patient.pk)
    after = queries.cursor_from(request.GET.get("after", ""))
    found = DocumentReference.objects.visible_to(request.user).filter(patient=patient)
    context: dict[str, Any] = {
        **chart_frame(request, patient, now=clock.now(), tab="documents"),
        "jobs": []
        if after
        else queries.unfinished(request.user, patient_id=patient.pk),
        "page": queries.page(found, after=after),
        "is_first": after is None,
    }
    return render(request, "documents/of_patient.html", context)


@passive
@staff()
@require_safe
def job_status(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The status box alone; it asks for itself every two seconds while it is not done."""
    job = get_object_or_404(RenderJob.objects.visible_to(request.user), pk=pk)
    progress = progress_of(kind=job.kind, source_id=job.source_id)
    return render(request, "documents/status.html", {"progress": progress})


@staff()
@require_POST
@once_only
def try_again(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Queue a failed document once more."""
    job = get_object_or_404(RenderJob.objects.visible_to(request.user), pk=pk)
    try:
        services.try_again(job_id=job.pk, by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    if request.headers.get("HX-Request"):
        progress = progress_of(kind=job.kind, source_id=job.source_id)
        return render(request, "documents/status.html", {"progress": progress})
    return redirect("documents:list")


@staff()
@require_safe
def download(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The file itself; whoever may not open its kind finds nothing here."""
    document = get_object_or_404(
        DocumentReference.objects.visible_to(request.user), pk=pk
    )
    record(
        by=request.user,
        action=Action.DOWNLOAD,
        category=Category.DOCUMENT,
        patient_id=document.patient_id,
        object_type="DocumentReference",
        object_id=document.pk,
    )
    response = serving.file_response(document)
    if response is None:
        return render(request, "documents/damaged.html", status=503)
    return response
