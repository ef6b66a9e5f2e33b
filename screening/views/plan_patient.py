"""The patient's own copy of the safety plan, on the phone or the clinic's tablet."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.links import LinkRequest, patient_link
from screening.forms.safety_plan import PlanSignForm
from screening.models import SafetyPlan
from screening.queries.plans import signature_of, steps_of
from screening.services import safety_plan
from screening.views.patient import not_valid, page, proof_of


@patient_link(safety_plan.PURPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def my_plan(request: LinkRequest) -> HttpResponse:
    """Reading it, and putting one's name under it if one likes."""
    found = (
        SafetyPlan.objects.select_related("patient", "written_by")
        .filter(pk=request.link.object_id, patient_id=request.link.patient_id)
        .first()
    )
    if found is None:
        return not_valid(request)
    form = PlanSignForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            safety_plan.sign_plan(
                plan=found,
                printed_name=form.cleaned_data["printed_name"],
                link=request.link,
                proof=proof_of(request),
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("screening:my_plan")
    safety_plan.record_plan_read(plan=found, link=request.link)
    context = {
        "plan": found,
        "steps": steps_of(found),
        "signed": signature_of(found),
        "form": form,
    }
    return page(request, "plan", context, status=422 if form.errors else 200)
