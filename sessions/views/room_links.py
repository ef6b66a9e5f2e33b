"""Before the day: the patient prepares by link, the escort says yes, the desk writes it down."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.facts import RelatedFacts
from kap.patients.links import LinkRequest, patient_link
from kap.patients.models import RelatedPerson
from kap.patients.services import add_related_person
from screening.queries.medicine_sheet import Sheet, medicine_sheet
from sessions import links, services
from sessions.enums import AppointmentStatus
from sessions.forms.visit_link import AnswerForm, EscortForm
from sessions.models import Appointment
from sessions.queries.policies import policies_in_force
from sessions.queries.readiness_facts import answers_of, route_of
from sessions.queries.replies import newest_reply
from sessions.rules.readiness_fasting import fasting_times
from sessions.services import visit_answers

SELECTED = ("patient", "site", "planned_step__care_plan__protocol")


def _of_link(request: LinkRequest) -> Appointment:
    """The visit the link is for; the link's own patient and nobody else's."""
    return get_object_or_404(
        Appointment.objects.select_related(*SELECTED),
        pk=request.link.object_id,
        patient=request.link.patient_id,
    )


@patient_link(links.VISIT)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def visit(request: LinkRequest) -> HttpResponse:
    """When, where, what must I do before?"""
    appointment, now = _of_link(request), clock.now()
    form = EscortForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid() and _keep_escort(request, appointment, form, now=now):
            messages.success(request, "Thank you. We have written it down.")
            return redirect("sessions:p_visit")
        return _visit_page(request, appointment, form, now=now, status=422)
    record_read(
        by=None,
        category=Category.SCHEDULE,
        patient_id=appointment.patient_id,
        object_type="Appointment",
        object_id=appointment.pk,
    )
    return _visit_page(request, appointment, form, now=now)


def _keep_escort(
    request: LinkRequest, appointment: Appointment, form: EscortForm, *, now: datetime
) -> bool:
    data = form.cleaned_data
    try:
        with transaction.atomic():
            person = add_related_person(
                patient=appointment.patient,
                facts=RelatedFacts(
                    kind="escort", name=data["name"], phone=data["phone"], is_adult=True
                ),
                by=None,
                now=now,
                link_id=request.link.pk,
            )
            services.record_answer_by_link(
                appointment_id=appointment.pk,
                facts=services.CheckFacts(
                    escort_id=person.pk, escort_confirmed=data["has_agreed"] or None
                ),
                link_id=request.link.pk,
                now=now,
            )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _visit_page(
    request: LinkRequest,
    appointment: Appointment,
    form: EscortForm,
    *,
    now: datetime,
    status: int = 200,
) -> HttpResponse:
    zone = appointment.site.zone
    escort = answers_of(appointment.pk).get("escort")
    context: dict[str, Any] = {
        "visit": appointment,
        "patient": appointment.patient,
        "start": appointment.starts_at.astimezone(zone),
        "end": appointment.ends_at.astimezone(zone),
        "times": _fasting(appointment) if appointment.kind == "dosing" else None,
        "is_dosing": appointment.kind == "dosing",
        "is_today": appointment.starts_at.astimezone(zone).date()
        == now.astimezone(zone).date(),
        "is_off": appointment.status
        in (AppointmentStatus.CANCELLED, AppointmentStatus.NOSHOW),
        "is_over": appointment.status == AppointmentStatus.FULFILLED
        or appointment.ends_at <= now,
        "escort": escort.value if escort else None,
        "sheet": _sheet(appointment),
        "form": form,
        "rights": visit_answers.rights_of(appointment, now=now),
        "reply": newest_reply(appointment),
        "others": _others(appointment, now=now),
    }
    with timezone.override(zone):
        return render(request, "sessions/room/p_visit.html", context, status=status)


def _sheet(appointment: Appointment) -> Sheet | None:
    """The patient's medicines before a dose; one query."""
    if appointment.kind != "dosing" or appointment.episode_id is None:
        return None
    return medicine_sheet(appointment.episode_id)


