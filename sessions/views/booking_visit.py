"""One visit: what it is, and everything that can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import DateTimeField, Func
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from kap.accounts.enums import CLINICAL, SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit import services as audit
from kap.audit.enums import Category
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.notifications.models import Communication
from kap.notifications.registry import label_of
from kap.ui.types import Item
from sessions import services
from sessions.enums import AppointmentStatus, VisitKind
from sessions.forms.booking import CancelForm
from sessions.models import Appointment, AppointmentStatusChange
from sessions.queries.board_ready import readiness
from sessions.queries.course_words import DASH, PHASE_CSS, visit_label
from sessions.views.board import room_url

_MOMENT = DateTimeField()
STATUS_CHIPS = {
    AppointmentStatus.BOOKED: ("", "calendar"),
    AppointmentStatus.CHECKED_IN: ("info", "user-check"),
    AppointmentStatus.FULFILLED: ("", "check"),
    AppointmentStatus.CANCELLED: ("", "x"),
    AppointmentStatus.NOSHOW: ("danger", "user-x"),
}


def _appointment(request: StaffRequest, pk: UUID) -> Appointment:
    return get_object_or_404(
        Appointment.objects.visible_to(request.user).select_related(
            "patient", "site", "encounter", "booked_by"
        ),
        pk=pk,
    )


@staff(*SCHEDULING)
@require_safe
def visit(request: StaffRequest, pk: UUID) -> HttpResponse:
    appointment = _appointment(request, pk)
    _note_read(request, appointment)
    return render(
        request, "sessions/book/visit.html", card_context(request, appointment)
    )


def card_context(
    request: StaffRequest,
    appointment: Appointment,
    *,
    cancel: CancelForm | None = None,
    problem: str = "",
) -> dict[str, Any]:
    now, zone = clock.now(), appointment.site.zone
    status = AppointmentStatus(appointment.status)
    start = appointment.starts_at.astimezone(zone)
    end = appointment.ends_at.astimezone(zone)
    encounter = getattr(appointment, "encounter", None)
    is_dosing = appointment.kind == VisitKind.DOSING
    checks = {}
    if is_dosing and status in (AppointmentStatus.BOOKED, AppointmentStatus.CHECKED_IN):
        checks = readiness(
            [appointment.pk], now=now, is_clinical=request.user.is_clinical
        )
    chip_tone, chip_icon = STATUS_CHIPS[status]
    return {
        "appointment": appointment,
        "patient": appointment.patient,
        "label": visit_label(
            appointment.kind, appointment.number, appointment.of_total
        ),
        "phase": PHASE_CSS[VisitKind(appointment.kind)],
        "when": f"{start:%A %-d %B}, {start:%H:%M}{DASH}{end:%H:%M}",
        "status": status.label,
        "status_tone": chip_tone,
        "status_icon": chip_icon,
        "is_booked": status == AppointmentStatus.BOOKED,
        "may_cancel": status in (AppointmentStatus.BOOKED, AppointmentStatus.CHECKED_IN)
        and (encounter is None or encounter.started_at is None),
        "may_miss": status == AppointmentStatus.BOOKED and appointment.starts_at <= now,
        "may_check_in": status == AppointmentStatus.BOOKED
        and start.date() == now.astimezone(zone).date(),
        "next_act": _next_act(request, appointment, encounter),
        "checks": checks.get(appointment.pk, []),
        "people": _people(appointment),
        "history": _history(appointment),
        "messages_planned": _messages(appointment),
        "replies": _replies(appointment),
        "may_confirm": status == AppointmentStatus.BOOKED
        and appointment.starts_at > now,
        "cancel": cancel or CancelForm(),
        "problem": problem,
        "day_url": f"{reverse('sessions:board')}?day={start:%Y-%m-%d}&site={appointment.site_id}",
        "chart_url": reverse("patients:chart", args=[appointment.patient_id]),
    }


def _replies(appointment: Appointment) -> list[dict[str, str]]:
    """What the patient said of the visit, newest first: one query."""
    zone = appointment.site.zone
    return [
        {
            "said": reply.get_kind_display(),
            "wish": reply.wish,
            "when": f"{reply.replied_at.astimezone(zone):%-d %b, %H:%M}",
            "how": "by link" if reply.link_id else "on the phone",
            "about": "" if reply.version == appointment.version else "an earlier time",
        }
        for reply in appointment.replies.order_by("-replied_at")[:10]
    ]


def _next_act(
    request: StaffRequest, appointment: Appointment, encounter: Any
) -> dict[str, str]:
    """The one clinical thing to do next, for those who may."""
    if (
        appointment.status != AppointmentStatus.CHECKED_IN
        or not request.user.is_clinical
    ):
        return {}
    if appointment.kind == VisitKind.DOSING:
        url = room_url(appointment.pk)
        is_here = url == reverse("sessions:visit", args=[appointment.pk])
        return {} if is_here else {"text": "Open session", "url": url}
    is_going = encounter is not None and encounter.status == "in-progress"
    name = "sessions:finish" if is_going else "sessions:start"
    text = "Finish the visit" if is_going else "Start the visit"
    return {"text": text, "post": reverse(name, args=[appointment.pk])}


def _people(appointment: Appointment) -> list[Item]:
    """Role, name and stretch of everybody but the patient."""
    zone = appointment.site.zone
    rows = (
        appointment.participants.filter(is_current=True)
        .exclude(role="patient")
        .select_related("schedule__location", "schedule__practitioner__user")
        .annotate(
            starts_at=Func("slot__period", function="lower", output_field=_MOMENT),
            ends_at=Func("slot__period", function="upper", output_field=_MOMENT),
        )
        .order_by("role")
    )
    return [
        Item(
            row.get_role_display(),
            f"{row.schedule.location or row.schedule.practitioner}"
            f", {row.starts_at.astimezone(zone):%H:%M}"
            f"{DASH}{row.ends_at.astimezone(zone):%H:%M}",
        )
        for row in rows
    ]


def _history(appointment: Appointment) -> list[str]:
    zone = appointment.site.zone
    rows = (
        AppointmentStatusChange.objects.filter(appointment=appointment)
        .select_related("changed_by")
        .order_by("changed_at", "pk")
    )
    found = []
    for row in rows:
        word = "Moved" if row.old_starts_at else AppointmentStatus(row.new_status).label
        who = row.changed_by.name if row.changed_by else "the system"
        line = f"{word}, {row.changed_at.astimezone(zone):%a %-d %b %H:%M}, {who}"
        if row.old_starts_at:
            line += f", before: {row.old_starts_at.astimezone(zone):%a %-d %b %H:%M}"
        found.append(f"{line}. {row.reason}" if row.reason else line)
    return found


def _messages(appointment: Appointment) -> list[dict[str, str]]:
    zone = appointment.site.zone
    rows = Communication.objects.filter(about_id=appointment.pk).order_by(
        "due_at", "key"
    )
    return [
        {
            "label": label_of(row.kind),
            "way": row.get_channel_display(),
            "when": f"{row.due_at.astimezone(zone):%a %-d %b %H:%M}",
            "status": row.get_status_display(),
        }
        for row in rows
    ]


@staff(*SCHEDULING)
@require_POST
@once_only
def cancel(request: StaffRequest, pk: UUID) -> HttpResponse:
    appointment = _appointment(request, pk)
    form, problem = CancelForm(request.POST), ""
    if form.is_valid():
        try:
            services.cancel_appointment(
                appointment_id=appointment.pk,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=clock.now(),
            )
        except DomainError as refusal:
            problem = str(refusal)
        else:
            messages.success(request, "The visit is cancelled and its place is free.")
            return redirect("sessions:visit", appointment.pk)
    context = card_context(request, appointment, cancel=form, problem=problem)
    return render(request, "sessions/book/visit.html", context, status=422)


Service = Callable[..., object]


def _act(
    request: StaffRequest, pk: UUID, service: Service, *, said: str
) -> HttpResponse:
    """Do one thing with a visit and go back to where the button stood."""
    appointment = _appointment(request, pk)
    now: datetime = clock.now()
    try:
        service(appointment_id=appointment.pk, by=request.user, now=now)
    except DomainError as refusal:
        context = card_context(request, appointment, problem=str(refusal))
        return render(request, "sessions/book/visit.html", context, status=409)
    messages.success(request, said)
    back = request.POST.get("back", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(
        back, allowed_hosts=None
    ):
        return redirect(back)
    return redirect("sessions:visit", pk)


@staff(*SCHEDULING)
@require_POST
@once_only
def check_in(request: StaffRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, services.check_in, said="Arrived.")


@staff(*SCHEDULING)
@require_POST
@once_only
def no_show(request: StaffRequest, pk: UUID) -> HttpResponse:
    said = "Marked. The front desk is asked to call."
    return _act(request, pk, services.mark_no_show, said=said)


@staff(*CLINICAL)
@require_POST
@once_only
def start(request: StaffRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, services.start_visit, said="The visit has begun.")


@staff(*CLINICAL)
@require_POST
@once_only
def finish(request: StaffRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, services.finish_visit, said="The visit is finished.")


def _note_read(request: StaffRequest, appointment: Appointment) -> None:
    audit.record_read(
        by=request.user,
        category=Category.SCHEDULE,
        patient_id=appointment.patient_id,
        object_type="Appointment",
        object_id=appointment.pk,
    )
