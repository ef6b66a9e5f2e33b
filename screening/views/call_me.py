"""“I need help” on every patient page: whom to call now, and “please call me”."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kap.core import clock
from kap.core.idempotency import once_only
from kap.patients.links import LinkRequest, needs_no_proof, patient_link, purpose_of
from screening.queries.safety import asked_for_help
from screening.services.self_harm import ask_for_help
from screening.views.patient import not_valid, page


@patient_link()
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def call_me(request: LinkRequest) -> HttpResponse:
    """Whatever the link is for, as long as it is the patient's own."""
    if needs_no_proof(request.link):
        return not_valid(request)
    if request.method == "POST":
        on_tablet = request.link_session.is_on_tablet
        ask_for_help(link=request.link, on_tablet=on_tablet, now=clock.now())
        return redirect("screening:call_me")
    context = {
        "is_asked": asked_for_help(request.link.patient_id),
        "phone": request.link.patient.phone,
        "back_url": reverse(purpose_of(request.link.purpose).view_name),
    }
    return page(request, "call_me", context)