def _others(appointment: Appointment, *, now: datetime) -> list[datetime]:
    """When else the patient is expected, at most a whole course on; one query."""
    times = (
        Appointment.objects.upcoming(now=now)
        .filter(patient=appointment.patient_id)
        .exclude(pk=appointment.pk)
        .values_list("starts_at", flat=True)[:30]
    )
    return [at.astimezone(appointment.site.zone) for at in times]


def _fasting(appointment: Appointment) -> Any:
    policies = policies_in_force(on=appointment.starts_at.date())
    rule = policies.readiness.fasting[route_of(appointment, None)]
    return fasting_times(rule, appointment.starts_at, appointment.site.zone)


@patient_link(links.ESCORT)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def escort(request: LinkRequest) -> HttpResponse:
    """May we count on you?  No word on why the visit is."""
    appointment, now = _of_link(request), clock.now()
    form = AnswerForm(request.POST or None)
    sentence = ""
    if request.method == "POST":
        try:
            services.record_answer_by_link(
                appointment_id=appointment.pk,
                facts=services.CheckFacts(
                    escort_id=_newest_escort(appointment), escort_confirmed=True
                ),
                link_id=request.link.pk,
                now=now,
            )
        except DomainError as refusal:
            sentence = str(refusal)
        else:
            messages.success(request, "Thank you. We count on you.")
            return redirect("sessions:p_escort")
    zone = appointment.site.zone
    said = answers_of(appointment.pk).get("escort_confirmed")
    context = {
        "start": appointment.starts_at.astimezone(zone),
        "end": appointment.ends_at.astimezone(zone),
        "visit": appointment,
        "has_said_yes": bool(said and said.value),
        "is_off": appointment.status != AppointmentStatus.BOOKED,
        "form": form,
        "sentence": sentence,
    }
    status = 422 if sentence else 200
    with timezone.override(zone):
        return render(request, "sessions/room/p_escort.html", context, status=status)


def _newest_escort(appointment: Appointment) -> UUID | None:
    return (
        RelatedPerson.objects.filter(
            patient=appointment.patient_id, kind="escort", ended_at=None
        )
        .order_by("-created_at")
        .values_list("pk", flat=True)
        .first()
    )


@staff(*SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def escort_by_staff(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The desk writes down who drives, and that they said yes today."""
    appointment = get_object_or_404(
        Appointment.objects.visible_to(request.user).select_related(*SELECTED), pk=pk
    )
    if appointment.kind != "dosing":
        raise Http404
    now = clock.now()
    form = EscortForm(request.POST or None, initial=_known(appointment))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                services.record_check(
                    appointment_id=pk,
                    facts=services.CheckFacts(
                        escort_id=_person(appointment, data, request, now=now),
                        escort_confirmed=data["has_agreed"],
                    ),
                    by=request.user,
                    now=now,
                )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The escort is written down.")
            return redirect("sessions:visit", pk)
    record_read(
        by=request.user,
        category=Category.SCHEDULE,
        patient_id=appointment.patient_id,
        object_type="Appointment",
        object_id=pk,
    )
    context = {"visit": appointment, "patient": appointment.patient, "form": form}
    status = 422 if form.errors else 200
    return render(request, "sessions/room/escort.html", context, status=status)


def _known(appointment: Appointment) -> dict[str, Any]:
    newest = _newest_escort(appointment)
    person = RelatedPerson.objects.get(pk=newest) if newest else None
    return {"name": person.name, "phone": person.phone} if person else {}


def _person(
    appointment: Appointment,
    data: dict[str, Any],
    request: StaffRequest,
    *,
    now: datetime,
) -> UUID:
    """The same person again, or a new one."""
    known = RelatedPerson.objects.filter(
        patient=appointment.patient_id,
        kind="escort",
        ended_at=None,
        name=data["name"],
        phone=data["phone"],
    ).first()
    if known is not None and known.is_adult is not False:
        return known.pk
    facts = RelatedFacts(
        kind="escort", name=data["name"], phone=data["phone"], is_adult=True
    )
    return add_related_person(
        patient=appointment.patient, facts=facts, by=request.user, now=now
    ).pk
