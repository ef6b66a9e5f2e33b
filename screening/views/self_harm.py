"""A safety alert: what was said, whom to call, what is done and by whom, the close."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kap.accounts.enums import CLINICAL
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.frame import chart_frame
from kap.worklist import services as worklist
from kap.worklist.models import WorkItem
from screening.forms.self_harm import CloseForm, PaperForm, StepForm
from screening.models import SafetyAction
from screening.queries.measures import SI_REVIEW
from screening.queries.safety_page import page_of
from screening.services import safety_steps


def _item_or_404(request: StaffRequest, pk: UUID) -> WorkItem:
    return get_object_or_404(
        WorkItem.objects.visible_to(request.user)
        .filter(kind=SI_REVIEW)
        .select_related("patient__site", "owner", "acknowledged_by", "closed_by"),
        pk=pk,
    )


@staff(*CLINICAL)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def review(request: StaffRequest, pk: UUID) -> HttpResponse:
    item, now = _item_or_404(request, pk), clock.now()
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            done = safety_steps.close_alerts(
                item_id=item.pk,
                seen=_ids(request.POST.getlist("seen")),
                note=form.cleaned_data["note"],
                by=request.user,
                now=now,
            )
        except DomainError as refusal:
            form.add_error("note", str(refusal))
        else:
            messages.success(request, "Closed, with your note.")
            if done.another_is_open:
                messages.warning(request, "Another alert came meanwhile. It is open.")
            return redirect("screening:si_review", item.pk)
    return _page(request, item, form)


def _ids(texts: list[str]) -> set[UUID]:
    found = set()
    for text in texts[:50]:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found


def _act(
    request: StaffRequest, pk: UUID, act: Callable[[WorkItem], str]
) -> HttpResponse:
    """Do one thing about the alert, and say what became of it."""
    item = _item_or_404(request, pk)
    try:
        said = act(item)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("screening:si_review", item.pk)


@staff(*CLINICAL)
@require_POST
@once_only
def take(request: StaffRequest, pk: UUID) -> HttpResponse:
    """“I have it”: others see who."""

    def act(item: WorkItem) -> str:
        worklist.acknowledge(item_id=item.pk, by=request.user, now=clock.now())
        return "You have it."

    return _act(request, pk, act)


@staff(*CLINICAL)
@require_POST
@once_only
def step(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Tick one step, or write down the result of a paper screen."""
    form: forms.Form = StepForm(request.POST)
    if "paper" in request.POST:
        form = PaperForm(request.POST)

    def act(item: WorkItem) -> str:
        if not form.is_valid():
            raise DomainError(next(iter(form.errors.values()))[0])
        safety_steps.tick_step(
            item_id=item.pk,
            step=form.cleaned_data["step"],
            note=form.cleaned_data["note"],
            by=request.user,
            now=clock.now(),
        )
        return "Written down with your name and the time."

    return _act(request, pk, act)


@staff(*CLINICAL)
@require_POST
@once_only
def take_back(request: StaffRequest, pk: UUID, action: UUID) -> HttpResponse:
    """A step that was ticked by mistake."""

    def act(item: WorkItem) -> str:
        wrong = get_object_or_404(
            SafetyAction, pk=action, patient_id=item.patient_id, voids=None
        )
        safety_steps.take_back_step(
            action_id=wrong.pk, by=request.user, now=clock.now()
        )
        return "Taken back. Both lines stay in the record."

    return _act(request, pk, act)


@staff(*CLINICAL)
@require_POST
@once_only
def screener(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Ask the C-SSRS screener: by a link to the patient, or now, by whoever is here."""
    item = _item_or_404(request, pk)
    by_link = request.POST.get("way") == "link"
    try:
        asked = safety_steps.ask_screener(
            item_id=item.pk, by_link=by_link, by=request.user, now=clock.now()
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("screening:si_review", item.pk)
    if by_link or asked.episode_id is None:
        messages.success(request, "Asked. The result ticks the step by itself.")
        return redirect("screening:si_review", item.pk)
    return redirect("screening:phone_measure", asked.episode_id, asked.pk)


def _page(request: StaffRequest, item: WorkItem, form: CloseForm) -> HttpResponse:
    patient: Any = item.patient
    now = clock.now()
    record_read(
        by=request.user,
        category=Category.QUESTIONNAIRE,
        patient_id=patient.pk,
        object_type="SafetyAlert",
        object_id=item.pk,
    )
    context = {
        **chart_frame(request, patient, now=now, tab="screening", with_steps=False),
        "item": item,
        "form": form,
        "paper_form": PaperForm(),
        "page": page_of(item, user=request.user),
        "is_open": item.closed_at is None,
        "is_late": item.acknowledged_at is None and item.due_at < now,
        "site": patient.site,
    }
    return render(
        request, "screening/self_harm.html", context, status=422 if form.errors else 200
    )
