"""At the chair: the syringe, the time-out, the dose."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from kap.accounts.enums import CLINICAL
from kap.accounts.policies import StaffRequest, staff
from kap.core import clock
from kap.core.idempotency import once_only
from sessions import services
from sessions.forms.dosing import GiveForm, SyringeForm, TimeOutForm
from sessions.queries.readiness_chair import amount_word
from sessions.queries.readiness_facts import room_of
from sessions.views.room import send
from sessions.views.room_common import clinicians, visit_or_404


@staff(*CLINICAL)
@require_POST
@once_only
def syringe(request: StaffRequest, pk: UUID) -> HttpResponse:
    appointment, now = visit_or_404(request, pk), clock.now()
    form = SyringeForm(request.POST, unit=amount_word(room_of(appointment, now=now)))

    def act(form: SyringeForm) -> None:
        services.read_syringe(
            appointment_id=pk,
            order_id=form.cleaned_data["order"],
            amount=form.cleaned_data["amount"],
            by=request.user,
            now=now,
        )

    said = "Kept, hidden from the second person."
    return send(request, appointment, act, now=now, said=said, syringe_form=form)


@staff(*CLINICAL)
@require_POST
@once_only
def time_out(request: StaffRequest, pk: UUID) -> HttpResponse:
    appointment, now = visit_or_404(request, pk), clock.now()
    form = TimeOutForm(
        request.POST,
        people=clinicians(request.user),
        unit=amount_word(room_of(appointment, now=now)),
    )

    def act(form: TimeOutForm) -> None:
        services.hold_time_out(
            appointment_id=pk, said=form.said(), by=request.user, now=now
        )

    return send(
        request, appointment, act, now=now, said="Time-out held.", timeout_form=form
    )


@staff(*CLINICAL)
@require_POST
@once_only
def give(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Two people, one dose."""
    appointment, now = visit_or_404(request, pk), clock.now()
    form = GiveForm(request.POST, people=clinicians(request.user))

    def act(form: GiveForm) -> None:
        services.start_dosing(
            appointment_id=pk,
            given=form.given(now=now, zone=appointment.site.zone),
            by=request.user,
            now=now,
        )

    return send(
        request,
        appointment,
        act,
        now=now,
        said="The dose is given.",
        then="sessions:session_live",
        give_form=form,
    )
