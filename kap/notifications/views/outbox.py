"""The outbox: what goes out, what went wrong, and stopping it in time."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kap.accounts.enums import SCHEDULING, Role
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Action, Category
from kap.audit.services import record, record_read
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.notifications import demo_mail, listing, services
from kap.notifications.models import Communication
from kap.notifications.queries import CHANNELS, channel_problem
from kap.notifications.sentences import ONCE
from kap.patients.frame import SEES_CHART, chart_frame, patient_or_404
from kap.ui.types import Link

READERS = SCHEDULING | {Role.ADMIN, Role.COMPLIANCE}


@staff(*READERS)
@require_safe
def outbox(request: StaffRequest) -> HttpResponse:
    """All messages of the clinic."""
    show = _show(request)
    record(by=request.user, action=Action.READ, category=Category.MESSAGE)
    after = listing.cursor_from(request.GET.get("after", ""))
    page = listing.outbox(request.user, show=show, after=after)
    context = _context(request, page, show=show, url=reverse("notifications:outbox"))
    context["has_mailbox"] = demo_mail.is_on() and request.user.has_role(Role.ADMIN)
    return render(request, "notifications/outbox.html", context)


@staff(*SEES_CHART)
@require_safe
def of_patient(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The messages of one patient, and of whoever stands beside them."""
    patient, show = patient_or_404(request, pk), _show(request)
    record_read(by=request.user, category=Category.MESSAGE, patient_id=patient.pk)
    after = listing.cursor_from(request.GET.get("after", ""))
    page = listing.outbox(request.user, show=show, after=after, patient_id=patient.pk)
    url = reverse("notifications:of_patient", args=[patient.pk])
    context = {
        **chart_frame(request, patient, now=clock.now(), tab="messages"),
        **_context(request, page, show=show, url=url),
    }
    return render(request, "notifications/of_patient.html", context)


def _show(request: StaffRequest) -> str:
    show = request.GET.get("show", "")
    return show if show in listing.SHOWN else ""


def _context(
    request: StaffRequest, page: listing.OutboxPage, *, show: str, url: str
) -> dict[str, Any]:
    query = {"show": show, "after": str(page.older)} if page.older else {}
    return {
        "page": page,
        "older": f"{url}?{urlencode(query)}" if query else "",
        "filters": [
            Link(word, f"{url}?show={key}" if key else url, current=key == show)
            for key, word in listing.WORDS.items()
        ],
        "show": show,
        "once_words": ONCE,
        "off": [said for channel in CHANNELS if (said := channel_problem(channel))],
        "may_act": request.user.has_role(*SCHEDULING),
        "opens_charts": request.user.has_role(*SEES_CHART),
    }


@staff(*SCHEDULING)
@require_POST
@once_only
def take_back(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Stop one message that still waits."""
    message = _message(request, pk)
    try:
        services.take_back(
            communication_id=message.pk, by=request.user, now=clock.now()
        )
        flash.success(request, "Taken back. It will not go out.")
    except DomainError as refusal:
        flash.error(request, str(refusal))
    return redirect(_back(request, message))


@staff(*SCHEDULING)
@require_POST
@once_only
def settle(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Write down what the person said about an unknown message."""
    message = _message(request, pk)
    arrived = request.POST.get("arrived") == "yes"
    try:
        services.settle(
            communication_id=message.pk,
            arrived=arrived,
            by=request.user,
            now=clock.now(),
        )
        flash.success(request, "Written down. Nothing was sent.")
    except DomainError as refusal:
        flash.error(request, str(refusal))
    return redirect(_back(request, message))


def _message(request: StaffRequest, pk: UUID) -> Communication:
    return get_object_or_404(Communication.objects.visible_to(request.user), pk=pk)


def _back(request: StaffRequest, message: Communication) -> str:
    """The list the button stood on; one of our two, whatever the form says."""
    if request.POST.get("from") == "patient":
        return reverse("notifications:of_patient", args=[message.patient_id])
    return reverse("notifications:outbox")
