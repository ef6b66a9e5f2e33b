"""Registering a patient, with the search for records of the same person beside the form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients import services
from kap.patients.forms_register import RegisterForm
from kap.patients.matching import Match, likely_duplicates
from kap.patients.models import Patient
from kap.patients.services import PerhapsAlreadyHere

MOST_ANSWERED = 20


@staff(*SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def register(request: StaffRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, RegisterForm(), [])
    form = RegisterForm(request.POST)
    is_valid = form.is_valid()
    matches = likely_duplicates(form.probe())
    if is_valid and "different" in request.POST:
        form.check_reason()
    if form.errors:
        return _page(request, form, matches)
    try:
        patient = _register(request, form)
    except PerhapsAlreadyHere as perhaps:
        form.add_error(None, str(perhaps))
        return _page(request, form, perhaps.matches)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, matches)
    messages.success(request, f"Registered. Record number {patient.number_text}.")
    return redirect("patients:chart", patient.pk)


@staff(*SCHEDULING)
@require_POST
def matches(request: StaffRequest) -> HttpResponse:
    """The panel beside the form, asked for while typing."""
    form = RegisterForm(request.POST)
    form.is_valid()
    found = likely_duplicates(form.probe())
    record(by=request.user, action=Action.SEARCH, category=Category.DEMOGRAPHICS)
    return render(
        request, "patients/_matches.html", _context(form, found, is_part=True)
    )


def _register(request: StaffRequest, form: RegisterForm) -> Patient:
    answered = _answered(request) if "different" in request.POST else frozenset()
    return services.register_patient(
        facts=form.facts(site_id=form.site_id()),
        by=request.user,
        now=clock.now(),
        also=form.registration(not_these=answered),
    )


def _answered(request: HttpRequest) -> frozenset[UUID]:
    """The records that were on the screen when "a different person" was pressed."""
    found = set()
    for text in request.POST.getlist("not_these")[:MOST_ANSWERED]:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return frozenset(found)


def _page(request: HttpRequest, form: RegisterForm, found: list[Match]) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(
        request, "patients/register.html", _context(form, found), status=status
    )


def _context(
    form: RegisterForm, found: list[Match], *, is_part: bool = False
) -> dict[str, Any]:
    likely = [match for match in found if match.is_likely]
    for name in ("different_because", "different_text"):
        form.fields[name].required = bool(likely)
    return {
        "form": form,
        "matches": found,
        "likely": likely,
        "is_part": is_part,
        "has_site": "site" in form.fields,
    }
