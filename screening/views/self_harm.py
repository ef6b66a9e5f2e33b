"""An answer on self-harm: what was said, whom to call, what was done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kap.accounts.enums import CLINICAL
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.frame import chart_frame
from kap.patients.models import RelatedPerson
from kap.worklist import services as worklist
from kap.worklist.models import WorkItem
from screening import instruments
from screening.forms.self_harm import DoneForm
from screening.models import QuestionnaireResponse
from screening.queries.measures import SI_REVIEW


def _item_or_404(request: StaffRequest, pk: UUID) -> WorkItem:
    return get_object_or_404(
        WorkItem.objects.visible_to(request.user)
        .filter(kind=SI_REVIEW)
        .select_related("patient__site", "acknowledged_by", "closed_by"),
        pk=pk,
    )


@staff(*CLINICAL)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def review(request: StaffRequest, pk: UUID) -> HttpResponse:
    item, now = _item_or_404(request, pk), clock.now()
    form = DoneForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            worklist.close(
                item_id=item.pk, by=request.user, now=now, note=form.note_text()
            )
        except DomainError as refusal:
            form.add_error("note", str(refusal))
        else:
            messages.success(request, "Closed, with your note.")
            return redirect("screening:si_review", item.pk)
    return _page(request, item, form)


@staff(*CLINICAL)
@require_POST
@once_only
def take(request: StaffRequest, pk: UUID) -> HttpResponse:
    """“I have it”: others see who."""
    item = _item_or_404(request, pk)
    try:
        worklist.acknowledge(item_id=item.pk, by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "You have it.")
    return redirect("screening:si_review", item.pk)


def _page(request: StaffRequest, item: WorkItem, form: DoneForm) -> HttpResponse:
    response = get_object_or_404(
        QuestionnaireResponse.objects.visible_to(request.user), pk=item.object_id
    )
    patient: Any = item.patient
    now = clock.now()
    record_read(
        by=request.user,
        category=Category.QUESTIONNAIRE,
        patient_id=patient.pk,
        object_type="QuestionnaireResponse",
        object_id=response.pk,
    )
    instrument = instruments.load(response.instrument)
    link_id = instruments.scoring(response.instrument).safety_link_id or ""
    asked = instrument.item(link_id)
    value = response.answers.get(link_id)
    option = asked.option(value) if value is not None else None
    context = {
        **chart_frame(request, patient, now=now, tab="screening", with_steps=False),
        "item": item,
        "form": form,
        "instrument": instrument,
        "question": asked.text,
        "answer": option.text if option else "Not answered",
        "value": value,
        "response": response,
        "people": RelatedPerson.objects.filter(patient=patient, ended_at=None).order_by(
            "kind", "created_at"
        ),
        "is_open": item.closed_at is None,
        "is_late": item.closed_at is None and item.due_at < now,
        "site": patient.site,
    }
    return render(
        request, "screening/self_harm.html", context, status=422 if form.errors else 200
    )
