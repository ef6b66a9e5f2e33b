"""Before the dose: the page, and each thing that is written down on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kap.accounts.enums import CLINICAL
from kap.accounts.policies import StaffRequest, passive, staff
from kap.core import clock
from kap.core.errors import DomainError, IllegalTransition
from kap.core.idempotency import once_only
from kap.patients.facts import RelatedFacts
from kap.patients.services import add_related_person
from screening.codes import WEIGHT
from screening.services import record_observation
from sessions import services
from sessions.enums import EncounterStatus
from sessions.forms.dosing import (
    CheckForm,
    NotTodayForm,
    OverrideForm,
    WeightForm,
)
from sessions.models import Appointment
from sessions.queries.live_version import version_of
from sessions.views.room_common import escorts_of, refused, visit_or_404
from sessions.views.room_page import GatePage


@staff(*CLINICAL)
@require_safe
def room(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The page of the session as it stands: before, during or after the dose."""
    return redirect(place_of(visit_or_404(request, pk)), pk)


def place_of(appointment: Appointment) -> str:
    encounter = getattr(appointment, "encounter", None)
    if encounter is not None and encounter.status == EncounterStatus.IN_PROGRESS:
        return "sessions:session_live"
    if encounter is not None and encounter.ended_at is not None:
        return "sessions:record"
    return "sessions:gate"


@staff(*CLINICAL)
@require_safe
def gate(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Is everything in order to begin?"""
    appointment = visit_or_404(request, pk)
    if place_of(appointment) != "sessions:gate":
        return redirect(place_of(appointment), pk)
    return GatePage(request, appointment, now=clock.now()).response()


@passive
@staff(*CLINICAL)
@require_safe
def gate_part(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The gates alone; 204 while nothing has changed, at the price of one query."""
    now = clock.now()
    if request.GET.get("v") == version_of(pk, now=now):
        return HttpResponse(status=204)
    appointment = visit_or_404(request, pk)
    if place_of(appointment) != "sessions:gate":
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("sessions:room", args=[pk])
        return response
    page = GatePage(request, appointment, now=now)
    return render(request, "sessions/gate/gate.html#part", page.part_context())


Act = Callable[[Any], object]


def send(
    request: StaffRequest,
    appointment: Appointment,
    act: Act,
    *,
    now: datetime,
    said: str,
    then: str = "sessions:gate",
    **named: Form,
) -> HttpResponse:
    """Do it and go on; a refusal stands beside what was typed."""
    (form,) = named.values()
    if form.is_valid():
        try:
            act(form)
        except IllegalTransition as refusal:
            return refused(request, appointment, refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect(then, appointment.pk)
    page = GatePage(request, appointment, now=now, **named)
    return page.response(status=422)


@staff(*CLINICAL)
@require_POST
@once_only
def check(request: StaffRequest, pk: UUID) -> HttpResponse:
    appointment, now = visit_or_404(request, pk), clock.now()
    form = CheckForm(
        request.POST,
        people=escorts_of(appointment.patient_id),
        now=now,
        zone=appointment.site.zone,
    )

    def act(form: CheckForm) -> None:
        with transaction.atomic():
            escort = None
            new = form.new_escort()
            if new is not None:
                facts = RelatedFacts(
                    kind="escort", name=new[0], phone=new[1], is_adult=True
                )
                escort = add_related_person(
                    patient=appointment.patient, facts=facts, by=request.user, now=now
                ).pk
            said = form.facts(escort_id=escort)
            services.record_check(
                appointment_id=pk, facts=said, by=request.user, now=now
            )

    return send(
        request, appointment, act, now=now, said="Written down.", check_form=form
    )


@staff(*CLINICAL)
@require_POST
@once_only
def weigh(request: StaffRequest, pk: UUID) -> HttpResponse:
    appointment, now = visit_or_404(request, pk), clock.now()

    def act(form: WeightForm) -> None:
        record_observation(
            patient=appointment.patient,
            episode=appointment.episode,
            code=WEIGHT,
            value=form.cleaned_data["kg"],
            effective_at=now,
            by=request.user,
            now=now,
        )

    form = WeightForm(request.POST)
    return send(
        request, appointment, act, now=now, said="Weight kept.", weight_form=form
    )


@staff(*CLINICAL)
@require_POST
@once_only
def override(request: StaffRequest, pk: UUID) -> HttpResponse:
    appointment, now = visit_or_404(request, pk), clock.now()
    form = OverrideForm(request.POST, code=request.POST.get("code", "")[:10])

    def act(form: OverrideForm) -> None:
        data = form.cleaned_data
        services.override_gate(
            appointment_id=pk,
            code=data["code"],
            reason=data["reason"],
            second_email=data["second_email"],
            second_password=data["second_password"],
            by=request.user,
            now=now,
        )

    said = "Passed with your reason."
    return send(request, appointment, act, now=now, said=said, override=form)


@staff(*CLINICAL)
@require_POST
@once_only
def not_today(request: StaffRequest, pk: UUID) -> HttpResponse:
    appointment, now = visit_or_404(request, pk), clock.now()

    def act(form: NotTodayForm) -> None:
        services.stop_session(
            appointment_id=pk,
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=now,
        )

    form = NotTodayForm(request.POST)
    said = "Ended without a dose. The place in the course is open again."
    return send(
        request,
        appointment,
        act,
        now=now,
        said=said,
        then="sessions:record",
        stop_form=form,
    )


@staff(*CLINICAL)
@require_POST
@once_only
def presence(request: StaffRequest, pk: UUID) -> HttpResponse:
    """I come in; I leave."""
    appointment = visit_or_404(request, pk)
    try:
        services.record_presence(
            appointment_id=pk,
            is_here=request.POST.get("here") == "yes",
            by=request.user,
            now=clock.now(),
        )
    except DomainError as refusal:
        return refused(request, appointment, refusal)
    return redirect("sessions:room", pk)
