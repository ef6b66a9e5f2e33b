"""The record of a preparation visit: saved while it is written, fixed once signed."""

from __future__ import annotations

from dataclasses import dataclass
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
from screening.forms.preparation import IntentionForm, PreparationForm, StartForm
from screening.models import PreparationRecord
from screening.rules.preparation import Missing
from screening.services.preparation import NotComplete, change_intention
from screening.views.preparation_page import (
    context_of,
    differences_of,
    initial_of,
    show,
)
from screening.views.staff import episode_or_404, frame

WRITERS = (Role.THERAPIST, *PRESCRIBING)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong with a save or a signature, to be shown on the page."""

    sign_form: PasswordForm | None = None
    differences: tuple[tuple[str, str, str], ...] = ()
    left: tuple[Any, ...] = ()


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
    """When and which route; from then on it is saved as it is written."""
    episode, now = episode_or_404(request, pk), clock.now()
    local = timezone.localtime(now, episode.site.zone)
    form = StartForm(
        request.POST if request.method == "POST" else None,
        initial={
            "held_on": local.date(),
            "held_time": local.time().replace(second=0, microsecond=0),
        },
        zone=episode.site.zone,
    )
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.save_preparation(
                episode=episode,
                record_id=None,
                version=0,
                facts={"route": form.cleaned_data["route"]},
                held_at=form.held_at(),
                by=request.user,
                now=now,
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("screening:preparation_record", kept.pk)
    record_read(by=request.user, category=Category.NOTE, patient_id=episode.patient_id)
    context = {**frame(request, episode, now=now), "form": form}
    status = 422 if form.errors else 200
    return render(request, "screening/preparation_new.html", context, status=status)


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
    may_write = request.user.has_role(*WRITERS)
    if found.signed_at is not None or not may_write:
        return show(request, episode, found, may_write=may_write)
    form = _form(request, found, episode)
    if request.method != "POST" or not form.is_valid():
        return _page(request, episode, found, form)
    try:
        kept = _save(request, episode, found, form)
    except ChangedMeanwhile:
        return _both(request, episode, found, form)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, episode, found, form)
    messages.success(request, "Kept as a draft.")
    return redirect("screening:preparation_record", kept.pk)


@staff(*WRITERS)
@require_POST
def autosave(request: StaffRequest, pk: UUID) -> HttpResponse:
    """What is typed is kept; the answer is how far each section is, and the version."""
    found = _record_or_404(request, pk)
    episode = episode_or_404(request, found.episode_id)
    form, problem = _form(request, found, episode), ""
    if found.signed_at is not None:
        problem = "This record was signed meanwhile."
    elif not form.is_valid():
        problem = "Something cannot be kept yet. Press “Keep as a draft” to see what."
    else:
        try:
            found = _save(request, episode, found, form)
        except ChangedMeanwhile:
            problem = "Somebody else changed this record. Press “Keep as a draft” to see both."
        except DomainError as refusal:
            problem = str(refusal)
    context = {**context_of(found, episode), "problem": problem, "now": clock.now()}
    return render(request, "screening/_preparation_progress.html", context)


def _form(
    request: StaffRequest, found: PreparationRecord, episode: EpisodeOfCare
) -> PreparationForm:
    return PreparationForm(
        request.POST if request.method == "POST" else None,
        initial=initial_of(found, episode),
        zone=episode.site.zone,
    )


def _save(
    request: StaffRequest,
    episode: EpisodeOfCare,
    found: PreparationRecord,
    form: PreparationForm,
) -> PreparationRecord:
    return services.save_preparation(
        episode=episode,
        record_id=found.pk,
        version=form.cleaned_data["version"],
        facts=form.facts(),
        held_at=form.held_at(),
        by=request.user,
        now=clock.now(),
    )


def _page(
    request: StaffRequest,
    episode: EpisodeOfCare,
    found: PreparationRecord,
    form: PreparationForm,
    trouble: Trouble | None = None,
) -> HttpResponse:
    trouble = trouble or Trouble()
    sign_form = trouble.sign_form or PasswordForm()
    status = 422 if form.errors or sign_form.errors else 200
    record_read(by=request.user, category=Category.NOTE, patient_id=episode.patient_id)
    context = {
        **frame(request, episode, now=clock.now()),
        **context_of(found, episode),
        "form": form,
        "risks": form.risk_rows(),
        "differences": trouble.differences,
        "left": trouble.left,
        "sign_form": sign_form,
        "version": found.version,
    }
    if trouble.differences:
        status = 409
    return render(request, "screening/preparation.html", context, status=status)


def _both(
    request: StaffRequest,
    episode: EpisodeOfCare,
    found: PreparationRecord,
    form: PreparationForm,
) -> HttpResponse:
    """The form ready to be saved over the other, and where both texts differ."""
    again = request.POST.copy()
    again["version"] = str(found.version)
    fresh = PreparationForm(again, zone=episode.site.zone)
    fresh.is_valid()
    found_other = differences_of(found, form)
    return _page(request, episode, found, fresh, Trouble(differences=found_other))


@staff(*WRITERS)
@require_POST
@once_only
def sign(request: StaffRequest, pk: UUID) -> HttpResponse:
    found = _record_or_404(request, pk)
    episode = episode_or_404(request, found.episode_id)
    sign_form = PasswordForm(request.POST)
    left: tuple[Missing, ...] = ()
    if sign_form.is_valid():
        try:
            services.sign_preparation(
                record_id=found.pk,
                version=_version(request),
                password=sign_form.cleaned_data["password"],
                by=request.user,
                now=clock.now(),
            )
        except NotComplete as refusal:
            left = refusal.left
            sign_form.add_error("password", str(refusal))
        except DomainError as refusal:
            sign_form.add_error("password", str(refusal))
        else:
            messages.success(request, "Signed.")
            return redirect("screening:preparation_record", found.pk)
    form = PreparationForm(initial=initial_of(found, episode), zone=episode.site.zone)
    return _page(request, episode, found, form, Trouble(sign_form=sign_form, left=left))


@staff(*WRITERS)
@require_POST
@once_only
def intention(request: StaffRequest, pk: UUID) -> HttpResponse:
    """New words for the intention of a signed record, until the time-out."""
    found = _record_or_404(request, pk)
    form = IntentionForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["text"][0]))
        return redirect("screening:preparation_record", found.pk)
    try:
        change_intention(
            record_id=found.pk,
            text=form.cleaned_data["text"],
            by=request.user,
            now=clock.now(),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The intention is changed.")
    return redirect("screening:preparation_record", found.pk)


def _version(request: StaffRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
