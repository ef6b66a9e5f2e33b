"""Questionnaires for admins: which ones are used, loading one, what a patient will see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kap.accounts.policies import StaffRequest, admin_only
from kap.clinic.models import Site
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from screening import instruments
from screening.enums_instruments import DefinitionStatus, ScoringKind
from screening.forms.instruments import QuestionnaireForm
from screening.instruments import slots
from screening.instruments.loader import licence_note
from screening.instruments.notes import NOTES
from screening.models import InstrumentDefinition
from screening.queries.instrument_pages import Preview, catalogue, preview
from screening.queries.instruments import read_definition
from screening.services.instruments import (
    load_questionnaire,
    publish_definition,
    retire_definition,
    set_in_use,
)


def _site(request: StaffRequest) -> Site:
    """The site whose choices are shown: ``?site=``, else the first by name."""
    sites = Site.objects.filter(is_active=True).order_by("name")
    wanted = request.GET.get("site") or request.POST.get("site")
    try:
        chosen = sites.filter(pk=UUID(wanted)).first() if wanted else None
    except ValueError:
        chosen = None
    found = chosen or sites.first()
    if found is None:
        raise Http404
    return found


@admin_only
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def questionnaires(request: StaffRequest) -> HttpResponse:
    """What there is, what is used, and a form that takes a file."""
    if request.method != "POST":
        first = {"slot": request.GET.get("place", "")}
        return _page(request, QuestionnaireForm(initial=first))
    form = QuestionnaireForm(request.POST, request.FILES)
    if not form.is_valid() or form.read is None:
        return _page(request, form, status=422)
    try:
        row = load_questionnaire(
            read=form.read,
            key=form.chosen_key(),
            licence=form.chosen_licence(),
            scoring=ScoringKind(form.cleaned_data["scoring"]),
            by=request.user,
            now=clock.now(),
        )
    except DomainError as refusal:
        form.add_error("file", str(refusal))
        return _page(request, form, status=422)
    return redirect("screening:questionnaire", row.pk)


def _page(
    request: StaffRequest, form: QuestionnaireForm, *, status: int = 200
) -> HttpResponse:
    site = _site(request)
    rows = list(
        InstrumentDefinition.objects.visible_to(request.user)
        .defer("source")
        .order_by("title", "-edition")
    )
    context: dict[str, Any] = {
        "form": form,
        "site": site,
        "sites": list(Site.objects.filter(is_active=True).order_by("name")),
        "lines": catalogue(site.pk, rows),
        "loaded": rows,
        "places": list(slots.SLOTS.values()),
        "filled": {row.key for row in rows},
    }
    return render(request, "screening/questionnaires.html", context, status=status)


@admin_only
@require_POST
@once_only
def use(request: StaffRequest) -> HttpResponse:
    """Switch one on or off for a site."""
    site = _site(request)
    try:
        set_in_use(
            site=site,
            key=request.POST.get("key", "").replace("\x00", ""),
            is_on=request.POST.get("is_on") == "1",
            by=request.user,
            now=clock.now(),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Kept.")
    return redirect("screening:questionnaires")


@admin_only
@require_safe
def shipped(request: StaffRequest, key: str) -> HttpResponse:
    """The words of one that ships, with its licence."""
    if not instruments.is_shipped(key):
        raise Http404
    instrument = instruments.load(key)
    note = licence_note(instrument.pack) if instrument.pack else ""
    return _preview(request, preview(instrument), {"licence_note": note})


@admin_only
@require_safe
def one(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One loaded edition, as a patient sees it, before and after it is published."""
    row = _row(request, pk)
    instrument = read_definition(row)
    state = DefinitionStatus(row.status)
    editions = (
        InstrumentDefinition.objects.visible_to(request.user)
        .filter(key=row.key)
        .defer("source")
        .order_by("-edition")
    )
    context = {"row": row, "state": state, "editions": list(editions)}
    return _preview(request, preview(instrument), context)


def _preview(
    request: StaffRequest, shown: Preview, context: dict[str, Any]
) -> HttpResponse:
    hint = NOTES.get(shown.instrument.key, "")
    return render(
        request,
        "screening/questionnaire.html",
        {"shown": shown, "hint": hint, **context},
    )


def _row(request: StaffRequest, pk: UUID) -> InstrumentDefinition:
    return get_object_or_404(
        InstrumentDefinition.objects.visible_to(request.user).select_related(
            "uploaded_by", "published_by"
        ),
        pk=pk,
    )


@admin_only
@require_POST
@once_only
def publish(request: StaffRequest, pk: UUID) -> HttpResponse:
    row, now = _row(request, pk), clock.now()
    on = now.astimezone(_site(request).zone).date()
    try:
        publish_definition(definition_id=row.pk, on=on, by=request.user, now=now)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "In use from today.")
    return redirect("screening:questionnaire", row.pk)


@admin_only
@require_POST
@once_only
def retire(request: StaffRequest, pk: UUID) -> HttpResponse:
    row = _row(request, pk)
    try:
        retire_definition(definition_id=row.pk, by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "No longer asked. Answers that were given stay.")
    return redirect("screening:questionnaire", row.pk)
