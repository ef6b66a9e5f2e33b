"""The safety plan: written with the patient, printed, given to their phone."""

from __future__ import annotations

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
from kap.core.errors import ChangedMeanwhile, DomainError
from kap.core.idempotency import once_only
from kap.documents.services import request_document
from kap.patients import links
from kap.patients.frame import chart_frame, patient_or_404
from kap.patients.models import Patient
from screening.forms.safety_plan import PlanForm
from screening.models import SafetyPlan
from screening.queries.plans import signature_of, steps_of, versions_of
from screening.services import safety_plan


@staff(*CLINICAL)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def plan(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The newest version; ``?write`` opens the form."""
    patient = patient_or_404(request, pk)
    rows = versions_of(patient)
    newest = rows[0] if rows else None
    is_writing = newest is None or "write" in request.GET or request.method == "POST"
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        initial=_initial(newest),
        is_change=newest is not None,
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            safety_plan.write_plan(
                patient=patient,
                based_on=form.cleaned_data["based_on"],
                words=form.words(),
                reason=form.cleaned_data.get("reason", ""),
                by=request.user,
                now=clock.now(),
            )
        except ChangedMeanwhile as refusal:
            form = _again(request, newest, str(refusal))
            status = 409
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The safety plan is kept.")
            return redirect("screening:safety_plan", patient.pk)
    if form.errors and status == 200:
        status = 422
    record_read(
        by=request.user,
        category=Category.SCREENING,
        patient_id=patient.pk,
        object_type="SafetyPlan",
        object_id=newest.pk if newest else "",
    )
    return _page(request, patient, rows, form if is_writing else None, status=status)


def _initial(newest: SafetyPlan | None) -> dict[str, object]:
    if newest is None:
        return {"based_on": 0}
    words = {name: getattr(newest, name) for name in safety_plan.STEPS}
    return {**words, "based_on": newest.version}


def _again(request: StaffRequest, newest: SafetyPlan | None, sentence: str) -> PlanForm:
    """What was typed, ready to be kept over the version that came meanwhile."""
    posted = request.POST.copy()
    posted["based_on"] = str(newest.version if newest else 0)
    form = PlanForm(posted, is_change=newest is not None)
    form.add_error(None, f"{sentence} Nothing you typed is lost. Read theirs below.")
    return form


def _page(
    request: StaffRequest,
    patient: Patient,
    rows: list[SafetyPlan],
    form: PlanForm | None,
    *,
    status: int,
) -> HttpResponse:
    newest = rows[0] if rows else None
    now = clock.now()
    context = {
        **chart_frame(request, patient, now=now, tab="screening", with_steps=False),
        "plan": newest,
        "steps": steps_of(newest) if newest else [],
        "signed": signature_of(newest) if newest else None,
        "earlier": rows[1:],
        "form": form,
    }
    return render(request, "screening/safety_plan.html", context, status=status)


def _newest_or_404(request: StaffRequest, pk: UUID) -> SafetyPlan:
    return get_object_or_404(
        SafetyPlan.objects.visible_to(request.user).select_related("patient__site"),
        pk=pk,
    )


@staff(*CLINICAL)
@require_POST
@once_only
def send(request: StaffRequest, pk: UUID) -> HttpResponse:
    found = _newest_or_404(request, pk)
    try:
        safety_plan.send_plan(plan=found, by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "A link to the plan goes out now.")
    return redirect("screening:safety_plan", found.patient_id)


@staff(*CLINICAL)
@require_POST
@once_only
def paper(request: StaffRequest, pk: UUID) -> HttpResponse:
    found = _newest_or_404(request, pk)
    request_document(
        kind="safety-plan",
        source_id=found.pk,
        patient=found.patient,
        by=request.user,
        now=clock.now(),
    )
    messages.success(request, "The paper is being made.")
    return redirect("screening:safety_plan", found.patient_id)


@staff(*CLINICAL)
@require_POST
@once_only
def tablet(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Give the device to the patient, to read and to sign; staff are signed out here."""
    found = _newest_or_404(request, pk)
    return links.hand_over(
        request,
        patient=found.patient,
        purpose=safety_plan.PURPOSE,
        object_id=found.pk,
        now=clock.now(),
    )
