"""The order: worked out while it is written, then signed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from kap.accounts.enums import PRESCRIBING
from kap.accounts.policies import StaffRequest, staff
from kap.core import clock
from kap.core.idempotency import once_only
from sessions import services
from sessions.forms.order import OrderForm
from sessions.models import Appointment
from sessions.queries.readiness_dose import work_out
from sessions.rules.dose_types import DoseRefused
from sessions.views.room import send
from sessions.views.room_common import visit_or_404


@staff(*PRESCRIBING)
@require_POST
def preview(request: StaffRequest, pk: UUID) -> HttpResponse:
    """What the dose comes to and what the limits say; nothing is written."""
    appointment = visit_or_404(request, pk)
    form = OrderForm(request.POST, for_preview=True)
    return render(request, "sessions/gate/_dose.html", _worked(form, appointment))


def _worked(form: OrderForm, appointment: Appointment) -> dict[str, Any]:
    if not form.is_valid():
        first = next(iter(form.errors.values()))[0]
        return {"worked": None, "sentence": str(first)}
    try:
        worked = work_out(form.draft(), appointment, now=clock.now())
    except DoseRefused as refusal:
        return {"worked": None, "sentence": str(refusal)}
    return {"worked": worked, "sentence": ""}


@staff(*PRESCRIBING)
@require_POST
@once_only
def order(request: StaffRequest, pk: UUID) -> HttpResponse:
    appointment, now = visit_or_404(request, pk), clock.now()

    def act(form: OrderForm) -> None:
        data = form.cleaned_data
        services.sign_order(
            appointment_id=pk,
            draft=form.draft(),
            password=data["password"],
            reason=data["reason"],
            cosigner_email=data["cosigner_email"],
            cosigner_password=data["cosigner_password"],
            by=request.user,
            now=now,
        )

    form = OrderForm(request.POST)
    return send(
        request, appointment, act, now=now, said="Order signed.", order_form=form
    )
