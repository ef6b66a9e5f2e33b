"""Signing the decision, and the medical director's second signature."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from kap.accounts.enums import PRESCRIBING, Role
from kap.accounts.policies import StaffRequest, staff
from kap.core import clock
from kap.core.errors import DomainError, NotAllowed
from kap.core.idempotency import once_only
from screening import services
from screening.enums import Decision
from screening.forms.decision import DecisionForm, OverrideForm
from screening.models import EligibilityDetermination, EligibilityEvaluation
from screening.queries.reviews import newest_evaluation
from screening.views.reviews import review_page, rules_to_answer
from screening.views.staff import episode_or_404


@staff(*PRESCRIBING)
@require_POST
@once_only
def decide(request: StaffRequest, pk: UUID) -> HttpResponse:
    episode, now = episode_or_404(request, pk), clock.now()
    evaluation = get_object_or_404(
        EligibilityEvaluation.objects.visible_to(request.user),
        pk=_uuid(request.POST.get("evaluation", "")),
        episode=episode,
    )
    on = now.astimezone(episode.site.zone).date()
    newest = newest_evaluation(episode.pk, on=on, site_id=episode.site_id)
    shown = newest if newest is not None else evaluation
    form = DecisionForm(request.POST, rules=rules_to_answer(shown))
    if not form.is_valid():
        return review_page(request, episode, form, now=now, status=422)
    try:
        made = services.decide_eligibility(
            evaluation_id=evaluation.pk,
            decision=Decision(form.cleaned_data["decision"]),
            conditions=form.cleaned_data["conditions"],
            reason=form.cleaned_data["reason"],
            password=form.cleaned_data["password"],
            details=form.details(seen=_uuid(request.POST.get("seen", ""))),
            by=request.user,
            now=now,
        )
    except DomainError as refusal:
        form.add_error(_field_of(refusal, form), str(refusal))
        return review_page(request, episode, form, now=now, status=422)
    done = (
        "Signed. It waits for the medical director." if made.is_override else "Signed."
    )
    messages.success(request, done)
    return redirect("screening:review", episode.pk)


@staff(Role.MEDICAL_DIRECTOR)
@require_POST
@once_only
def answer_override(request: StaffRequest, pk: UUID) -> HttpResponse:
    episode, now = episode_or_404(request, pk), clock.now()
    made = get_object_or_404(
        EligibilityDetermination,
        pk=_uuid(request.POST.get("determination", "")),
        episode=episode,
    )
    form = OverrideForm(request.POST, prefix="second")
    if form.is_valid():
        try:
            services.answer_override(
                determination_id=made.pk,
                agrees=form.cleaned_data["answer"] == "agree",
                reason=form.cleaned_data["director_reason"],
                password=form.cleaned_data["password"],
                by=request.user,
                now=now,
            )
        except DomainError as refusal:
            form.add_error(_password_or_none(refusal), str(refusal))
        else:
            messages.success(request, "Signed.")
            return redirect("screening:review", episode.pk)
    return review_page(request, episode, None, now=now, status=422, second=form)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _field_of(refusal: DomainError, form: DecisionForm) -> str | None:
    if isinstance(refusal, services.DecisionRefused):
        return refusal.field if refusal.field in form.fields else None
    return _password_or_none(refusal)


def _password_or_none(refusal: DomainError) -> str | None:
    sentence = str(refusal)
    about_it = "password" in sentence or "tries" in sentence
    return "password" if isinstance(refusal, NotAllowed) and about_it else None
