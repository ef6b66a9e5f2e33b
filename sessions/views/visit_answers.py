"""The patient answers about a visit by link, and takes it into their own calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, public, staff
from kap.audit.enums import Action, Category
from kap.audit.services import record, record_read
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.core.ratelimit import Limit, client_ip, hit
from kap.patients.links import LinkRequest, patient_link
from sessions import links
from sessions.forms.visit_link import OtherTimeForm, VersionForm
from sessions.models import Appointment
from sessions.queries import ical
from sessions.services import calendar_feeds, visit_answers

FILE_TYPE: Final = "text/calendar; charset=utf-8"
BY_ADDRESS: Final = Limit("calendar-address", 120, timedelta(minutes=15))
"""Calendars ask hourly; more from one address is somebody guessing."""


def of_link(request: LinkRequest) -> Appointment:
    """The visit the link is for; the link's own patient and nobody else's."""
    return get_object_or_404(
        Appointment.objects.select_related("patient", "site"),
        pk=request.link.object_id,
        patient=request.link.patient_id,
    )


@patient_link(links.VISIT)
@require_POST
@once_only
def confirm(request: LinkRequest) -> HttpResponse:
    """I will come."""
    return _answer(
        request,
        lambda appointment, version: visit_answers.confirm_by_link(
            appointment_id=appointment.pk,
            version=version,
            link=request.link,
            now=clock.now(),
        ),
        said=_("Thank you. We look forward to seeing you."),
    )


@patient_link(links.VISIT)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def other_time(request: LinkRequest) -> HttpResponse:
    """Which times would suit?  The visit stands until the desk has answered."""
    appointment = of_link(request)
    form = OtherTimeForm(request.POST or None, initial={"version": appointment.version})
    if request.method == "POST" and form.is_valid():
        try:
            visit_answers.ask_other_time(
                appointment_id=appointment.pk,
                version=form.cleaned_data["version"],
                wish=form.cleaned_data["wish"],
                link=request.link,
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("Thank you. We will call or write. Until then your visit stands."),
            )
            return redirect("sessions:p_visit")
    return _page(request, appointment, "sessions/room/p_other_time.html", form)


@patient_link(links.VISIT)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def call_off(request: LinkRequest) -> HttpResponse:
    """A question before a place is given away."""
    appointment = of_link(request)
    form = VersionForm(request.POST or None, initial={"version": appointment.version})
    if request.method == "POST" and form.is_valid():
        try:
            visit_answers.cancel_by_link(
                appointment_id=appointment.pk,
                version=form.cleaned_data["version"],
                link=request.link,
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Your visit is cancelled. We will be in touch.")
            )
            return redirect("sessions:p_visit")
    return _page(request, appointment, "sessions/room/p_call_off.html", form)


def _page(
    request: LinkRequest, appointment: Appointment, template: str, form: Any
) -> HttpResponse:
    zone, now = appointment.site.zone, clock.now()
    rights = visit_answers.rights_of(appointment, now=now)
    record_read(
        by=None,
        category=Category.SCHEDULE,
        patient_id=appointment.patient_id,
        object_type="Appointment",
        object_id=appointment.pk,
    )
    context = {
        "visit": appointment,
        "start": appointment.starts_at.astimezone(zone),
        "rights": rights,
        "form": form,
    }
    with timezone.override(zone):
        return render(request, template, context, status=422 if form.errors else 200)


def _answer(
    request: LinkRequest, act: Callable[[Appointment, int], Any], *, said: str
) -> HttpResponse:
    appointment, form = of_link(request), VersionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please look at your visit and answer again."))
        return redirect("sessions:p_visit")
    try:
        act(appointment, form.cleaned_data["version"])
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("sessions:p_visit")


@patient_link(links.ESCORT)
@require_POST
@once_only
def escort_cannot(request: LinkRequest) -> HttpResponse:
    """I cannot take them home."""
    appointment = of_link(request)
    visit_answers.escort_cannot_come(
        appointment_id=appointment.pk, link=request.link, now=clock.now()
    )
    messages.success(request, _("Thank you for telling us. We will see to it."))
    return redirect("sessions:p_escort")


@patient_link(links.VISIT)
@require_safe
def file(request: LinkRequest) -> HttpResponse:
    """This visit as a calendar file."""
    appointment, now = of_link(request), clock.now()
    record(
        by=None,
        action=Action.DOWNLOAD,
        category=Category.SCHEDULE,
        patient_id=appointment.patient_id,
        object_type="Appointment",
        object_id=appointment.pk,
        link_id=request.link.pk,
    )
    return _calendar(ical.calendar_of([appointment], now=now), name="appointment.ics")


@patient_link(links.VISIT)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def follow(request: LinkRequest) -> HttpResponse:
    """An address that a calendar follows; shown once, ended by a press."""
    appointment, now, address = of_link(request), clock.now(), ""
    if request.method == "POST" and request.POST.get("act") == "end":
        calendar_feeds.end_feed(patient=appointment.patient, link=request.link, now=now)
        messages.success(request, _("The calendar address works no more."))
        return redirect("sessions:p_visit")
    if request.method == "POST":
        token = calendar_feeds.start_feed(
            patient=appointment.patient, link=request.link, now=now
        )
        path = reverse("sessions:feed", args=[token])
        address = settings.PUBLIC_URL.replace("https:", "webcal:", 1) + path
    context = {"address": address, "visit": appointment}
    return render(request, "sessions/room/p_follow.html", context)


@public
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar asks for: times and places, no word on why."""
    now = clock.now()
    if not hit(BY_ADDRESS, client_ip(request), now=now):
        return HttpResponse(status=429, headers={"Retry-After": "900"})
    found = ical.followed(token, now=now)
    if found is None:
        raise Http404
    patient, visits = found
    record_read(
        by=None,
        category=Category.SCHEDULE,
        patient_id=patient.pk,
        object_type="CalendarFeed",
    )
    return _calendar(ical.calendar_of(visits, now=now, follows=True))


def _calendar(body: bytes, *, name: str = "") -> HttpResponse:
    response = HttpResponse(body, content_type=FILE_TYPE)
    response["Cache-Control"] = "private, no-store"
    if name:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@staff(*SCHEDULING)
@require_POST
@once_only
def confirm_by_staff(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The patient said on the phone that they will come."""
    appointment = get_object_or_404(Appointment.objects.visible_to(request.user), pk=pk)
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        visit_answers.confirm_by_phone(
            appointment_id=appointment.pk,
            version=version,
            by=request.user,
            now=clock.now(),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Written down: the patient will come.")
    return redirect("sessions:visit", pk=appointment.pk)
