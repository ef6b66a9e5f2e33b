"""Absences of people and rooms, and the site somebody works at."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kap.accounts.enums import SCHEDULING, Role
from kap.accounts.models import User
from kap.accounts.policies import staff
from kap.clinic import services, sites
from kap.clinic.forms import AbsenceForm, SiteForm
from kap.clinic.models import Absence, Schedule
from kap.clinic.queries import absences_to_come
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only

PLANNERS = (*sorted(SCHEDULING), Role.ADMIN)


@staff(*PLANNERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def absences(request: HttpRequest) -> HttpResponse:
    """What is blocked from now on, and a form for more."""
    form = AbsenceForm(_posted(request))
    if request.method == "POST" and form.is_valid() and _create(request, form):
        messages.success(request, "The time is blocked.")
        return redirect("clinic:absences")
    context = {"form": form, "lines": absences_to_come(now=clock.now())}
    status = 422 if request.method == "POST" else 200
    return render(request, "clinic/absences.html", context, status=status)


def _create(request: HttpRequest, form: AbsenceForm) -> bool:
    try:
        services.create_absence(
            schedule=Schedule.objects.get(pk=form.cleaned_data["schedule"]),
            start=form.cleaned_data["start"],
            end=form.cleaned_data["end"],
            reason=form.cleaned_data["reason"],
            by=cast(User, request.user),
            now=clock.now(),
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@staff(*PLANNERS)
@require_POST
@once_only
def cancel(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    absence = get_object_or_404(Absence, pk=absence_id)
    try:
        services.cancel_absence(
            absence_id=absence.pk, by=cast(User, request.user), now=clock.now()
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The time is free again.")
    return redirect("clinic:absences")


@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def site(request: HttpRequest) -> HttpResponse:
    """Where the person works today; most clinics have one site."""
    form = SiteForm(_posted(request), initial={"site": sites.site_id(request)})
    if request.method == "POST" and form.is_valid():
        sites.remember(request, form.cleaned_data["site"])
        messages.success(request, f"You work at {form.cleaned_data['site']} now.")
        return redirect("/")
    status = 422 if request.method == "POST" else 200
    return render(request, "clinic/site.html", {"form": form}, status=status)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
