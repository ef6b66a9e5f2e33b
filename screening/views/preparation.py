"""The record of a preparation visit: kept while it is written, fixed once signed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kap.accounts.enums import CLINICAL, PRESCRIBING, Role
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.errors import ChangedMeanwhile, DomainError
from kap.core.idempotency import once_only
from kap.patients.models import EpisodeOfCare
from screening import services
from screening.forms.consent import PasswordForm
from screening.forms.preparation import CHECKLIST, PreparationForm
from screening.models import PreparationRecord
from screening.views.staff import episode_or_404, frame

WRITERS = (Role.THERAPIST, *PRESCRIBING)


@staff(*CLINICAL)
@require_safe
def records(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The preparation visits of an episode."""
    episode, now = episode_or_404(request, pk), clock.now()
    record_read(by=request.user, category=Category.NOTE, patient_id=episode.patient_id)
    rows = PreparationRecord.objects.filter(episode=episode).select_related(
        "written_by", "signed_by"
    )
    context = {
        **frame(request, episode, now=now),
        "rows": list(rows.order_by("-held_at", "pk")[:50]),
        "may_write": request.user.has_role(*WRITERS),
    }
    return render(request, "screening/preparations.html", context)


@staff(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def new(request: StaffRequest, pk: UUID) -> HttpResponse:
    episode, now = episode_or_404(request, pk), clock.now()
    local = timezone.localtime(now, episode.site.zone)
    initial = {
        "held_on": local.date(),
        "held_time": local.time().replace(second=0, microsecond=0),
        "touch": "none",
        "version": 0,
    }
    form = PreparationForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        zone=episode.site.zone,
    )
    return _write(request, episode, None, form)


def _record_or_404(request: StaffRequest, pk: UUID) -> PreparationRecord:
    return get_object_or_404(
        PreparationRecord.objects.select_related("written_by", "signed_by").filter(
            episode__in=EpisodeOfCare.objects.visible_to(request.user)
        ),
        pk=pk,
    )


@staff(*CLINICAL)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def record_page(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A signed record is read; an unsigned one is written on by those who may."""
    found = _record_or_404(request, pk)
    episode = episode_or_404(request, found.episode_id)
    if found.signed_at is not None or not request.user.has_role(*WRITERS):
        return _show(request, episode, found)
    form = PreparationForm(
        request.POST if request.method == "POST" else None,
        initial=_initial(found, episode),
        zone=episode.site.zone,
    )
    return _write(request, episode, found, form)


def _show(
    request: StaffRequest, episode: EpisodeOfCare, found: PreparationRecord
) -> HttpResponse:
    record_read(by=request.user, category=Category.NOTE, patient_id=episode.patient_id)
    words = dict(CHECKLIST)
    context = {
        **frame(request, episode, now=clock.now()),
        "record": found,
        "covered": [words.get(code, code) for code in found.covered],
        "left_out": [word for code, word in CHECKLIST if code not in found.covered],
    }
    return render(request, "screening/preparation_signed.html", context)


def _initial(found: PreparationRecord, episode: EpisodeOfCare) -> dict[str, Any]:
    local = timezone.localtime(found.held_at, episode.site.zone)
    names = (
        "covered",
        "intention",
        "touch",
        "stop_signal",
        "music",
        "grounding",
        "notes",
    )
    shades = {True: "yes", False: "no", None: ""}[found.eye_shades]
    return {
        **{name: getattr(found, name) for name in names},
        "eye_shades": shades,
        "held_on": local.date(),
        "held_time": local.time().replace(second=0, microsecond=0),
        "version": found.version,
    }


def _write(
    request: StaffRequest,
    episode: EpisodeOfCare,
    found: PreparationRecord | None,
    form: PreparationForm,
    sign_form: PasswordForm | None = None,
) -> HttpResponse:
    conflict: list[tuple[str, str, str]] = []
    status = 200
    if request.method == "POST" and sign_form is None and form.is_valid():
        try:
            kept = services.save_preparation(
                episode=episode,
                record_id=found.pk if found else None,
                version=form.cleaned_data["version"],
                facts=form.facts(),
                held_at=form.held_at(),
                by=request.user,
                now=clock.now(),
            )
        except ChangedMeanwhile:
            form, conflict = _both(request, episode, found, form)
            status = 409
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Kept as a draft.")
            return redirect("screening:preparation_record", kept.pk)
    sign_bad = sign_form is not None and sign_form.errors
    if form.errors or sign_bad:
        status = 422
    record_read(by=request.user, category=Category.NOTE, patient_id=episode.patient_id)
    context = {
        **frame(request, episode, now=clock.now()),
        "form": form,
        "record": found,
        "differences": conflict,
        "sign_form": sign_form or PasswordForm(),
        "version": found.version if found else 0,
    }
    return render(request, "screening/preparation.html", context, status=status)


def _both(
    request: StaffRequest,
    episode: EpisodeOfCare,
    found: PreparationRecord | None,
    form: PreparationForm,
) -> tuple[PreparationForm, list[tuple[str, str, str]]]:
    """The form ready to be saved over the other, and where both texts differ."""
    if found is None:
        return form, []
    again = request.POST.copy()
    again["version"] = str(found.version)
    fresh = PreparationForm(again, zone=episode.site.zone)
    fresh.is_valid()
    mine = form.facts()
    names = ("intention", "stop_signal", "music", "grounding", "notes")
    differences = [
        (str(form.fields[name].label), str(getattr(found, name)), str(mine[name]))
        for name in names
        if getattr(found, name) != mine[name]
    ]
    return fresh, differences


@staff(*WRITERS)
@require_POST
@once_only
def sign(request: StaffRequest, pk: UUID) -> HttpResponse:
    found = _record_or_404(request, pk)
    episode = episode_or_404(request, found.episode_id)
    sign_form = PasswordForm(request.POST)
    if sign_form.is_valid():
        try:
            services.sign_preparation(
                record_id=found.pk,
                version=_version(request),
                password=sign_form.cleaned_data["password"],
                by=request.user,
                now=clock.now(),
            )
        except DomainError as refusal:
            sign_form.add_error("password", str(refusal))
        else:
            messages.success(request, "Signed.")
            return redirect("screening:preparation_record", found.pk)
    form = PreparationForm(initial=_initial(found, episode), zone=episode.site.zone)
    return _write(request, episode, found, form, sign_form)


def _version(request: StaffRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
