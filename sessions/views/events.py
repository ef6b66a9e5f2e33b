"""A serious unwanted event, and the two words that let doses go on (SP-11)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kap.accounts.enums import CLINICAL
from kap.accounts.policies import StaffRequest, staff
from kap.audit import services as audit
from kap.audit.enums import Category
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from sessions.forms.protocols import ClearForm
from sessions.models import AdverseEvent
from sessions.services.event_clearance import clear_event


@staff(*CLINICAL)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def event(request: StaffRequest, pk: UUID) -> HttpResponse:
    """What happened, who has cleared it, and a form for who may."""
    found = (
        AdverseEvent.objects.filter(pk=pk, is_serious=True)
        .select_related("encounter__patient", "encounter__appointment__site")
        .first()
    )
    if found is None:
        raise Http404
    form, status = ClearForm(), 200
    if request.method == "POST":
        form, status = ClearForm(request.POST), 422
        if form.is_valid():
            try:
                clear_event(
                    event_id=found.pk,
                    reason=form.cleaned_data["reason"],
                    by=request.user,
                    now=clock.now(),
                )
            except DomainError as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, "Your word is written down.")
                return redirect("sessions:event_clearance", found.pk)
    else:
        audit.record_read(
            by=request.user,
            category=Category.DOSING,
            patient_id=found.encounter.patient_id,
            object_type="AdverseEvent",
            object_id=found.pk,
        )
    words = list(found.clearances.select_related("cleared_by").order_by("cleared_at"))
    context = {
        "event": found,
        "patient": found.encounter.patient,
        "words": words,
        "is_clear": len(words) > 1,
        "form": form,
        "may_clear": request.user.may_prescribe,
        "zone": found.encounter.appointment.site.time_zone,
    }
    return render(request, "sessions/protocols/event.html", context, status=status)
